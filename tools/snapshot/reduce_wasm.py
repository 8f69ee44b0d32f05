"""The interpreter that a snapshot is restored into: Pyodide's own, without what nothing in the page calls.

Pyodide's module exports all of CPython and of the C library, for any native library that might come. A browser makes a
function of each, Pyodide asks the whole table of functions for its place, and adds thousands more to it; megabytes of
JavaScript heap and a good part of the time that an instance takes. The libraries of a snapshot are known, so what is
left is what they import and what Pyodide's script mentions. The code itself is not touched. Standard library only.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from tools.snapshot import wasm_format
from tools.snapshot.wasm_format import END, FUNCTION, I32_CONST, MEMORY, TABLE, TAG, imports_of, read_name, read_number

MODULE, SCRIPT = "pyodide.asm.wasm", "pyodide.asm.mjs"

# `_name=Module["_name"]=wasmExports["name"];`, and for an address `….value>>>0;`
ASSIGNMENT = re.compile(r'[\w$]+=Module\["([\w$]+)"\]=wasmExports\["([^"]+)"\](?:\.value>>>0)?(?:;|$)')
ASSIGNING = re.compile(r"var ([\w$,]+);function assignWasmExports\(wasmExports\)\{(.*?)\}", re.DOTALL)


class InterpreterError(Exception):
    """Pyodide's files are not what this was written for; the message says where."""


class Export(NamedTuple):
    """One entry of a module's exports, and its bytes."""

    name: str
    kind: int
    number: int
    entry: bytes


def _section(module: bytes, wanted: int, name: str) -> bytes:
    found = dict(wasm_format.sections(module)).get(wanted)
    if found is None:
        raise InterpreterError(f"a module has no {name}")
    return found


def exports_of(module: bytes) -> list[Export]:
    """What a module exports."""
    content = _section(module, wasm_format.EXPORTS, "exports")
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        begins = at
        name, at = read_name(content, at)
        kind = content[at]
        number, at = read_number(content, at + 1)
        found.append(Export(name, kind, number, content[begins:at]))
    return found


def slots_of(module: bytes) -> dict[int, int]:
    """Where in the table of functions each function is, by its number."""
    content = _section(module, wasm_format.ELEMENTS, "elements")
    segments, at = read_number(content, 0)
    kind, at = read_number(content, at)
    if segments != 1 or kind != 0 or content[at] != I32_CONST:
        raise InterpreterError("the table of functions is not filled by one segment at a fixed place")
    first, at = read_number(content, at + 1)
    if content[at] != END:
        raise InterpreterError("the table of functions begins at a place that is computed")
    count, at = read_number(content, at + 1)
    slots: dict[int, int] = {}
    for slot in range(first, first + count):
        function, at = read_number(content, at)
        slots.setdefault(function, slot)
    return slots


def _replace_once(script: str, old: str, new: str) -> str:
    if script.count(old) != 1:
        raise InterpreterError(f"{old!r} has to be there once and is there {script.count(old)} times")
    return script.replace(old, new)


def reduced(module: bytes, script: str, libraries: list[bytes], callers: str) -> tuple[bytes, str]:
    """Pyodide's module and script, reduced to what the libraries and the callers' text name.

    Raises InterpreterError where Pyodide's files differ from what is expected here.
    """
    assigning = ASSIGNING.search(script)
    if not assigning:
        raise InterpreterError("the script does not take the module's exports as expected")
    declared, body = assigning.groups()
    rest = script[: assigning.start()] + script[assigning.end() :]
    words = set(re.findall(r"[\w$]+", rest)) | set(re.findall(r"[\w$]+", callers))
    needed = words | {name for held, name in ASSIGNMENT.findall(body) if held in words}
    needed |= {each.name for library in libraries for each in imports_of(library)}
    every = exports_of(module)
    kept = [export for export in every if export.name in needed or export.kind in (TABLE, MEMORY, TAG)]

    dropped = {export.name for export in every} - {export.name for export in kept}
    gone = {held for held, name in ASSIGNMENT.findall(body) if name in dropped}
    body = ASSIGNMENT.sub(lambda found: "" if found[2] in dropped else found[0], body)
    declared = ",".join(name for name in declared.split(",") if name not in gone)
    taking = f"var {declared};function assignWasmExports(wasmExports){{{body}}}"
    script = script[: assigning.start()] + taking + script[assigning.end() :]

    slots = slots_of(module)
    known = [
        (export.name, slots[export.number]) for export in kept if export.kind == FUNCTION and export.number in slots
    ]
    script = _replace_once(
        script,
        "updateGOT(origExports);",
        f"functionsInTableMap=new WeakMap({json.dumps(known, separators=(',', ':'))}"
        ".map(([name,slot])=>[origExports[name],slot]));updateGOT(origExports);",
    )
    # A library that was split has two parts (static/restore.mjs).
    script = _replace_once(
        script,
        "instance=new WebAssembly.Instance(binary,info)",
        'instance=Module["instantiateLibrary"]?.(binary,info,libName)??new WebAssembly.Instance(binary,info)',
    )
    # A library's own functions are asked for by name, if at all.
    script = _replace_once(script, "updateTableMap(tableBase,metadata.tableSize);", "")
    # For a page without OpenGL its functions need no place in the table; each is a module of its own otherwise.
    script = _replace_once(
        script,
        "if(!value&&!entry.required)",
        'if(!value&&!entry.required||symName.startsWith("emscripten_gl"))',
    )
    exports = wasm_format.vector(export.entry for export in kept)
    return wasm_format.changed(module, {wasm_format.EXPORTS: exports}), script
