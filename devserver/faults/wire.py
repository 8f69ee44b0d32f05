"""The connection below ASGI: ended without a word, reset, written to as bytes, or no longer listened to.

Two of the server's protocols with a few more verbs. A connection puts itself into the ``state`` of what it carries,
which is how the middleware finds it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, Protocol, cast

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from devserver.http_protocol import PatientHttp

STATE_KEY = "podi.wire"


class Wire(Protocol):
    """One connection to a client."""

    transport: asyncio.Transport
    lost: asyncio.Event
    """Set once the connection has ended, by whomever."""
    held: bool
    """True while a fault keeps it: then it is not waited for when the host ends."""
    stuck: bool
    """True while nothing will come of it, so that clearing the switches ends it."""


class FaultyHttp(PatientHttp):
    """A connection that carries requests."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state | {STATE_KEY: self}, _loop)
        self.lost = asyncio.Event()
        self.held = False
        self.stuck = False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self.lost.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The host ends."""
        if self.held:
            self.transport.abort()
        super().shutdown()


class FaultySocket(WebSocketsSansIOProtocol):
    """A connection that carries a WebSocket."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state | {STATE_KEY: self}, _loop)
        self.lost = asyncio.Event()
        self.held = False
        self.stuck = False
        self._deaf = False

    def data_received(self, data: bytes) -> None:
        """Bytes from the client: frames, pings and the close frame alike go nowhere once deaf."""
        if not self._deaf:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self.lost.set()
        super().connection_lost(exc)

    def deafen(self) -> None:
        """Receive nothing any more, and send nothing by itself either."""
        self._deaf = True
        self.held = True
        self.stuck = True
        self.stop_keepalive()
        if self.read_paused:
            # Bytes are still taken, or the end of the connection would not be noticed.
            self.read_paused = False
            self.transport.resume_reading()

    def shutdown(self) -> None:
        """The host ends."""
        if self.held:
            self.transport.abort()
        else:
            super().shutdown()


def wire_of(scope: Scope) -> Wire:
    """The connection that carries ``scope``."""
    return cast(Wire, scope["state"][STATE_KEY])


def abort(wire: Wire) -> None:
    """End the connection at once, with no closing handshake of any kind."""
    wire.transport.abort()


def reset(wire: Wire) -> None:
    """End the connection with a TCP reset."""
    plain = wire.transport.get_extra_info("socket")
    if plain is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.transport.abort()


async def hold(wire: Wire, seconds: float | None = None, *, stuck: bool = False) -> bool:
    """Keep the connection as it is until it ends or ``seconds`` have passed; answers whether it still lives."""
    before = (wire.held, wire.stuck)
    wire.held, wire.stuck = True, wire.stuck or stuck
    try:
        await asyncio.wait_for(wire.lost.wait(), seconds)
    except TimeoutError:
        return True
    finally:
        wire.held, wire.stuck = before
    return False
