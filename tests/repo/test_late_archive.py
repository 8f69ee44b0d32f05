"""The late part as one file: what is in it, and which modules of it come compiled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import late_archive

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
NAMES = ["app.late", "app.late.one", "app.late.two"]


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
        "modules": {
            name: {"bytes": len(body), "compiled": False, "package": name == NAMES[0]}
            for name, body in zip(NAMES, bodies, strict=True)
        },
        "imports": {"app.late": [], "app.late.one": ["app.late", "app.late.two"], "app.late.two": ["app.late"]},
        "messages": {"static/late/messages/x.en.json": "{}"},
        "styles": {"static/late/styles/x.css": "a {}"},
    }
    assert modules == b"".join(bodies)


def test_bytecode_is_of_one_source_and_made_once(checkout: Path) -> None:
    """A module that is edited, or that cannot be compiled, is sent as it is; what is not wanted any more is removed."""
    said: list[str] = []
    folder = checkout / "bytecode"
    late_archive.ensure(said.append, folder, checkout)
    assert _compiled(late_archive.made(checkout, folder)) == [True, True, True]
    assert late_archive.read(checkout, folder) == late_archive.made(checkout, folder)
    made = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    late_archive.ensure(said.append, folder, checkout)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == made
    assert len(said) == 1
    (checkout / MODULES[2]).write_text("return 1", encoding="utf-8")
    assert _compiled(late_archive.read(checkout, folder)) == [True, True, False]
    late_archive.ensure(said.append, folder, checkout)
    assert said[2:] == [f"{MODULES[2]} could not be compiled"]
    assert _compiled(late_archive.read(checkout, folder)) == [True, True, False]
    assert late_archive.read(checkout, folder).endswith(b"return 1")
    assert len({file.name for file in folder.iterdir()} & made.keys()) == len(MODULES) - 1


def test_all_that_is_late_in_this_checkout_is_compiled() -> None:
    """Set-up did it before these tests."""
    assert all(_compiled(late_archive.read()))


def _compiled(archive: bytes) -> list[bool]:
    return [module["compiled"] for module in json.loads(archive.partition(b"\n")[0])["modules"].values()]
