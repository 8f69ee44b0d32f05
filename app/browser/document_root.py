"""The attributes of ``<html>`` that style sheets, tests and embedders read, and the tab's title."""

from typing import Any

import js
from pyodide.ffi import JsNull


class DocumentRoot:
    """``<html>``."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}
        # The address of the page's own icon, once another one was set.
        self._own_icon: str | None = None

    def write(self, name: str, value: str) -> None:
        """Set an attribute, unless it has that value already."""
        if self._written.get(name) != value:
            self._written[name] = value
            js.document.documentElement.setAttribute(name, value)

    def title(self, text: str) -> None:
        """Set the title of the tab."""
        if js.document.title != text:
            js.document.title = text

    def icon(self, address: str | None) -> None:
        """Set the icon of the tab, unless it has that one already; ``None`` for the page's own."""
        link: Any = js.document.querySelector('link[rel="icon"]')
        if isinstance(link, JsNull):
            return
        if self._own_icon is None:
            self._own_icon = str(link.getAttribute("href"))
        wanted = address or self._own_icon
        if str(link.getAttribute("href")) != wanted:
            link.setAttribute("href", wanted)
