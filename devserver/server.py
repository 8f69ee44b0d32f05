"""Listening, serving, and ending on a signal with status 0.

A thin layer over uvicorn, which would log addresses with their query, end with the signal it was sent, and wait for
calls that take a minute.
"""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from devserver.failures import AddressFailure
from devserver.http_protocol import PatientHttp

BACKLOG = 512
LARGEST_FRAME = 16 * 1024 * 1024
"""What may pass between a browser and a real backend, which has limits of its own."""
LARGEST_OWN_FRAME = 64 * 1024
"""What the embedded backend takes: it echoes whatever it is sent, to whoever reads it or not."""
GRACE_SECONDS = 2
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ``AddressFailure`` with what to do about it."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise AddressFailure(
            f"{host} is not an address of this machine ({error.strerror or error}): try --host 127.0.0.1"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _unusable(host, port, error) from error
    return listener


def _unusable(host: str, port: int, error: OSError) -> AddressFailure:
    match error.errno:
        case errno.EADDRINUSE:
            return AddressFailure(
                f"port {port} is in use: stop what is using it, or choose another"
                " (make run PORT=8001, or --port 8001; 0 picks a free one)"
            )
        case errno.EACCES:
            return AddressFailure(f"port {port} may not be used by you: choose one above 1023, as in --port 8000")
        case _:
            return AddressFailure(f"{host} cannot be listened on ({error.strerror}): try --host 127.0.0.1")


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds the page."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _protocols(*, faults: bool) -> tuple[Any, Any]:
    """What carries requests and sockets."""
    if faults:
        from devserver.faults.wire import FaultyHttp, FaultySocket

        return FaultyHttp, FaultySocket
    return PatientHttp, "websockets-sansio"


class Server(uvicorn.Server):
    """Serves ``app`` until SIGINT or SIGTERM.

    ``ready`` is called when it does; ``ending`` before connections are closed. A frame from a browser has at most
    ``largest_frame`` bytes. ``faults`` lets the fault switches reach the connections.
    """

    def __init__(
        self,
        app: ASGIApp,
        ready: Callable[[], None],
        ending: Callable[[], Awaitable[None]],
        *,
        largest_frame: int = LARGEST_FRAME,
        faults: bool = False,
    ) -> None:
        http, ws = _protocols(faults=faults)
        super().__init__(
            uvicorn.Config(
                app,
                http=http,
                access_log=False,
                log_config=None,
                server_header=False,
                # Who asks is whoever connected: nothing is trusted to say otherwise.
                proxy_headers=False,
                lifespan="on",
                ws=ws,
                ws_max_size=largest_frame,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer who is waiting for work, then close."""
        await self._ending()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the ending signals for a request to end, and do not pass them on afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in ENDING_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
