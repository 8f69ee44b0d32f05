"""What a fault may do, by occasion. Each fault overrides what it has a use for and narrows ``at`` to that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Scope, Send

from devserver.faults.order import Order
from devserver.faults.sockets import Frame, LiveSocket
from devserver.faults.wire import Wire, hold


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request on its way to the application, or a socket before it is accepted."""

    scope: Scope
    receive: Receive
    send: Send
    wire: Wire
    onward: Callable[[Send], Awaitable[None]]
    """Goes on, with a way to send that may be another than ``send``."""


class Stage(Protocol):
    """What faults of the backend as a whole are done to."""

    async def expire_tokens(self, *, refresh_too: bool) -> None:
        """All tokens issued until now are over."""

    async def change_account(self, name: str, state: str) -> None:
        """Close a user's account, or open it again."""

    async def restart(self, checkpoint: str) -> None:
        """Begin again with the database as it was."""

    async def hang_up(self, code: int, reason: str) -> int:
        """Close every open socket; answers how many there were."""


class Fault(Order):
    """Base of all faults."""

    async def on_request(self, exchange: Exchange) -> None:
        """Answer a request, or go on."""
        raise NotImplementedError

    async def on_upgrade(self, exchange: Exchange) -> None:
        """End a socket that is not accepted yet, or go on; the same as for a request unless it differs."""
        await self.on_request(exchange)

    async def on_socket(self, live: LiveSocket) -> None:
        """Do it to an open socket."""
        raise NotImplementedError

    async def on_frame(self, live: LiveSocket, _frames: list[Frame], /) -> list[Frame]:
        """What is sent instead of some frames; what is done to the socket itself replaces them."""
        await self.on_socket(live)
        return []

    async def on_backend(self, stage: Stage) -> None:
        """Do it to the backend."""
        raise NotImplementedError


async def outlast(wire: Wire) -> None:
    """Keep the connection until the client gives up or the switches are cleared."""
    await hold(wire, stuck=True)
