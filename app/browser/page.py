"""The page's visibility, network, newer versions and leaving, from the browser's events."""

from collections.abc import Callable

import js

from app.browser.event_listener import EventListener, EventListeners
from app.ports import Closable


class BrowserPage:
    """This page."""

    @property
    def hidden(self) -> bool:
        """Whether the user cannot see it."""
        return bool(js.document.hidden)

    @property
    def online(self) -> bool:
        """The browser's ``navigator.onLine``; true does not mean that the server can be reached."""
        return js.navigator.onLine is not False

    def on_visibility(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` when hidden and ``False`` when visible."""
        return EventListener(js.document, "visibilitychange", lambda _: callback(self.hidden))

    def on_network(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on ``online`` and ``False`` on ``offline``."""
        return EventListeners(
            EventListener(js.window, "online", lambda _: callback(True)),
            EventListener(js.window, "offline", lambda _: callback(False)),
        )

    def on_new_version(self, callback: Callable[[], None]) -> Closable:
        """Call back when ``static/offline.mjs`` has, or gets, a newer version; at once if it has one already."""
        listener = EventListener(js.window, "podi:new-version", lambda _: callback())
        if getattr(js.window.podi, "takeVersion", None):
            callback()
        return listener

    def take_version(self) -> None:
        """Reload the page in its newer version."""
        js.window.podi.takeVersion()

    def on_leaving(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on ``pagehide`` and ``False`` on ``pageshow``."""
        return EventListeners(
            EventListener(js.window, "pagehide", lambda _: callback(True)),
            EventListener(js.window, "pageshow", lambda _: callback(False)),
        )
