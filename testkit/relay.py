"""A TCP relay between a page and its host: it can be led to another host, and the push channel's plug can be pulled.

It moves bytes and understands nothing but the first line of a connection: is it a WebSocket, or a request?
"""

from __future__ import annotations

import contextlib
import socket
import threading
from enum import Enum
from typing import Self

PUSH = b"GET /api/notify/"
CHUNK = 65536


class Push(Enum):
    """What becomes of push connections: carried, refused and cut, or kept open with every byte swallowed."""

    CARRIED = "carried"
    CUT = "cut"
    SWALLOWED = "swallowed"


class Relay:
    """Listens on a port of its own until it is closed. May be used from any thread."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._push = Push.CARRIED
        self._lock = threading.Lock()
        self._open: dict[socket.socket, bool] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._accepting = self._start(self._accept)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def lead_to(self, port: int) -> None:
        """Lead to another host; what is open ends."""
        self._target = port
        self._end(lambda _: True)

    def push(self, push: Push) -> None:
        """Carry, cut or swallow push from now on. Cutting ends the connections that are open."""
        self._push = push
        if push is Push.CUT:
            self._end(lambda pushed: pushed)

    def drop_push(self) -> None:
        """End the push connections that are open; new ones are carried as before."""
        self._end(lambda pushed: pushed)

    def close(self) -> None:
        """End everything. Any number of times."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self._end(lambda _: True)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, work: object, *given: object) -> threading.Thread:
        assert callable(work)
        thread = threading.Thread(target=work, args=given, daemon=True)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open[near] = False
                self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._threads.append(self._start(self._serve, near))

    def _serve(self, near: socket.socket) -> None:
        far: socket.socket | None = None
        try:
            first = near.recv(CHUNK)
            pushed = first.startswith(PUSH)
            if not first or self._closed or (pushed and self._push is Push.CUT):
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            with self._lock:
                self._open |= {near: pushed, far: pushed}
            far.sendall(first)
            back = self._start(self._pump, far, near, pushed)
            self._pump(near, far, pushed)
            back.join()
        except OSError:
            return
        finally:
            for side in (near, far):
                if side is not None:
                    with self._lock:
                        self._open.pop(side, None)
                    side.close()

    def _pump(self, source: socket.socket, sink: socket.socket, pushed: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if not (pushed and self._push is Push.SWALLOWED):
                    sink.sendall(data)
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _end(self, wanted: object) -> None:
        assert callable(wanted)
        with self._lock:
            for side, pushed in self._open.items():
                if wanted(pushed):
                    with contextlib.suppress(OSError):
                        side.shutdown(socket.SHUT_RDWR)
