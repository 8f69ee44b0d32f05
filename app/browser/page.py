"""The page's visibility, network and leaving, as the browser tells them."""

from collections.abc import Callable

import js

from app.browser.listening import Listening
from app.ports import Closable


class Listenings:
    """Several listeners that close together."""

    def __init__(self, *parts: Listening) -> None:
        self._parts = parts

    def close(self) -> None:
        """Stop listening."""
        for part in self._parts:
            part.close()


class BrowserPage:
    """This page."""

    @property
    def hidden(self) -> bool:
        """Whether the user cannot see it."""
        return bool(js.document.hidden)

    @property
    def online(self) -> bool:
        """What the browser believes of the network; it is wrong often enough."""
        return js.navigator.onLine is not False

    def on_visibility(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` when hidden and ``False`` when visible."""
        return Listening(js.document, "visibilitychange", lambda _: callback(self.hidden))

    def on_network(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on ``online`` and ``False`` on ``offline``."""
        return Listenings(
            Listening(js.window, "online", lambda _: callback(True)),
            Listening(js.window, "offline", lambda _: callback(False)),
        )

    def on_new_version(self, callback: Callable[[], None]) -> Closable:
        """Call back when ``static/offline.mjs`` has, or gets, a newer version; at once if it has one already."""
        listening = Listening(js.window, "podi:new-version", lambda _: callback())
        if getattr(js.window.podi, "takeVersion", None):
            callback()
        return listening

    def take_version(self) -> None:
        """Load the page anew, in its newer version."""
        js.window.podi.takeVersion()

    def on_leaving(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on ``pagehide`` and ``False`` on ``pageshow``."""
        return Listenings(
            Listening(js.window, "pagehide", lambda _: callback(True)),
            Listening(js.window, "pageshow", lambda _: callback(False)),
        )
