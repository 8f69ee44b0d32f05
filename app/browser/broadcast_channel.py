"""Messages between the pages of this browser, by the ``BroadcastChannel`` API (R43)."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.event_listener import EventListener
from app.ports import TransportError


class BrowserChannel:
    """One channel, open until it is closed. A message is an array of a head, which is text, and a body."""

    def __init__(self, name: str, received: Callable[[str, Callable[[], str | bytes | None]], None]) -> None:
        """Open it; raise ``TransportError`` if the browser has no channels, or refuses one."""
        if not hasattr(js, "BroadcastChannel"):
            raise TransportError("no channels")
        try:
            self._channel = js.BroadcastChannel.new(name)
        except JsException as error:
            raise TransportError(str(error.name)) from None
        self._received = received
        self._listener: EventListener | None = EventListener(self._channel, "message", self._take)

    def post(self, head: str, body: str | bytes | None = None) -> None:
        """Send a message to all other pages; nothing once the channel is closed."""
        if self._listener is not None:
            self._channel.postMessage(to_js([head, body]))

    def close(self) -> None:
        """Send and receive nothing more."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._channel.close()

    def _take(self, event: Any) -> None:
        message = event.data
        if not js.Array.isArray(message) or not isinstance(head := message[0], str):
            # Any script of this origin may say anything here.
            return

        def body() -> str | bytes | None:
            # Most messages are for another page: only who wants the body has it copied.
            found = message[1]
            if isinstance(found, str):
                return found
            return bytes(found.to_bytes()) if js.ArrayBuffer.isView(found) else None

        self._received(head, body)
