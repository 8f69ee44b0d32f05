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

MODULE, SCRIPT = "pyodide.asm.wasm", "pyodide.asm.mjs"

SECTIONS = {"imports": 2, "exports": 7, "elements": 9}
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)
I32_CONST, END = 0x41, 0x0B

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


def _number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number (WebAssembly 3.0, 5.2.2), and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _leb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _name(data: bytes, at: int) -> tuple[str, int]:
    length, at = _number(data, at)
    return data[at : at + length].decode(), at + length


def _section(module: bytes, wanted: str) -> tuple[int, int, int]:
    """Where a section begins, where its content begins, and where it ends."""
    at = 8
    while at < len(module):
        length, content = _number(module, at + 1)
        if module[at] == SECTIONS[wanted]:
            return at, content, content + length
        at = content + length
    raise InterpreterError(f"a module has no {wanted}")


def _vector(module: bytes, wanted: str) -> tuple[int, int]:
    """How many entries a section has, and where the first one begins."""
    return _number(module, _section(module, wanted)[1])


def exports_of(module: bytes) -> list[Export]:
    """What a module exports."""
    count, at = _vector(module, "exports")
    found = []
    for _ in range(count):
        begins = at
        name, at = _name(module, at)
        kind = module[at]
        number, at = _number(module, at + 1)
        found.append(Export(name, kind, number, module[begins:at]))
    return found


def imports_of(module: bytes) -> set[str]:
    """The names of what a module imports, from wherever."""
    count, at = _vector(module, "imports")
    found = set()
    for _ in range(count):
        _, at = _name(module, at)
        name, at = _name(module, at)
        found.add(name)
        kind, at = module[at], at + 1
        if kind in (FUNCTION, TAG):
            _, at = _number(module, at + (kind == TAG))
        elif kind == GLOBAL:
            at += 2
        else:
            bounded, at = module[at + (kind == TABLE)] & 1, at + 1 + (kind == TABLE)
            for _ in range(1 + bounded):
                _, at = _number(module, at)
    return found


def slots_of(module: bytes) -> dict[int, int]:
    """Where in the table of functions each function is, by its number."""
    segments, at = _vector(module, "elements")
    kind, at = _number(module, at)
    if segments != 1 or kind != 0 or module[at] != I32_CONST:
        raise InterpreterError("the table of functions is not filled by one segment at a fixed place")
    first, at = _number(module, at + 1)
    if module[at] != END:
        raise InterpreterError("the table of functions begins at a place that is computed")
    count, at = _number(module, at + 1)
    slots: dict[int, int] = {}
    for slot in range(first, first + count):
        function, at = _number(module, at)
        slots.setdefault(function, slot)
    return slots


def _with_exports(module: bytes, kept: list[Export]) -> bytes:
    begins, _, ends = _section(module, "exports")
    content = _leb(len(kept)) + b"".join(export.entry for export in kept)
    return module[: begins + 1] + _leb(len(content)) + content + module[ends:]


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
    needed |= {name for library in libraries for name in imports_of(library)}
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
    # A library's own functions are asked for by name, if at all.
    script = _replace_once(script, "updateTableMap(tableBase,metadata.tableSize);", "")
    # For a page without OpenGL its functions need no place in the table; each is a module of its own otherwise.
    script = _replace_once(
        script,
        "if(!value&&!entry.required)",
        'if(!value&&!entry.required||symName.startsWith("emscripten_gl"))',
    )
    return _with_exports(module, kept), script
