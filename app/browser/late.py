"""The late part of the page: modules, sentences and styles that come in one archive, when somebody asks for them.

``tools/page_files.py`` says what is late, and ``tools/late_archive.py`` how it comes: the modules, compiled where that
could be, and which late ones each of them imports. A module that is wanted is imported from the archive, after those
that it imports itself, and the browser has its turn after each. The styles are adopted by the document, which the
page's policy allows to its own scripts.
"""

import asyncio
import importlib
import json
import marshal
import sys
from collections.abc import Iterator, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import MAGIC_NUMBER
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, cast

import js
from pyodide.ffi import JsException, to_js

from app.browser import files
from app.ports import TransportError

if TYPE_CHECKING:
    from app.late_ports import LateAdapters

ARCHIVE = "static/late.bin"
_ADAPTERS = "app.browser.late_adapters"
_HEADER = 16
"""Bytes before the code of a compiled module."""
_PARTS = ("modules", "imports", "messages", "styles")


class _Module(NamedTuple):
    content: bytes
    compiled: bool
    package: bool


class _Archived(MetaPathFinder, Loader):
    """Imports modules from the archive: nothing is written, and no folder searched."""

    def __init__(self) -> None:
        # Those that are not imported yet, by name.
        self.modules: dict[str, _Module] = {}

    def find_spec(self, fullname: str, *_: object, **__: object) -> ModuleSpec | None:
        found = self.modules.get(fullname)
        return found and ModuleSpec(fullname, self, is_package=found.package)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        content, compiled, _ = self.modules[name]
        if compiled and not content.startswith(MAGIC_NUMBER):
            raise ImportError(f"{name} is compiled for another Python")
        exec(marshal.loads(content[_HEADER:]) if compiled else compile(content, name, "exec"), module.__dict__)
        del self.modules[name]


class BrowserLate:
    """Loads the archive once; a load that failed may be tried again."""

    def __init__(self) -> None:
        self.loaded = False
        # The load that is under way, whoever asked for it.
        self._loading: asyncio.Task[None] | None = None
        # The late sentences by language.
        self._sentences: dict[str, dict[str, str | dict[str, str]]] = {}
        # Which late modules each of them imports, by name.
        self._imports: dict[str, list[str]] = {}
        self._archived = _Archived()
        sys.meta_path.insert(0, self._archived)

    @property
    def adapters(self) -> "LateAdapters":
        """The adapters that came with the archive."""
        return cast("LateAdapters", importlib.import_module(_ADAPTERS))

    def has(self, module: str) -> bool:
        """Whether a late module has been imported."""
        return module in sys.modules

    async def bring(self, module: str) -> None:
        """Return once a late module has been imported; raise ``TransportError`` if the archive cannot be read."""
        await self._come()
        passed: set[str] = set()
        for name in chain(self._needed(_ADAPTERS, passed), self._needed(module, passed)):
            importlib.import_module(name)
            await asyncio.sleep(0)

    def sentences(self, language: str) -> Mapping[str, str | Mapping[str, str]]:
        """Return the late sentences of a language; none before they are loaded."""
        return self._sentences.get(language, {})

    def _needed(self, module: str, passed: set[str]) -> Iterator[str]:
        """Yield the late modules that are still to be imported for one, each after those that it imports."""
        if module in passed or module in sys.modules:
            return
        passed.add(module)
        for other in self._imports[module]:
            yield from self._needed(other, passed)
        yield module

    async def _come(self) -> None:
        if self.loaded:
            return
        if self._loading is None:
            self._loading = asyncio.get_running_loop().create_task(self._load())
        loading = self._loading
        try:
            # One that goes away does not take it from the others.
            await asyncio.shield(loading)
        finally:
            if loading.done() and self._loading is loading:
                self._loading = None

    async def _load(self) -> None:
        try:
            answer = await js.fetch(files.address(ARCHIVE))
            archive = (await answer.arrayBuffer()).to_bytes()
        except JsException as error:
            raise TransportError(str(error.name)) from None
        if not answer.ok:
            raise TransportError(f"{ARCHIVE}: HTTP {answer.status}")
        try:
            line, _, bodies = archive.partition(b"\n")
            contents = json.loads(line)
            modules, imports, messages, styles = (contents[name] for name in _PARTS)
            self._archived.modules = _split(modules, bodies)
        except (ValueError, TypeError, KeyError):
            # A proxy in between may answer in its own words, JSON included.
            raise TransportError(f"{ARCHIVE} is no archive") from None
        self._imports = imports
        for path, content in messages.items():
            language = path.rpartition("/")[2].split(".")[1]
            self._sentences.setdefault(language, {}).update(json.loads(content))
        _adopt("\n".join(styles.values()))
        self.loaded = True


def _split(modules: Mapping[str, Mapping[str, int]], bodies: bytes) -> dict[str, _Module]:
    """Return the modules by name; raise ``ValueError`` if the archive is cut off."""
    split: dict[str, _Module] = {}
    begin = 0
    for name, module in modules.items():
        end = begin + module["bytes"]
        split[name] = _Module(bodies[begin:end], bool(module["compiled"]), bool(module["package"]))
        begin = end
    if begin != len(bodies):
        raise ValueError(begin)
    return split


def _adopt(text: str) -> None:
    sheet = js.CSSStyleSheet.new()
    sheet.replaceSync(text)
    js.document.adoptedStyleSheets = to_js([*js.document.adoptedStyleSheets, sheet])
