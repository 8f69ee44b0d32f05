"""WebSockets, raw: a few listeners each, removed and destroyed with it; a closed socket leaves nothing behind.

The first frame after a quiet while is handed on at once. For a while after it, frames are kept by the browser itself,
in an array whose ``push`` is the listener, without a call into Python each; then they are handed on together.
"""

import json
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.listening import Listening
from app.ports import Clock, Closable, SocketListener, Timers, TransportError


class BrowserSocket:
    """One socket."""

    def __init__(self, owner: "BrowserSockets", socket: js.WebSocket, listener: SocketListener) -> None:
        self._owner = owner
        self._socket = socket
        self._listener = listener
        self._kept = js.Array.new()
        self._keep = self._kept.push.bind(self._kept)
        self._batch: Closable | None = None
        self._single: Listening | None = Listening(socket, "message", self._received)
        self._listening = [Listening(socket, "open", self._opened), Listening(socket, "close", self._closed)]

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
        if self._single is not None:
            self._single.close()
            self._single = None
        if self._batch is not None:
            self._batch.close()
            self._batch = None
            self._socket.removeEventListener("message", self._keep)
        self._owner.forget(self)

    def _opened(self, _: Any) -> None:
        self._listener.opened()

    def _received(self, event: Any) -> None:
        """Hand on a frame; those that follow soon are kept."""
        data = event.data
        if self._single is not None:
            self._single.close()
            self._single = None
        self._socket.addEventListener("message", self._keep)
        self._batch = self._owner.after_batch(self._batch_over)
        self._listener.received([data if isinstance(data, str) else None])

    def _batch_over(self) -> None:
        """Hand on what was kept; after a while without a frame the next one is handed on at once again."""
        if self._kept.length:
            self._batch = self._owner.after_batch(self._batch_over)
            self._listener.received(self._take())
        else:
            self._batch = None
            self._socket.removeEventListener("message", self._keep)
            self._single = Listening(self._socket, "message", self._received)

    def _take(self) -> list[str | None]:
        """Return the kept frames: one call brings the one property of all of them that is named."""
        texts = json.loads(str(js.JSON.stringify(self._kept.splice(0), to_js(["data"]))))
        return [data if isinstance(data := frame.get("data"), str) else None for frame in texts]

    def _closed(self, event: Any) -> None:
        code, reason = int(event.code), str(event.reason)
        frames = self._take() if self._kept.length else []
        self._let_go()
        if frames:
            self._listener.received(frames)
        self._listener.closed(code, reason)


class BrowserSockets:
    """Opens sockets to the API; frames that follow one another within ``batch_s`` are handed on together."""

    def __init__(self, base: str, clock: Clock, timers: Timers, batch_s: float) -> None:
        origin = base or str(js.location.origin)
        self._base = "ws" + origin.removeprefix("http")
        self._clock = clock
        self._timers = timers
        self._batch_s = batch_s
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

    def after_batch(self, callback: Any) -> Closable:
        """Call back when a batch is over."""
        return self._timers.call_at(self._clock.monotonic() + self._batch_s, callback)
