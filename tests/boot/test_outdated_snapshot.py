"""A snapshot that was made from other sources is not there for the page: an edit shows on the next load."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from devserver.site import SNAPSHOT, Site
from tools.snapshot.build import is_whole
from tools.snapshot.inputs import build_id, sources_digest


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one source, and a snapshot of it."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("print(1)", encoding="utf-8")
    (tmp_path / "pyscript.toml").write_text('[files]\n"./app/main.py" = "app/main.py"\n', encoding="utf-8")
    folder = tmp_path / "static" / "vendor" / "snapshot"
    folder.mkdir(parents=True)
    text = json.dumps({"build": "b", "sources": sources_digest(tmp_path), "files": {}})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return tmp_path


def test_it_is_served_while_the_sources_are_those_it_was_made_from(checkout: Path) -> None:
    """The manifest is a file like any other."""
    assert Site(checkout).find(SNAPSHOT) == checkout / SNAPSHOT.removeprefix("/")


def test_it_is_gone_once_a_source_is_edited(checkout: Path) -> None:
    """Until the snapshot is made anew, or the edit is taken back."""
    source = checkout / "app" / "main.py"
    source.write_text("print(2)", encoding="utf-8")
    assert Site(checkout).find(SNAPSHOT) is None
    source.write_text("print(1)", encoding="utf-8")
    assert Site(checkout).find(SNAPSHOT) is not None


def test_it_is_gone_once_a_source_is_renamed(checkout: Path) -> None:
    """The name of a module counts as much as what it holds."""
    (checkout / "app" / "main.py").rename(checkout / "app" / "page.py")
    assert Site(checkout).find(SNAPSHOT) is None


def test_a_manifest_that_cannot_be_read_is_not_served(checkout: Path) -> None:
    """Half a file says nothing of what it was made from."""
    (checkout / SNAPSHOT.removeprefix("/")).write_text('{"sources": ', encoding="utf-8")
    assert Site(checkout).find(SNAPSHOT) is None


def test_a_snapshot_without_its_memory_is_made_anew(checkout: Path) -> None:
    """It is whole only with every file that it lists, and only for the build that it was made for."""
    folder = checkout / "static" / "vendor" / "snapshot"
    assert is_whole("b", folder)
    assert not is_whole("c", folder)
    files = {"memory.bin": hashlib.sha256(b"abc").hexdigest()}
    text = json.dumps({"build": "b", "sources": "", "files": files})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert not is_whole("b", folder)
    (folder / "memory.bin").write_bytes(b"abd")
    assert not is_whole("b", folder)
    (folder / "memory.bin").write_bytes(b"abc")
    assert is_whole("b", folder)
    (folder / "more.bin").write_bytes(b"abc")
    assert not is_whole("b", folder)


def test_the_build_is_another_when_anything_it_is_made_from_changes(checkout: Path) -> None:
    """The page's sources, the interpreter, the tools."""
    tools = Path(__file__).resolve().parents[2]
    (checkout / "tools").symlink_to(tools / "tools")
    (checkout / "static" / "restore.mjs").write_text("1", encoding="utf-8")
    pyodide = checkout / "static" / "vendor" / "pyodide"
    pyodide.mkdir()
    builds = {build_id(checkout)}
    (pyodide / "pyodide.asm.wasm").write_bytes(b"1")
    builds.add(build_id(checkout))
    (checkout / "static" / "restore.mjs").write_text("2", encoding="utf-8")
    builds.add(build_id(checkout))
    (checkout / "app" / "late.py").write_text("", encoding="utf-8")
    assert build_id(checkout) in builds, "what is late is not in it"
    (checkout / "app" / "main.py").write_text("print(3)", encoding="utf-8")
    builds.add(build_id(checkout))
    assert len(builds) == 4
