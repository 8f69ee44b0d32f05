"""Compressed twins beside large files, for a host to send. Standard library only.

Set-up makes quick ones; what is deployed or measured has the smallest (docs/decisions/setup-twins.md).
"""

from __future__ import annotations

from pathlib import Path

from tools.node import ROOT, run_script

SCRIPT = ROOT / "tools" / "compress.mjs"
VENDOR = ROOT / "static" / "vendor"
CACHE = ROOT / ".twins"


def compress(folder: Path, *suffixes: str) -> None:
    """Put a brotli and a gzip twin beside each file of these kinds that has none. Raises ScriptFailed."""
    run_script(SCRIPT, str(folder), *suffixes)


def compress_best(folder: Path, *suffixes: str, cache: Path = CACHE) -> None:
    """Do the same with the smallest twins, which are kept for the next time. Raises ScriptFailed."""
    run_script(SCRIPT, "--best", str(cache), str(folder), *suffixes)


def compress_runtime(vendor: Path = VENDOR) -> None:
    """Put twins beside the runtime's own files. Raises ScriptFailed."""
    for folder in ("pyodide", "pyscript", "components", "client-zip"):
        compress(vendor / folder, ".wasm", ".mjs", ".js", ".css")
