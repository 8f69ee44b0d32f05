"""A split module does what the whole one does, whichever functions are in which part, and brings the cold part once."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tools.snapshot import build, hot_functions, wasm_format
from tools.snapshot.inputs import ROOT
from tools.snapshot.instrument_wasm import instrumented
from tools.snapshot.reduce_wasm import MODULE
from tools.snapshot.split_wasm import SplitError, split
from tools.snapshot.wasm_format import constant, name, sized, vector

I32, FUNCREF = wasm_format.I32, wasm_format.FUNCREF
# Adds to a total, which it returns; what calls it; what a table calls; and what throws.
BODIES = (
    bytes.fromhex("00 23 00 20 00 6a 24 00 23 00 0b"),
    bytes.fromhex("00 20 00 10 00 10 00 0b"),
    bytes.fromhex("01 01 7f 20 00 41 00 11 00 00 0b"),
    bytes.fromhex("00 08 00 0b"),
)
NAMES = ("add", "twice", "through", "throw")
ELEMENTS = b"\0" + constant(0) + b"\x0b" + vector([b"\1"])


def module(**other: bytes) -> bytes:
    """A module with a table that it imports and one of its own, a memory, a total, a constant and a tag."""
    parts = {
        "TYPES": vector([bytes((0x60, 1, I32, 1, I32)), b"\x60\0\0"]),
        "IMPORTS": vector([name("env") + name("table") + bytes((1, FUNCREF, 0, 1))]),
        "FUNCTIONS": vector([b"\0", b"\0", b"\0", b"\1"]),
        "TABLES": vector([bytes((FUNCREF, 0, 1))]),
        "MEMORIES": vector([b"\0\1"]),
        "TAGS": vector([b"\0\1"]),
        "GLOBALS": vector([bytes((I32, 1)) + constant(0) + b"\x0b", bytes((I32, 0)) + constant(7) + b"\x0b"]),
        "EXPORTS": vector([name(each) + bytes((0, index)) for index, each in enumerate(NAMES)]),
        "ELEMENTS": vector([ELEMENTS]),
        "CODE": vector(map(sized, BODIES)),
        "DATA": vector([b"\0" + constant(3) + b"\x0b" + sized(b"seven")]),
    }
    return wasm_format.module_of((getattr(wasm_format, key), content) for key, content in (parts | other).items())


PLAY = """
import { readFileSync } from "node:fs";
import { ColdParts } from "%s";
const [hotFile, coldFile, ...calls] = process.argv.slice(1);
const imports = { env: { table: new WebAssembly.Table({ initial: 1, element: "anyfunc" }) } };
let brought = 0;
const cold = new ColdParts((name) => { brought++; return readFileSync(coldFile); });
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(hotFile)), imports);
const exports = cold.exportsOf("module", instance, imports);
const answer = (call) => { try { return exports[call](3) ?? null; } catch (error) { return error.constructor.name; } };
const answers = calls.map(answer);
const ran = Object.keys(exports).filter((key) => key.startsWith("ran.") && exports[key].value);
const before = brought;
if (coldFile) { cold.join("module", new WebAssembly.Module(readFileSync(coldFile))); exports.add(1); exports.twice(1); }
console.log(JSON.stringify({ answers, brought: before, after: brought, ran, names: Object.keys(exports) }));
"""


def play(tmp_path: Path, parts: Iterable[bytes], calls: Iterable[str]) -> dict[str, Any]:
    """Call functions of a module in Node, one after the other, with the argument 3."""
    files = [tmp_path / "hot.wasm", tmp_path / "cold.wasm"]
    held = list(parts)
    for file, part in zip(files, held, strict=False):
        file.write_bytes(part)
    script = PLAY % (ROOT / "static" / "restore.mjs").as_uri()
    given = [str(files[0]), str(files[1]) if len(held) > 1 else ""]
    command = ["node", "--input-type=module", "-e", script, *given, *calls]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return dict(json.loads(done.stdout))


CALLS = ("add", "twice", "through", "throw", "add")


@pytest.mark.parametrize(
    "hot", [set(chosen) for size in range(5) for chosen in itertools.combinations(range(4), size)], ids=str
)
def test_a_split_module_does_what_the_whole_one_does(hot: set[int], tmp_path: Path) -> None:
    """Total, table, results and exceptions are the same, and the cold part comes once, if it is called at all."""
    whole = play(tmp_path, [module()], CALLS)
    parted = play(tmp_path, split(module(), hot), CALLS)
    assert parted["answers"] == whole["answers"] == [3, 12, 30, "Exception", 33]
    assert parted["names"] == whole["names"]
    assert parted["brought"] == parted["after"] == (len(hot) < 4)


def test_what_is_not_called_is_not_brought(tmp_path: Path) -> None:
    """Nor is what came by itself brought again."""
    parted = play(tmp_path, split(module(), {0, 1}), ["add", "twice"])
    assert (parted["brought"], parted["after"]) == (0, 0)


def test_what_ran_is_noted(tmp_path: Path) -> None:
    """By number, and by what each function itself was asked, not by what it might have been."""
    watched = play(tmp_path, [instrumented(module())], ["through"])
    assert watched["ran"] == ["ran.0", "ran.1", "ran.2"]
    assert watched["answers"] == [6]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"GLOBALS": vector([bytes((I32, 1)) + b"\x23\0\x0b"])}, "a global does not begin as a number"),
        ({"GLOBALS": vector([bytes((I32, 0)) + constant(7) + b"\x41"])}, "a global's value is computed"),
        (
            {"GLOBALS": vector([bytes((I32, 0)) + constant(7) + b"\x0b", bytes((I32, 1)) + constant(0) + b"\x0b"])},
            "a global that can change follows",
        ),
        ({"ELEMENTS": vector([ELEMENTS, ELEMENTS])}, "one active segment"),
        ({"TYPES": vector([bytes((0x60, 1, I32, 1, I32))])}, "no function is without parameters"),
        ({"TYPES": vector([b"\x5f\0"])}, "a type is not that of a function"),
    ],
)
def test_another_module_is_refused(other: dict[str, bytes], message: str) -> None:
    """What this was not written for stops the build."""
    with pytest.raises(SplitError, match=message):
        split(module(**other), set())


def test_a_function_that_is_not_there_is_refused() -> None:
    """A record of another module."""
    with pytest.raises(SplitError, match="is not there"):
        split(module(), {4})


def test_the_record_is_of_what_is_there(tmp_path: Path) -> None:
    """Who raises Pyodide or pydantic measures anew: `make hot-functions`. What was not measured stays whole."""
    library, *others = build.unpack_wheels(tmp_path)
    measured = [hot_functions.hot_functions(each) for each in (build.VENDOR / "pyodide" / MODULE, library)]
    assert not others
    assert all(measured)


def test_a_record_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the very file that was measured, and for no other."""
    monkeypatch.setattr(hot_functions, "RECORD", tmp_path / "record.json")
    measured, changed = tmp_path / "one.wasm", tmp_path / "other.wasm"
    measured.write_bytes(b"one")
    changed.write_bytes(b"another")
    hot_functions.record({measured: [0, 7, 8, 3000]})
    assert hot_functions.hot_functions(measured) == {0, 7, 8, 3000}
    assert hot_functions.hot_functions(changed) is None
