"""The late part as one file: what is in it, and which modules of it come compiled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import late_archive, page_files

SOURCES = {
    "pyscript.toml": '[files]\n"./app/main.py" = "app/main.py"\n',
    "app/main.py": "",
    "app/late/__init__.py": "",
    "app/late/one.py": "import app.late.two",
    "app/late/two.py": "字 = 1",
    "static/late/messages/x.en.json": "{}",
    "static/late/styles/x.css": "a {}",
}
MODULES = ["app/late/__init__.py", "app/late/one.py", "app/late/two.py"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is nothing but some late files."""
    for path, text in SOURCES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_it_says_what_is_in_it_and_then_are_the_modules(checkout: Path) -> None:
    """Without bytecode they are sources, in bytes."""
    contents, _, modules = late_archive.made(checkout, checkout / "none").partition(b"\n")
    bodies = [SOURCES[path].encode() for path in MODULES]
    assert json.loads(contents) == {
        "modules": {path: {"bytes": len(body), "compiled": False} for path, body in zip(MODULES, bodies, strict=True)},
        "imports": page_files.late_imports(checkout),
        "messages": {"static/late/messages/x.en.json": "{}"},
        "styles": {"static/late/styles/x.css": "a {}"},
    }
    assert modules == b"".join(bodies)


def test_bytecode_is_of_one_source_and_made_once(checkout: Path) -> None:
    """A module that is edited is sent as it is until it is compiled again; what is not wanted any more is removed."""
    said: list[str] = []
    folder = checkout / "bytecode"
    late_archive.ensure(said.append, folder, checkout)
    contents = json.loads(late_archive.made(checkout, folder).partition(b"\n")[0])
    assert [module["compiled"] for module in contents["modules"].values()] == [True, True, True]
    made = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    late_archive.ensure(said.append, folder, checkout)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == made
    assert len(said) == 1
    assert late_archive.read(checkout, folder) == late_archive.made(checkout, folder)
    (checkout / MODULES[1]).write_text("a = 2", encoding="utf-8")
    contents = json.loads(late_archive.read(checkout, folder).partition(b"\n")[0])
    assert contents["modules"][MODULES[1]] == {"bytes": 5, "compiled": False}
    late_archive.ensure(said.append, folder, checkout)
    assert len({file.name for file in folder.iterdir()} & made.keys()) == len(MODULES) - 1 == len(made) - 2


def test_a_module_that_cannot_be_compiled_is_sent_as_it_is(checkout: Path) -> None:
    """Set-up goes on; the page says what is wrong with it where it is opened."""
    said: list[str] = []
    (checkout / MODULES[2]).write_text("return 1", encoding="utf-8")
    late_archive.ensure(said.append, checkout / "bytecode", checkout)
    assert said[1:] == [f"{MODULES[2]} could not be compiled"]
    contents, _, modules = late_archive.made(checkout, checkout / "bytecode").partition(b"\n")
    assert [module["compiled"] for module in json.loads(contents)["modules"].values()] == [True, True, False]
    assert modules.endswith(b"return 1")


def test_all_that_is_late_in_this_checkout_is_compiled() -> None:
    """Set-up did it before these tests."""
    contents = json.loads(late_archive.read().partition(b"\n")[0])
    assert [path for path, module in contents["modules"].items() if not module["compiled"]] == []
