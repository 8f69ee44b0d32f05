"""The system's notifications by the Notification API; without it, or where it needs more, nothing is shown."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.event_listener import EventListener, EventListeners
from app.browser.promises import when_settled


class BrowserNotifications:
    """The notifications of this page, by tag."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[Any, EventListeners]] = {}

    @property
    def permission(self) -> str:
        """``granted``, ``denied``, ``default`` while nobody was asked, or ``unsupported``."""
        api = _api()
        return str(api.permission) if api else "unsupported"

    def ask(self, done: Callable[[str], None]) -> None:
        """Ask the user, then call back with the permission."""
        api = _api()
        if not api:
            done(self.permission)
            return
        when_settled(api.requestPermission(), lambda _: done(self.permission))

    def show(self, tag: str, title: str, body: str, *, silent: bool, clicked: Callable[[], None]) -> None:
        """Show a notification, in place of one with the same tag."""
        api = _api()
        if not api or self.permission != "granted":
            return
        options = to_js({"tag": tag, "body": body, "silent": silent}, dict_converter=js.Object.fromEntries)
        try:
            shown = api.new(title, options)
        except JsException:
            # Some systems show them for service workers only.
            return
        self._forget(tag)

        def click(_: object) -> None:
            window: Any = js.window
            window.focus()
            self.remove(tag)
            clicked()

        listeners = EventListeners(
            EventListener(shown, "click", click), EventListener(shown, "close", lambda _: self._closed(tag, shown))
        )
        self._shown[tag] = (shown, listeners)

    def remove(self, tag: str) -> None:
        """Take a notification away."""
        found = self._shown.get(tag)
        if found is not None:
            self._forget(tag)
            found[0].close()

    def close(self) -> None:
        """Listen to clicks no more."""
        for tag in [*self._shown]:
            self._forget(tag)

    def _closed(self, tag: str, shown: Any) -> None:
        """Let go of one that the user or the system took away, unless another has its tag by now."""
        found = self._shown.get(tag)
        if found is not None and found[0] == shown:
            self._forget(tag)

    def _forget(self, tag: str) -> None:
        found = self._shown.pop(tag, None)
        if found is not None:
            found[1].close()


def _api() -> Any:
    """Return the browser's ``Notification``; nothing where it has none, as in a page without TLS."""
    return getattr(js.window, "Notification", None)
