"""Runs inside Pyodide, in the first of the two runs that make the memory snapshot: compile small what the page imports.

Imports every module of the page and writes what that took as bytecode without docstrings: a reduced standard library,
and a ``__pycache__`` beside every other file. The second run imports these, and so has neither a parser's litter nor
texts that nobody reads in its memory.
"""

import importlib
import importlib.util
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.snapshot.small_bytecode import bytecode

LIBRARY = "/lib/python314.zip"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def origin(module: ModuleType) -> tuple[str, Any] | None:
    """Return the path of a module's source and the loader that can read it; None for a module without."""
    spec = getattr(module, "__spec__", None)
    if spec is None or not spec.has_location or not hasattr(spec.loader, "get_source"):
        return None
    return (str(spec.origin), spec.loader) if str(spec.origin).endswith(".py") else None


def pack(names: list[str], library: str) -> dict[str, str]:
    """Import these modules, write what they need, and say which could not be imported and why."""
    failed = {}
    for name in names:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the page will import that module by itself
            failed[name] = repr(error)
    with zipfile.ZipFile(library, "w", zipfile.ZIP_STORED) as reduced:
        for name, module in sorted(sys.modules.items()):
            if (found := origin(module)) is None:
                continue
            path, loader = found
            packed = bytecode(loader.get_source(name), path)
            if path.startswith(LIBRARY):
                entry = path.removeprefix(LIBRARY + "/") + "c"
                reduced.writestr(zipfile.ZipInfo(entry, LONG_AGO), packed)
            else:
                target = Path(importlib.util.cache_from_source(path))
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(packed)
    return failed
