"""WebSockets, raw: three listeners each, removed and destroyed with it; a closed socket leaves nothing behind."""

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.listening import Listening
from app.ports import SocketListener, TransportError

ABNORMAL = 1006


class BrowserSocket:
    """One socket."""

    def __init__(self, owner: "BrowserSockets", socket: js.WebSocket, listener: SocketListener) -> None:
        self._owner = owner
        self._socket = socket
        self._listener = listener
        self._listening = [
            Listening(socket, "open", self._opened),
            Listening(socket, "message", self._received),
            Listening(socket, "close", self._closed),
        ]

    def send(self, text: str) -> None:
        """Send a text frame, if the socket is open."""
        if self._socket.readyState == js.WebSocket.OPEN:
            self._socket.send(text)

    def close(self) -> None:
        """Close without waiting, and hear nothing more."""
        if not self._listening:
            return
        self._let_go()
        try:
            self._socket.close(1000)
        except JsException:
            return

    def _let_go(self) -> None:
        for listening in self._listening:
            listening.close()
        self._listening = []
        self._owner.forget(self)

    def _opened(self, _: Any) -> None:
        self._listener.opened()

    def _received(self, event: Any) -> None:
        data = event.data
        self._listener.received([data if isinstance(data, str) else None])

    def _closed(self, event: Any) -> None:
        code, reason = int(event.code), str(event.reason)
        self._let_go()
        self._listener.closed(code, reason)


class BrowserSockets:
    """Opens sockets to the API."""

    def __init__(self, base: str) -> None:
        origin = base or str(js.location.origin)
        self._base = "ws" + origin.removeprefix("http")
        self._alive: set[BrowserSocket] = set()

    @property
    def supported(self) -> bool:
        """Whether this browser has sockets at all."""
        return hasattr(js, "WebSocket")

    @property
    def alive(self) -> int:
        """How many sockets are not closed."""
        return len(self._alive)

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> BrowserSocket:
        """Begin to open a socket; raise ``TransportError`` if it cannot even be constructed."""
        try:
            socket = js.WebSocket.new(self._base + path, to_js(list(protocols)))
        except JsException as error:
            raise TransportError(str(error.name)) from None
        opened = BrowserSocket(self, socket, listener)
        self._alive.add(opened)
        return opened

    def forget(self, socket: BrowserSocket) -> None:
        """A socket is closed."""
        self._alive.discard(socket)
