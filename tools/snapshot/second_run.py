"""Runs inside Pyodide, in the second of the two runs that make the memory snapshot: import everything, and tidy up.

Nothing that holds a time, a secret or the state of a random generator may be in a snapshot. `tidy` refuses to go on if
it finds a generator that ``restore`` does not seed.
"""

import functools
import gc
import importlib
import importlib.metadata
import importlib.util
import linecache
import os
import random
import re
import sys
import typing
import warnings

from pydantic import BaseModel, TypeAdapter

from tools.snapshot import restore


class NotFit(Exception):
    """The interpreter holds something that must not be in a snapshot."""


def load(names: list[str]) -> None:
    """Import these modules, and build every model and every adapter among them."""
    for name in names:
        importlib.import_module(name)
    for model in _below(BaseModel):
        if model.__module__.startswith("app."):
            model.model_rebuild(raise_errors=True)
    for module in list(sys.modules.values()):
        for value in list(vars(module).values()) if module.__name__.startswith("app.") else ():
            if isinstance(value, TypeAdapter):
                value.rebuild(raise_errors=True)


def compile_ahead(texts: list[list[str]]) -> None:
    """Compile modules that will be written into every interpreter: their paths, seen from the home, and their texts."""
    for path, text in texts:
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        source = text.encode()
        code = compile(source, os.path.join(os.getcwd(), path), "exec", dont_inherit=True)  # noqa: PTH109, PTH118
        restore.COMPILED[name] = (path, importlib.util.source_hash(source), code)


def tidy() -> None:
    """Drop caches and litter, so that the snapshot is small and holds nothing of this run."""
    for name in ("PYTHONHASHSEED", "PYTHONNODEBUGRANGES"):
        os.environ.pop(name, None)
    if unknown := unseeded():
        raise NotFit(f"random generators that nothing seeds after the restore: {unknown}")
    for each in gc.get_objects():
        if isinstance(each, type) and each.__flags__ & (1 << 9):  # a heap type: made by Python code
            _forget_text(each)
        elif isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()
    linecache.clearcache()
    re.purge()
    warnings.resetwarnings()
    importlib.invalidate_caches()
    sys.path_importer_cache.clear()
    for cleanup in typing._cleanups:  # type: ignore[attr-defined]
        cleanup()
    gc.collect()
    gc.collect()


def unseeded() -> list[random.Random]:
    """Find the random generators whose state would be the same in every page."""
    return [each for each in gc.get_objects() if isinstance(each, random.Random) and not restore.seeds(each)]


def _below(parent: type[BaseModel]) -> list[type[BaseModel]]:
    children: list[type[BaseModel]] = parent.__subclasses__()
    return [each for child in children for each in (child, *_below(child))]


def _forget_text(each: type) -> None:
    """Dataclasses write their signature as text into a class without docstring."""
    if isinstance(each.__dict__.get("__doc__"), str):
        try:
            each.__doc__ = None
        except (AttributeError, TypeError):
            return
