"""The clipboard, also where the browser keeps its own from pages without TLS: there, a selection is copied."""

import asyncio
from collections.abc import Callable
from typing import Any

import js

_OFF_SCREEN = "visually-hidden"


class BrowserClipboard:
    """The system's clipboard; only while the user acts on the page may it be written to."""

    def write(self, text: str, done: Callable[[bool], None]) -> None:
        """Copy a text, then call back with whether it was copied."""
        clipboard: Any = getattr(js.navigator, "clipboard", None)
        if clipboard:
            # A promise, or what the event loop has made of one: a future has no ``then`` where the loop is our own.
            written: asyncio.Future[Any] = asyncio.ensure_future(clipboard.writeText(text))
            written.add_done_callback(lambda ended: done(not ended.cancelled() and ended.exception() is None))
        else:
            done(_copy_selection(text))


def _copy_selection(text: str) -> bool:
    area: Any = js.document.createElement("textarea")
    area.className = _OFF_SCREEN
    area.value = text
    before: Any = js.document.activeElement
    js.document.body.append(area)
    try:
        area.select()
        document: Any = js.document
        return bool(document.execCommand("copy"))
    finally:
        area.remove()
        if before:
            before.focus()
