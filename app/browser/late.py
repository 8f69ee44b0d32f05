"""The late part of the page: modules, sentences and styles that come in one archive, when somebody asks for them.

``tools/page_files.py`` says what is late. The modules are written beside the early ones, so that they import like any
other; the styles are adopted by the document, which the page's policy allows to its own scripts.
"""

import asyncio
import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import js
from pyodide.ffi import JsException, to_js

from app.browser import files
from app.ports import TransportError

if TYPE_CHECKING:
    from app.late_ports import LateAdapters

ARCHIVE = "static/late.json"
_MESSAGES = "static/late/messages/"


class BrowserLate:
    """Loads the archive once; a load that failed may be tried again."""

    def __init__(self) -> None:
        self.loaded = False
        # The load that is under way, whoever asked for it.
        self._loading: asyncio.Task[None] | None = None
        # The late sentences by language.
        self._sentences: dict[str, dict[str, str | dict[str, str]]] = {}

    @property
    def adapters(self) -> "LateAdapters":
        """The adapters that came with the archive."""
        return cast("LateAdapters", importlib.import_module("app.browser.late_adapters"))

    async def load(self) -> None:
        """Return once everything can be imported; raise ``TransportError`` if the archive cannot be read."""
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

    def sentences(self, language: str) -> Mapping[str, str | Mapping[str, str]]:
        """Return the late sentences of a language; none before they are loaded."""
        return self._sentences.get(language, {})

    async def _load(self) -> None:
        try:
            answer = await js.fetch(files.address(ARCHIVE))
            text = await answer.text()
        except JsException as error:
            raise TransportError(str(error.name)) from None
        if not answer.ok:
            raise TransportError(f"{ARCHIVE}: HTTP {answer.status}")
        try:
            archive: dict[str, str] = json.loads(text)
        except ValueError:
            raise TransportError(f"{ARCHIVE} is not JSON") from None
        home = Path.cwd()
        for path, content in archive.items():
            if path.endswith(".py"):
                target = home / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, encoding="utf-8")
            elif path.startswith(_MESSAGES):
                language = path.rpartition("/")[2].split(".")[1]
                self._sentences.setdefault(language, {}).update(json.loads(content))
        _adopt("\n".join(content for path, content in archive.items() if path.endswith(".css")))
        importlib.invalidate_caches()
        self.loaded = True


def _adopt(text: str) -> None:
    sheet = js.CSSStyleSheet.new()
    sheet.replaceSync(text)
    js.document.adoptedStyleSheets = to_js([*js.document.adoptedStyleSheets, sheet])
