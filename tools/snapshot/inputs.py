"""What a snapshot is made from, and one hash over it. Standard library only."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools import page_files

ROOT = Path(__file__).resolve().parents[2]


def frozen_sources(root: Path) -> list[str]:
    """The modules that go into the snapshot, the early ones, as paths from `root`."""
    return page_files.listed(root)


def sources_digest(root: Path = ROOT) -> str:
    """One hash over what the page begins with. The host computes the same to see whether a snapshot is of these."""
    total = hashlib.sha256()
    for path in (*frozen_sources(root), page_files.RUN):
        file = root / path
        data = file.read_bytes() if file.is_file() else b""
        total.update(f"{path}\n{len(data)}\n".encode() + data)
    return total.hexdigest()


def pyscript_scripts(root: Path) -> list[Path]:
    """PyScript's script, which holds the modules that it adds to every interpreter."""
    return sorted((root / "static" / "vendor" / "pyscript").glob("core-*.js"))


def scripts(root: Path = ROOT) -> list[Path]:
    """What Node runs while a snapshot is made."""
    return sorted((root / "tools" / "snapshot").glob("*.mjs"))


def build_id(root: Path = ROOT) -> str:
    """One hash over all that a snapshot is made from: interpreter, wheels, the page's files and these tools."""
    pyodide = root / "static" / "vendor" / "pyodide"
    inputs = sorted(file for file in pyodide.iterdir() if file.suffix not in {".br", ".gz"})
    inputs += pyscript_scripts(root)
    inputs += [*sorted((root / "tools" / "snapshot").glob("*.py")), *scripts(root)]
    inputs += [root / "tools" / "compress.mjs", root / "static" / "restore.mjs"]
    inputs += [root / "tools" / "snapshot" / "hot_functions.json"]
    total = hashlib.sha256(sources_digest(root).encode())
    for file in inputs:
        total.update(f"{file.name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
