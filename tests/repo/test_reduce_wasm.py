"""The interpreter of a snapshot has what the page, its script and its libraries call, and the code that it had."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.snapshot import reduce_wasm
from tools.snapshot.reduce_wasm import MODULE, SCRIPT, InterpreterError, exports_of, reduced
from tools.vendor import VENDOR

HEAD = b"\0asm\1\0\0\0"
CODE = b"\x0a\x03the"


def section(number: int, *entries: bytes) -> bytes:
    """A section that is a vector of entries, none of it longer than a byte can say."""
    content = bytes((len(entries),)) + b"".join(entries)
    return bytes((number, len(content))) + content


def name(text: str) -> bytes:
    """A name, with its length."""
    return bytes((len(text),)) + text.encode()


def export(text: str, kind: int, index: int) -> bytes:
    """An entry of the exports."""
    return name(text) + bytes((kind, index))


# Functions 5 and 9 are in the table, from slot 1 on.
ELEMENTS = section(9, b"\0\x41\1\x0b\2\x05\x09")
EXPORTS = section(
    7,
    export("called", 0, 5),
    export("wanted", 0, 9),
    export("idle", 0, 6),
    export("place", 3, 0),
    export("memory", 2, 0),
    export("table", 1, 0),
)
WHOLE = HEAD + EXPORTS + ELEMENTS + CODE
LIBRARY = HEAD + section(
    2,
    name("env") + name("memory") + b"\2\1\1\2",
    name("env") + name("__indirect_function_table") + b"\1\x70\0\1",
    name("GOT.mem") + name("place") + b"\3\x7f\1",
    name("env") + name("tag") + b"\4\0\3",
    name("env") + name("wanted") + b"\0\3",
)
ASSIGNED = (
    'memory=Module["memory"]=wasmExports["memory"];_called=Module["_called"]=wasmExports["called"];'
    '_idle=Module["_idle"]=wasmExports["idle"];_wanted=Module["_wanted"]=wasmExports["wanted"];'
    '_place=Module["_place"]=wasmExports["place"].value>>>0'
)
TEXT = (
    f"var memory,_called,_idle,_wanted,_place,wasmTable;function assignWasmExports(wasmExports){{{ASSIGNED}}}"
    "updateGOT(origExports);updateTableMap(tableBase,metadata.tableSize);"
    "instance=new WebAssembly.Instance(binary,info);if(!value&&!entry.required){}_called();"
)


def test_what_nothing_names_is_not_exported() -> None:
    """What the script or a caller mentions stays, what a library imports, and what is no function or address."""
    module, _ = reduced(WHOLE, TEXT, [LIBRARY], "")
    assert [each.name for each in exports_of(module)] == ["called", "wanted", "place", "memory", "table"]
    alone, _ = reduced(WHOLE, TEXT, [], "")
    assert [each.name for each in exports_of(alone)] == ["called", "memory", "table"]
    called_from_outside, _ = reduced(WHOLE, TEXT, [], "Module._idle()")
    assert "idle" in [each.name for each in exports_of(called_from_outside)]


def test_the_rest_of_the_module_is_as_it_was() -> None:
    """Byte for byte."""
    module, _ = reduced(WHOLE, TEXT, [LIBRARY], "")
    assert module.startswith(HEAD)
    assert module.endswith(ELEMENTS + CODE)


def test_the_script_takes_no_more_than_there_is() -> None:
    """It neither declares nor assigns what is gone, and knows the slots of what is left."""
    _, script = reduced(WHOLE, TEXT, [LIBRARY], "")
    assert script.startswith("var memory,_called,_wanted,_place,wasmTable;")
    assert "idle" not in script
    assert '_called=Module["_called"]=wasmExports["called"];' in script
    assert '[["called",1],["wanted",2]]' in script
    assert "updateTableMap(" not in script


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: text.replace("function assignWasmExports", "function take"), "does not take"),
        (lambda text: text.replace("updateGOT(origExports);", ""), "0 times"),
        (lambda text: text + "updateGOT(origExports);", "2 times"),
    ],
)
def test_another_script_is_refused(spoil: Callable[[str], str], reason: str) -> None:
    """One that differs from what it was written for is not guessed at."""
    with pytest.raises(InterpreterError, match=reason):
        reduced(WHOLE, spoil(TEXT), [], "")


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (HEAD + ELEMENTS, "no exports"),
        (HEAD + EXPORTS, "no elements"),
        (HEAD + EXPORTS + section(9, b"\2\0\x41\1\x0b\0\0"), "one segment"),
        (HEAD + EXPORTS + section(9, b"\0\x23\0\x0b\1\5"), "one segment"),
        (HEAD + EXPORTS + section(9, b"\0\x41\1\x41\1\x6a\x0b\0"), "computed"),
    ],
)
def test_another_module_is_refused(module: bytes, reason: str) -> None:
    """One whose table cannot be read from the file."""
    with pytest.raises(InterpreterError, match=reason):
        reduced(module, TEXT, [], "")


def test_pyodides_own_files_are_reduced_to_a_fraction() -> None:
    """A few hundred names of thousands, all of which the script still takes; the allocator is among them."""
    whole, script = (VENDOR / "pyodide" / MODULE).read_bytes(), (VENDOR / "pyodide" / SCRIPT).read_text("utf-8")
    callers = (VENDOR / "pyodide" / "pyodide.mjs").read_text("utf-8")
    module, shorter = reduced(whole, script, [], callers)
    names = {each.name for each in exports_of(module)}
    assert {"malloc", "free", "__main_argc_argv", "memory"} <= names
    assert len(names) * 10 < len(exports_of(whole))
    body = reduce_wasm.ASSIGNING.search(shorter)
    assert body
    assert {taken for _, taken in reduce_wasm.ASSIGNMENT.findall(body[2])} <= names
