"""Makes the memory snapshot that the page boots from, in static/vendor/snapshot/.

A snapshot that differs from a stock interpreter in what the page sees is not put into its place: the page then boots
the stock way. Standard library only.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import checksums, compress, page_files
from tools.node import ScriptFailed, run_script
from tools.snapshot.hot_functions import hot_functions
from tools.snapshot.inputs import ROOT, build_id, frozen_sources, pyscript_scripts, scripts, sources_digest
from tools.snapshot.reduce_wasm import MODULE, SCRIPT, InterpreterError, reduced
from tools.snapshot.split_wasm import SplitError, split

VENDOR = ROOT / "static" / "vendor"
OUT = VENDOR / "snapshot"
MANIFEST = "manifest.json"
TOOLS = Path(__file__).resolve().parent
# A wheel that only a worker uses, which boots the stock way.
LEFT_OUT = ("pyodide_http",)
# What weighs the page from outside, and is called by nobody within it.
SCALES = "_mallinfo"
# What static/restore.mjs calls the interpreter's own module; a library is called by its path.
INTERPRETER = "interpreter"
SITE_PACKAGES = "/lib/python3.14/site-packages/"


class SnapshotError(Exception):
    """There is no snapshot, and the page boots without one; the message says why."""


def manifest_of(out: Path = OUT) -> dict[str, Any]:
    """What the manifest says; nothing, if none can be read."""
    try:
        manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def differences(out: Path = OUT) -> list[str]:
    """The files that are missing, that are not what was put there, or that nobody put there; or else the manifest."""
    recorded = manifest_of(out).get("files")
    if not isinstance(recorded, dict):
        return [MANIFEST]
    return checksums.differences(recorded, checksums.of_folder(out, without=frozenset({MANIFEST})))


def is_whole(build: str, out: Path = OUT) -> bool:
    """Whether the folder holds the snapshot of this build, byte for byte, and nothing else."""
    return manifest_of(out).get("build") == build and not differences(out)


def is_current() -> bool:
    """Whether the snapshot that is there is whole and was made from what is there now."""
    return is_whole(build_id())


def unpack_wheels(folder: Path, root: Path = ROOT) -> list[Path]:
    """Unpack the wheels that are in the snapshot into `folder`/site; returns their native libraries."""
    for wheel in sorted((root / "static" / "vendor" / "pyodide").glob("*.whl")):
        if not wheel.name.startswith(LEFT_OUT):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder / "site")
    return sorted((folder / "site").rglob("*.so"))


def path_of(library: Path, folder: Path) -> str:
    """Where the interpreter has a library that was unpacked into `folder`."""
    return SITE_PACKAGES + library.relative_to(folder / "site").as_posix()


def freeze(folder: Path, root: Path = ROOT) -> tuple[Path, dict[str, Any]]:
    """Make the memory from the copy of the page's files in `folder`; returns its file, and what is known of it."""
    pyodide = root / "static" / "vendor" / "pyodide"
    libraries = unpack_wheels(folder, root)
    interpreter = reduce_interpreter(folder, libraries, root)
    parts = split_modules(folder, interpreter, libraries, root)
    memory, report = folder / "memory.bin", folder / "report.json"
    job = {
        "root": str(folder),
        "pyodide": f"{pyodide}/",
        "interpreter": f"{interpreter}/",
        "parts": parts,
        "pyscript": [str(file) for file in pyscript_scripts(root)],
        "site": str(folder / "site"),
        "scratch": str(folder),
        "modules": frozen_sources(folder),
        "memory": str(memory),
        "report": str(report),
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    _node(TOOLS / "build.mjs", str(folder / "job.json"), failure="the snapshot could not be made")
    return memory, json.loads(report.read_text("utf-8")) | {"parts": parts}


def reduce_interpreter(folder: Path, libraries: list[Path], root: Path = ROOT) -> Path:
    """Write the interpreter that the memory is restored into, for these libraries; returns its folder in `folder`."""
    pyodide, out = root / "static" / "vendor" / "pyodide", folder / "interpreter"
    callers = [pyodide / "pyodide.mjs", root / "static" / "restore.mjs", *scripts(root)]
    text = "\n".join((SCALES, *(file.read_text("utf-8") for file in callers)))
    contents = [file.read_bytes() for file in libraries]
    try:
        module, script = reduced((pyodide / MODULE).read_bytes(), (pyodide / SCRIPT).read_text("utf-8"), contents, text)
    except InterpreterError as error:
        raise SnapshotError(f"the interpreter could not be reduced: {error}") from None
    out.mkdir()
    (out / MODULE).write_bytes(module)
    (out / SCRIPT).write_text(script, encoding="utf-8")
    return out


def split_modules(folder: Path, interpreter: Path, libraries: list[Path], root: Path = ROOT) -> dict[str, list[str]]:
    """Write the hot and the cold part of the interpreter and of each library into `folder`/split, with the script.

    Returns the two files of each by the name that static/restore.mjs has for it; only the one of a module that was not
    measured (hot_functions.py), which stays whole.
    """
    out = folder / "split"
    out.mkdir()
    shutil.copyfile(interpreter / SCRIPT, out / SCRIPT)
    stock = root / "static" / "vendor" / "pyodide" / MODULE
    modules = {
        INTERPRETER: (stock, interpreter / MODULE),
        **{path_of(each, folder): (each, each) for each in libraries},
    }
    parts = {}
    for name, (measured, module) in modules.items():
        hot = hot_functions(measured)
        if hot is None:
            contents: tuple[bytes, ...] = (module.read_bytes(),)
        else:
            try:
                contents = split(module.read_bytes(), hot)
            except SplitError as error:
                raise SnapshotError(f"{module.name} could not be split: {error}") from None
        files = [out / f"{prefix}{module.name}" for prefix in ("", "cold.")[: len(contents)]]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        parts[name] = [str(file) for file in files]
    return parts


def copy_sources(folder: Path, root: Path = ROOT) -> None:
    """Copy the page's files, which may change while the memory is made."""
    shutil.copytree(root / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(root / page_files.SETTINGS, folder)


def make(build: str, out: Path = OUT, *, root: Path = ROOT) -> None:
    """Make the snapshot, test it, compress it and put it into its place. Raises SnapshotError."""
    with tempfile.TemporaryDirectory(prefix="podi-snapshot-") as scratch:
        folder = Path(scratch)
        copy_sources(folder, root)
        if build != build_id(root):
            raise SnapshotError("the page's files are changing; run it again")
        memory, frozen = freeze(folder, root)
        _node(TOOLS / "compare.mjs", str(folder / "job.json"), failure="the snapshot is not like a stock interpreter")
        for name, reason in frozen["failed"].items():
            print(f"podi: {name} is not in the snapshot: {reason}", flush=True)
        fresh = folder / "out"
        fresh.mkdir()
        for name in (MODULE, SCRIPT):
            shutil.copyfile(folder / "split" / name, fresh / name)
        libraries, cold = {}, {}
        for name, (hot_part, *cold_part) in frozen["parts"].items():
            stem = INTERPRETER if name == INTERPRETER else Path(name).name.partition(".")[0].strip("_")
            if name != INTERPRETER:
                libraries[name] = _place(Path(hot_part), fresh, stem, ".wasm")
            for file in cold_part:
                cold[name] = _place(Path(file), fresh, f"{stem}.cold", ".wasm")
        manifest: dict[str, object] = {
            "build": build,
            "sources": sources_digest(folder),
            "memory": {"file": _place(memory, fresh, "memory", ".bin"), "bytes": frozen["bytes"], "sum": frozen["sum"]},
            "libraries": libraries,
            "cold": cold,
        }
        _node(compress.SCRIPT, str(fresh), ".bin", ".wasm", ".mjs", failure="the snapshot could not be compressed")
        manifest["files"] = checksums.of_folder(fresh)
        (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        _replace(fresh, out)


def ensure(say: Callable[[str], None]) -> None:
    """Make the snapshot unless it is there. One that cannot be made is said, and leaves the page to boot without."""
    build = build_id()
    if is_whole(build):
        return
    say("making the memory snapshot that the page boots from (static/vendor/snapshot/)")
    try:
        make(build)
    except SnapshotError as error:
        shutil.rmtree(OUT, ignore_errors=True)
        say(f"no snapshot, the page boots without: {error}")


def _hashed(file: Path, stem: str, suffix: str) -> str:
    return f"{stem}.{checksums.of_file(file)[:16]}{suffix}"


def _place(file: Path, folder: Path, stem: str, suffix: str) -> str:
    name = _hashed(file, stem, suffix)
    shutil.copyfile(file, folder / name)
    return name


def _replace(fresh: Path, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    new, old = out.with_name(f"{out.name}.new"), out.with_name(f"{out.name}.old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(fresh, new)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _node(script: Path, *arguments: str, failure: str) -> None:
    try:
        run_script(script, *arguments)
    except ScriptFailed as error:
        raise SnapshotError(f"{failure}:\n{error}") from None


def is_memory(memory: Path, out: Path = OUT) -> bool:
    """Whether a memory that was made is, byte for byte, the one that is there."""
    return bool(manifest_of(out)["memory"]["file"] == _hashed(memory, "memory", ".bin"))


def is_repeatable() -> bool:
    """Make the memory again, and say whether it is, byte for byte, the one that is there. Raises SnapshotError."""
    with tempfile.TemporaryDirectory(prefix="podi-snapshot-") as scratch:
        copy_sources(Path(scratch))
        memory, _ = freeze(Path(scratch))
        return is_memory(memory)
