"""The page's address: the route behind the ``#``, and the query."""

from collections.abc import Callable
from contextlib import suppress

import js
from pyodide.ffi import JsException

from app.browser.event_listener import EventListener
from app.ports import Closable


class BrowserAddress:
    """The address bar.

    Whoever goes to a route is on its page when ``go`` returns: the browser's event comes later, and a key that was
    pressed meanwhile would still be meant for the page before.
    """

    def __init__(self) -> None:
        self._listening: list[_Listening] = []
        # The route that whoever listens knows of: it was reported, or written here.
        self._known = ""

    @property
    def base(self) -> str:
        """The page's absolute address, without query and fragment."""
        return f"{js.location.origin}{js.location.pathname}"

    @property
    def route(self) -> str:
        """The part behind the ``#``."""
        return str(js.location.hash).removeprefix("#")

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the URL."""
        entries = js.URLSearchParams.new(js.location.search).entries()
        return {str(pair[0]): str(pair[1]) for pair in entries}

    def go(self, route: str) -> None:
        """Show another route, as a link would."""
        before = str(js.location.href)
        js.location.hash = f"#{route}"
        if str(js.location.href) != before:
            for listening in tuple(self._listening):
                listening.announce()

    def replace(self, route: str) -> None:
        """Change the address without a new entry in the history and without ``hashchange``.

        A browser refuses too many changes within some seconds: then the address stays as it is. So it does when a link
        was followed that nobody has been called back for: what is replaced would be where it leads.
        """
        if self._listening and self.route != self._known:
            return
        with suppress(JsException):
            js.history.replaceState(js.history.state, "", f"#{route}")
        self._known = self.route

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        """Call back with the route whenever it changes."""
        listening = _Listening(lambda: self._report(callback), self._listening)
        self._listening.append(listening)
        self._known = self.route
        return listening

    def _report(self, callback: Callable[[str], None]) -> None:
        self._known = self.route
        callback(self._known)


class _Listening:
    """One who wants to know of changes: at once of the page's own, of others with the browser's event."""

    def __init__(self, callback: Callable[[], None], among: "list[_Listening]") -> None:
        self._callback = callback
        self._among = among
        # The page's own changes whose events are still to come.
        self._announced = 0
        self._event = EventListener(js.window, "hashchange", lambda _: self._changed())

    def announce(self) -> None:
        self._announced += 1
        self._callback()

    def close(self) -> None:
        self._event.close()
        if self in self._among:
            self._among.remove(self)

    def _changed(self) -> None:
        if self._announced:
            self._announced -= 1
        else:
            self._callback()
