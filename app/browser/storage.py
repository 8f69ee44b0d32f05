"""Storage that survives a reload: ``localStorage``, or memory where the browser refuses it."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException

from app.browser.event_listener import EventListener
from app.ports import Closable


class BrowserStore:
    """The page's store. A refusal or a full disk costs persistence, nothing else."""

    def __init__(self) -> None:
        # What could not be written; it lasts until the page is left.
        self._memory: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """Return what is kept under a key; a value in memory is newer than one in ``localStorage``."""
        if key in self._memory:
            return self._memory[key]
        try:
            value = js.localStorage.getItem(key)
        except (JsException, AttributeError):
            return None
        return value if isinstance(value, str) else None

    def set(self, key: str, value: str) -> None:
        """Keep a value."""
        try:
            js.localStorage.setItem(key, value)
        except (JsException, AttributeError):
            self._memory[key] = value
        else:
            self._memory.pop(key, None)

    def remove(self, key: str) -> None:
        """Forget a key."""
        self._memory.pop(key, None)
        try:
            js.localStorage.removeItem(key)
        except (JsException, AttributeError):
            return

    def on_change(self, callback: Callable[[str, str | None], None]) -> Closable:
        """Call back when another tab changed a key."""

        def changed(event: Any) -> None:
            if isinstance(event.key, str):
                self._memory.pop(event.key, None)
                callback(event.key, event.newValue if isinstance(event.newValue, str) else None)

        return EventListener(js.window, "storage", changed)
