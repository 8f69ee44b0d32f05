"""The late part of the page: modules, sentences and styles that come in one archive, when somebody asks for them.

``tools/page_files.py`` says what is late, and ``tools/late_archive.py`` how it comes: the modules, compiled where that
could be, and which late ones each of them imports. A module is written beside the early ones when it is wanted, so that
it imports like any other, after those that it imports itself, and the browser has its turn after each. The styles are
adopted by the document, which the page's policy allows to its own scripts.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import js
from pyodide.ffi import JsException, to_js

from app.browser import files
from app.ports import TransportError

if TYPE_CHECKING:
    from app.late_ports import LateAdapters

ARCHIVE = "static/late.bin"
_ADAPTERS = "app.browser.late_adapters"
_PACKAGE = "/__init__.py"
_PARTS = ("modules", "imports", "messages", "styles")


class _File(NamedTuple):
    path: str
    content: bytes


class BrowserLate:
    """Loads the archive once; a load that failed may be tried again."""

    def __init__(self) -> None:
        self.loaded = False
        # The load that is under way, whoever asked for it.
        self._loading: asyncio.Task[None] | None = None
        # The late sentences by language.
        self._sentences: dict[str, dict[str, str | dict[str, str]]] = {}
        # The late modules, each as the file that Python finds it in, and which others each of them imports, by path.
        self._files: dict[str, _File] = {}
        self._imports: dict[str, list[str]] = {}

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
        for path in chain(self._needed(self._path(_ADAPTERS), passed), self._needed(self._path(module), passed)):
            file = self._files[path]
            target = Path.cwd() / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            importlib.invalidate_caches()
            importlib.import_module(_name(path))
            await asyncio.sleep(0)

    def sentences(self, language: str) -> Mapping[str, str | Mapping[str, str]]:
        """Return the late sentences of a language; none before they are loaded."""
        return self._sentences.get(language, {})

    def _path(self, module: str) -> str:
        stem = module.replace(".", "/")
        return f"{stem}{_PACKAGE}" if f"{stem}{_PACKAGE}" in self._files else f"{stem}.py"

    def _needed(self, path: str, passed: set[str]) -> Iterator[str]:
        """Yield the late modules that are still to be imported for one, each after those that it imports."""
        if path in passed or _name(path) in sys.modules:
            return
        passed.add(path)
        for other in self._imports[path]:
            yield from self._needed(other, passed)
        yield path

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
            self._files = _split(modules, bodies)
        except (ValueError, TypeError, KeyError):
            # A proxy in between may answer in its own words, JSON included.
            raise TransportError(f"{ARCHIVE} is no archive") from None
        self._imports = imports
        for path, content in messages.items():
            language = path.rpartition("/")[2].split(".")[1]
            self._sentences.setdefault(language, {}).update(json.loads(content))
        _adopt("\n".join(styles.values()))
        self.loaded = True


def _split(modules: Mapping[str, Mapping[str, int]], bodies: bytes) -> dict[str, _File]:
    """Return each module's file; raise ``ValueError`` if the archive is cut off."""
    split: dict[str, _File] = {}
    begin = 0
    for path, module in modules.items():
        end = begin + module["bytes"]
        split[path] = _File(f"{path}c" if module["compiled"] else path, bodies[begin:end])
        begin = end
    if begin != len(bodies):
        raise ValueError(begin)
    return split


def _name(path: str) -> str:
    return path.removesuffix(_PACKAGE).removesuffix(".py").replace("/", ".")


def _adopt(text: str) -> None:
    sheet = js.CSSStyleSheet.new()
    sheet.replaceSync(text)
    js.document.adoptedStyleSheets = to_js([*js.document.adoptedStyleSheets, sheet])
