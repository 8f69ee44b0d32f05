"""Compiles the late modules, so that the page need not.

Each has a file in .bytecode/, named after what it is made of. A module whose source has no file there is sent as it is.
Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tools import page_files
from tools.node import ROOT, ScriptFailed, run_script

FOLDER = ROOT / ".bytecode"
SCRIPT = ROOT / "tools" / "late_bytecode.mjs"
COMPILER = ROOT / "tools" / "snapshot" / "small_bytecode.py"
SEEDED = ROOT / "tools" / "snapshot" / "seeded.mjs"
PYODIDE = ROOT / "static" / "vendor" / "pyodide"


def of(path: str, source: bytes, folder: Path = FOLDER) -> bytes | None:
    """Return a module's bytecode, or None if it has not been compiled."""
    try:
        return (folder / name_of(path, source)).read_bytes()
    except OSError:
        return None


def ensure(say: Callable[[str], None], folder: Path = FOLDER, root: Path = ROOT) -> None:
    """Compile what is late and not compiled yet, and remove what is not wanted any more."""
    sources = {path: (root / path).read_bytes() for path in page_files.late_modules(root)}
    names = {name_of(path, source): path for path, source in sources.items()}
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.pyc"):
        if file.name not in names:
            file.unlink()
    missing = {name: path for name, path in names.items() if not (folder / name).is_file()}
    if not missing:
        return
    say("compiling what the page loads late (.bytecode/)")
    with tempfile.TemporaryDirectory(prefix="podi-bytecode-") as scratch:
        job = {
            "pyodide": f"{PYODIDE}/",
            "compiler": COMPILER.read_text("utf-8"),
            "modules": {name: [path, sources[path].decode()] for name, path in missing.items()},
            "out": scratch,
        }
        written = Path(scratch, "job.json")
        written.write_text(json.dumps(job), encoding="utf-8")
        try:
            run_script(SCRIPT, str(written))
        except ScriptFailed as error:
            say(f"the page will compile them: {error}")
            return
        for name, path in missing.items():
            if not Path(scratch, name).is_file():
                say(f"{path} could not be compiled")
                continue
            new = folder / f"{name}.new"
            shutil.copyfile(Path(scratch, name), new)
            new.rename(folder / name)


def name_of(path: str, source: bytes) -> str:
    """The name of the file of a module."""
    return f"{hashlib.sha256(_compiler() + path.encode() + source).hexdigest()}.pyc"


@cache
def _compiler() -> bytes:
    """What bytecode is of: the interpreter's version, and how it is started and asked to compile."""
    files = (PYODIDE / "pyodide-lock.json", COMPILER, SCRIPT, SEEDED)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()
