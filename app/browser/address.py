"""The page's address: the route behind the ``#``, and the query."""

from collections.abc import Callable
from contextlib import suppress

import js
from pyodide.ffi import JsException

from app.browser.event_listener import EventListener
from app.ports import Closable


class BrowserAddress:
    """The address bar."""

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
        js.location.hash = f"#{route}"

    def replace(self, route: str) -> None:
        """Change the address without a new entry in the history and without ``hashchange``.

        A browser refuses too many changes within some seconds: then the address stays as it is.
        """
        with suppress(JsException):
            js.history.replaceState(js.history.state, "", f"#{route}")

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        """Call back with the route whenever it changes."""
        return EventListener(js.window, "hashchange", lambda _: callback(self.route))
