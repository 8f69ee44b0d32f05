"""WebSockets, each in a worker (``static/socket_worker.js``), so that receiving costs the main thread nothing.

The worker passes on the first frame after a pause at once, and the frames that follow soon together
(docs/decisions/bursts.md).
"""

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser import trusted
from app.browser.event_listener import EventListener, EventListeners
from app.ports import SocketListener, TransportError

# The close code of a connection that ended without a close frame (RFC 6455, 7.1.5).
ABNORMAL = 1006


class BrowserSocket:
    """One socket and its worker, which ends itself once the socket is closed."""

    def __init__(self, owner: "BrowserSockets", worker: js.Worker, listener: SocketListener) -> None:
        self._owner = owner
        self._worker = worker
        self._listener = listener
        self._closed = False
        self._worker_events = EventListeners(
            EventListener(worker, "message", self._received), EventListener(worker, "error", self._failed)
        )

    def post(self, kind: str, **details: object) -> None:
        """Post a message to the worker."""
        self._worker.postMessage(to_js({"kind": kind, **details}, dict_converter=js.Object.fromEntries))

    def send(self, text: str) -> None:
        """Send a text frame, if the socket is open."""
        if not self._closed:
            self.post("send", text=text)

    def close(self) -> None:
        """Close without waiting; the listener is not called again."""
        if not self._closed:
            self._end()
            self.post("close")

    def _received(self, event: Any) -> None:
        message = event.data
        match str(message.kind):
            case "opened":
                self._listener.opened()
            case "frame":
                self._listener.received([_text(message.text)])
            case "frames":
                lengths = memoryview(message.lengths.to_bytes()).cast("i")
                self._listener.gathered(message.joined.to_bytes(), lengths)
            case "closed":
                self._end()
                self._listener.closed(int(message.code), str(message.reason))

    def _failed(self, event: Any) -> None:
        """Treat a worker that could not be loaded, or raised, as a connection that ended."""
        event.preventDefault()
        self._end()
        self._worker.terminate()
        self._listener.closed(ABNORMAL, "")

    def _end(self) -> None:
        self._closed = True
        self._worker_events.close()
        self._owner.forget(self)


class BrowserSockets:
    """Opens sockets to the API."""

    def __init__(self, base: str) -> None:
        origin = base or str(js.location.origin)
        self._base = "ws" + origin.removeprefix("http")
        self._alive: set[BrowserSocket] = set()

    @property
    def supported(self) -> bool:
        """Whether this browser has sockets and workers at all."""
        return hasattr(js, "WebSocket") and hasattr(js, "Worker")

    @property
    def alive(self) -> int:
        """How many sockets are open or opening."""
        return len(self._alive)

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> BrowserSocket:
        """Begin to open a socket; raise ``TransportError`` if the browser refuses a worker for it."""
        try:
            worker = js.Worker.new(trusted.script("static/socket_worker.js"))
        except JsException as error:
            raise TransportError(str(error.name)) from None
        opened = BrowserSocket(self, worker, listener)
        self._alive.add(opened)
        opened.post("open", address=self._base + path, protocols=list(protocols))
        return opened

    def forget(self, socket: BrowserSocket) -> None:
        """Count a socket no longer: it is closed."""
        self._alive.discard(socket)


def _text(frame: Any) -> str | None:
    return frame if isinstance(frame, str) else None
