"""WebSockets, raw: a few listeners each, removed and destroyed with it; a closed socket leaves nothing behind.

The first frame after a quiet while is handed on at once. For a while after it, frames are kept by the browser itself,
in an array whose ``push`` is the listener, without a call into Python each; then they are handed on together.
"""

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.listening import Listening
from app.ports import Clock, Closable, SocketListener, Timers, TransportError

BATCH_S = 0.25


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

    def hand_on(self) -> None:
        """Hand on what is kept now; the batch begins anew."""
        if self._batch is not None and self._kept.length:
            self._batch.close()
            self._batch = self._owner.after_batch(self._batch_over)
            self._hand_on()

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
            self._hand_on()
        else:
            self._batch = None
            self._socket.removeEventListener("message", self._keep)
            self._single = Listening(self._socket, "message", self._received)

    def _hand_on(self) -> None:
        """Hand on all kept frames in one call: the browser takes their texts out of the events and joins them."""
        texts = self._kept.splice(0).map(self._owner.text_of)

        def singly() -> list[str | None]:
            return [text if isinstance(text, str) else None for text in texts]

        self._listener.gathered(str(texts.join(",")), int(texts.length), singly)

    def _closed(self, event: Any) -> None:
        code, reason = int(event.code), str(event.reason)
        if self._kept.length:
            self._hand_on()
        self._let_go()
        self._listener.closed(code, reason)


class BrowserSockets:
    """Opens sockets to the API."""

    def __init__(self, base: str, clock: Clock, timers: Timers) -> None:
        origin = base or str(js.location.origin)
        self._base = "ws" + origin.removeprefix("http")
        self._clock = clock
        self._timers = timers
        getter = js.Object.getOwnPropertyDescriptor(js.MessageEvent.prototype, "data").get
        self.text_of = js.Function.prototype.call.bind(getter)
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
        return self._timers.call_at(self._clock.monotonic() + BATCH_S, callback)
