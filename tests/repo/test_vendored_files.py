"""The vendored browser runtime is what the lock files say, changed only where it is said to be."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest

from tools import checksums, vendor
from tools.vendor import PATCHES, VENDOR, Patch, VendorError

ROOT = vendor.ROOT
PATCH = Patch(files="core-*.js", old="Function(`x`)()", new="()=>{}", why="a reason")


def test_the_wheels_are_the_locked_ones() -> None:
    """There is one wheel for each line of requirements/page.txt, with the hash given there."""
    wheels = {
        vendor.wheel_metadata(path).name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (VENDOR / "pyodide").glob("*.whl")
    }
    assert wheels == vendor.locked_hashes()


def test_the_interpreters_lock_lists_just_the_wheels() -> None:
    """pyodide-lock.json names each vendored wheel with its hash, and nothing that would come from elsewhere."""
    lock = json.loads((VENDOR / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
    listed = {entry["name"]: entry["sha256"] for entry in lock["packages"].values()}
    assert listed == vendor.locked_hashes()
    assert {entry["file_name"] for entry in lock["packages"].values()} == {
        path.name for path in (VENDOR / "pyodide").glob("*.whl")
    }


def test_what_a_wheel_needs_is_there() -> None:
    """Each dependency of a wheel is in the interpreter's lock too."""
    packages = json.loads((VENDOR / "pyodide" / "pyodide-lock.json").read_text("utf-8"))["packages"]
    assert {need for entry in packages.values() for need in entry["depends"]} <= packages.keys()


def test_the_versions_are_the_pinned_ones() -> None:
    """What was vendored has the versions that package.json pins."""
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    vendored = json.loads((VENDOR / vendor.RECORD).read_text("utf-8"))["versions"]
    names = ["@awesome.me/webawesome", "@pyscript/core", "client-zip", "pyodide"]
    assert {name: vendored[name] for name in names} == {name: pinned[name] for name in names}


@pytest.mark.parametrize("patch", PATCHES, ids=[f"{patch.files} {number}" for number, patch in enumerate(PATCHES, 1)])
def test_the_patched_expression_is_gone(patch: Patch) -> None:
    """No vendored script holds an expression that is said to be replaced, and one holds what replaced it."""
    texts = [file.read_text("utf-8") for file in VENDOR.glob(patch.files)]
    assert [text.count(patch.old) for text in texts] == [0]
    assert patch.new in texts[0]


def test_no_vendored_script_refers_to_a_source_map() -> None:
    """Source maps are not vendored, so nothing asks for one."""
    scripts = [*VENDOR.rglob("*.js"), *VENDOR.rglob("*.mjs")]
    reference = re.compile(r"^//# sourceMappingURL=", re.MULTILINE)
    assert [file.name for file in scripts if reference.search(file.read_text("utf-8"))] == []


def test_every_static_import_of_a_vendored_script_is_vendored() -> None:
    """A script's imports resolve to files beside it."""
    pattern = re.compile(r"""(?:^|[;}])(?:import|export)[^;'"()]*?(?:from)?["'](\./[^"']+)["']""", re.MULTILINE)
    missing = {
        (file.name, name)
        for file in (VENDOR / "pyscript").glob("*.js")
        for name in pattern.findall(file.read_text("utf-8"))
        if not (file.parent / name).is_file()
    }
    assert missing == set()


def test_the_record_names_every_vendored_file() -> None:
    """Each file below static/vendor/ is recorded with its SHA-256, and nothing lies there that is not."""
    assert vendor.differences() == []


@pytest.mark.parametrize("name", ["wheel.whl", "deeper/core.js"])
def test_the_folder_is_whole_until_a_file_is_another(tmp_path: Path, name: str) -> None:
    """A lost or changed file, one that nobody put there, or another stamp, makes the next set-up build it anew."""
    (tmp_path / "deeper").mkdir()
    for each in ("wheel.whl", "deeper/core.js"):
        (tmp_path / each).write_text("abc", encoding="utf-8")
    files = checksums.of_folder(tmp_path)
    (tmp_path / vendor.RECORD).write_text(json.dumps({"stamp": "s", "files": files}), encoding="utf-8")
    assert vendor.is_whole("s", tmp_path)
    assert not vendor.is_whole("other", tmp_path)
    (tmp_path / name).write_text("abd", encoding="utf-8")
    assert vendor.differences(tmp_path) == [name]
    (tmp_path / name).unlink()
    assert vendor.differences(tmp_path) == [name]
    assert not vendor.is_whole("s", tmp_path)
    (tmp_path / name).write_text("abc", encoding="utf-8")
    assert vendor.is_whole("s", tmp_path)
    (tmp_path / f"{name}.br").write_text("abc", encoding="utf-8")
    assert vendor.differences(tmp_path) == [f"{name}.br"]


@pytest.mark.parametrize("record", ["", "[]", "{", '{"files": 1}'], ids=["empty", "list", "half", "no files"])
def test_a_record_that_cannot_be_read_is_no_record(tmp_path: Path, record: str) -> None:
    """Without a record nothing is known of the files, so that they are made anew."""
    assert vendor.differences(tmp_path / "nowhere") == [vendor.RECORD]
    (tmp_path / vendor.RECORD).write_text(record, encoding="utf-8")
    assert vendor.differences(tmp_path) == [vendor.RECORD]
    assert not vendor.is_whole("s", tmp_path)


def test_what_is_joined_into_the_scripts_is_locked() -> None:
    """Each npm package that the vendored scripts were joined from is in package-lock.json, for the page to use."""
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    bundled = vendor.record_of()["bundled"]
    assert {"node_modules/@pyscript/core", "node_modules/pyodide", "node_modules/lit-html"} <= set(bundled)
    assert [folder for folder in bundled if locked.get(folder, {"dev": True}).get("dev")] == []


def test_a_package_is_found_in_the_path_of_its_file() -> None:
    """The innermost package counts, a scope belongs to its name, and the page's own files are of none."""
    paths = ["../../node_modules/a/b.js", "node_modules/a/node_modules/@s/c/d/e.js", "tools/entry.js"]
    assert vendor.bundled_in(paths) == {"node_modules/a", "node_modules/a/node_modules/@s/c"}


@pytest.mark.parametrize("text", ["let a=1", "Function(`x`)();Function(`x`)()"], ids=["never", "twice"])
def test_a_patch_that_does_not_match_once_stops_the_build(tmp_path: Path, text: str) -> None:
    """A release that differs from the one a patch was written for is refused, and the message says where to look."""
    (tmp_path / "core-abc.js").write_text(text, encoding="utf-8")
    with pytest.raises(VendorError, match=r"has to match exactly once .* see PATCHES in tools/vendor.py"):
        vendor.apply_patches(tmp_path, (PATCH,))
    assert (tmp_path / "core-abc.js").read_text("utf-8") == text


def test_a_patch_replaces_its_one_match(tmp_path: Path) -> None:
    """The matching file is changed and no other."""
    (tmp_path / "core-abc.js").write_text("a=Function(`x`)()", encoding="utf-8")
    (tmp_path / "other.js").write_text("Function(`x`)()", encoding="utf-8")
    vendor.apply_patches(tmp_path, (PATCH,))
    assert (tmp_path / "core-abc.js").read_text("utf-8") == "a=()=>{}"
    assert (tmp_path / "other.js").read_text("utf-8") == "Function(`x`)()"


def _wheel(folder: Path, name: str, needs: str = "") -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nVersion: 1.0\n{needs}\n")
    return path


def test_a_wheel_without_what_it_needs_is_refused(tmp_path: Path) -> None:
    """The lock is not made when a wheel needs one that is not there; what only an extra needs is not asked for."""
    wheel = _wheel(tmp_path, "one", 'Requires-Dist: two>=1\nRequires-Dist: three; extra == "more"')
    with pytest.raises(VendorError, match=r"one-1.0-py3-none-any.whl needs two, which .*page.txt does not list"):
        vendor.pyodide_lock({}, [wheel])
    lock = vendor.pyodide_lock({"python": "3.14"}, [wheel, _wheel(tmp_path, "two")])
    assert isinstance(lock["packages"], dict)
    assert list(lock["packages"]) == ["one", "two"]
