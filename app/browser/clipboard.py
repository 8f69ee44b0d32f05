"""The clipboard, also where the browser keeps its own from pages without TLS: there, a selection is copied."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import create_once_callable, to_js

_OFF_SCREEN = "visually-hidden"


class BrowserClipboard:
    """The system's clipboard; only while the user acts on the page may it be written to."""

    def write(self, text: str, done: Callable[[bool], None]) -> None:
        """Copy a text, then call back with whether it was copied."""
        clipboard: Any = getattr(js.navigator, "clipboard", None)
        if clipboard:
            window: Any = js.window
            settled = window.Promise.allSettled(to_js([clipboard.writeText(text)]))
            then = create_once_callable(lambda outcomes: done(outcomes[0].status == "fulfilled"))
            # By JavaScript's own method: that of a promise's proxy needs Pyodide's event loop, which is not ours.
            method = window.Reflect.get(window.Promise.prototype, "then")
            window.Reflect.apply(method, settled, to_js([then]))
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
