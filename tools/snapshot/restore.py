"""Is in the memory snapshot, and makes an interpreter that was restored from it one of its own page and moment.

A snapshot freezes the generators' states, the environment and the time zone of the machine that made it. `wake`
replaces them. What PyScript writes into every interpreter is compiled already. The standard library's file is not in a
snapshot; it is fetched the moment something imports a module that is not there either.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import source_hash, spec_from_file_location
from types import CodeType, ModuleType
from typing import Any

LIBRARY = "/lib/python314.zip"

COMPILED: dict[str, tuple[str, bytes, CodeType]] = {}
"""Modules that are compiled already: the path from the home, the hash of the source, and the code."""


def seeds(generator: random.Random) -> bool:
    """Whether `wake` takes care of this generator."""
    # One that asks the system has no state. `tempfile` makes its own anew.
    return isinstance(generator, random.SystemRandom) or generator in {random._inst, _temporary_names()}


def wake(environment: Mapping[str, str], bring_library: Callable[[], Any]) -> None:
    """Take up life in a page, with its environment and a way to get the standard library, synchronously."""
    random.seed()
    if tempfile := sys.modules.get("tempfile"):
        vars(tempfile)["_name_sequence"] = None
    if uuid := sys.modules.get("uuid"):
        vars(uuid).update(_node=None, _last_timestamp=None)
    os.environ.update(environment)
    if hasattr(time, "tzset"):
        time.tzset()
    while sys.path.count("") > 1:
        sys.path.remove("")
    sys.meta_path[:0] = [CompiledAhead(), LateLibrary(bring_library)]


def _temporary_names() -> object:
    names = getattr(sys.modules.get("tempfile"), "_name_sequence", None)
    return getattr(names, "_rng", None)


class CompiledAhead:
    """A finder of the modules that PyScript writes into every interpreter, whose code is in the snapshot."""

    def find_spec(self, name: str, *_: Sequence[str] | ModuleType | None) -> ModuleSpec | None:
        """Find such a module where it is a file of its own."""
        if name not in COMPILED:
            return None
        path = os.path.join(os.getcwd(), COMPILED[name][0])  # noqa: PTH109, PTH118
        return spec_from_file_location(name, path, loader=_Loader(name, path)) if os.path.isfile(path) else None  # noqa: PTH113


class _Loader(SourceFileLoader):
    """Compiles only what is not the file that was compiled."""

    def get_code(self, fullname: str) -> CodeType | None:
        _, wanted, code = COMPILED[fullname]
        return code if source_hash(self.get_data(self.path)) == wanted else super().get_code(fullname)


class LateLibrary:
    """A finder that finds nothing, and puts the standard library's file into its place the first time it is asked."""

    def __init__(self, bring: Callable[[], Any]) -> None:
        self._bring = bring

    def find_spec(self, name: str, *_: Sequence[str] | ModuleType | None) -> ModuleSpec | None:
        """Fetch the file if only it can hold the module; the next finder does the rest."""
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names and top not in sys.builtin_module_names:
            try:
                data = self._bring().to_bytes()
            except Exception as error:
                raise ModuleNotFoundError(f"{name}: the standard library could not be fetched", name=name) from error
            sys.meta_path.remove(self)
            with open(LIBRARY, "wb") as file:  # noqa: PTH123 - pathlib may not be there yet
                file.write(data)
            sys.path_importer_cache.pop(LIBRARY, None)
        return None
