"""Faults that end a connection, or keep it from ever being one."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from devserver.faults.answers import Captured
from devserver.faults.fault import Exchange, Fault, outlast
from devserver.faults.sockets import Frame, LiveSocket
from devserver.faults.wire import abort, hold, reset

SENDABLE_CODES = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})


class Abort(Fault):
    """The connection ends with no closing handshake: a browser sees 1006, or a request that failed."""

    fault: Literal["abort"]
    at: Literal["request", "upgrade", "open", "frame", "now"]

    async def on_request(self, exchange: Exchange) -> None:
        """End it unanswered."""
        abort(exchange.wire)
        await exchange.wire.lost.wait()

    async def on_socket(self, live: LiveSocket) -> None:
        """End an open one."""
        live.drop()


class Reset(Fault):
    """The connection is reset, as by a peer that has died or a firewall."""

    fault: Literal["reset"]
    at: Literal["request", "upgrade", "open", "frame", "now"]

    async def on_request(self, exchange: Exchange) -> None:
        """Reset it unanswered."""
        reset(exchange.wire)
        await exchange.wire.lost.wait()

    async def on_socket(self, live: LiveSocket) -> None:
        """Reset an open one."""
        live.reset()


class Drop(Fault):
    """What was to be sent is lost: a frame vanishes, an answer is thrown away after the work has been done."""

    fault: Literal["drop"]
    at: Literal["request", "frame"]

    async def on_request(self, exchange: Exchange) -> None:
        """Let the application answer, and end the connection instead of sending it."""
        await Captured.of(exchange)
        abort(exchange.wire)
        await exchange.wire.lost.wait()

    async def on_frame(self, _live: LiveSocket, _frames: list[Frame], /) -> list[Frame]:
        """Nothing is sent."""
        return []


class Close(Fault):
    """An open socket is closed in order, with a code and a reason."""

    fault: Literal["close"]
    at: Literal["open", "frame", "now"]
    code: int
    reason: str = ""

    @model_validator(mode="after")
    def _sendable(self) -> Self:
        if self.code not in SENDABLE_CODES and not 3000 <= self.code <= 4999:
            raise ValueError(
                "code must be one that a close frame may carry: 1000 to 1003, 1007 to 1014, or 3000 to 4999"
                " (for 1006 use the fault abort)"
            )
        if len(self.reason.encode("utf-8", "replace")) > 123:
            raise ValueError("reason has room for 123 bytes")
        return self

    async def on_socket(self, live: LiveSocket) -> None:
        """Close it."""
        await live.close(self.code, self.reason)


class Refuse(Fault):
    """The upgrade is refused with a status."""

    fault: Literal["refuse"]
    at: Literal["upgrade"] = "upgrade"
    status: int = Field(503, ge=300, le=599)
    body: JsonValue = None

    async def on_upgrade(self, exchange: Exchange) -> None:
        """Answer instead of accepting."""
        text = "" if self.body is None else str(self.body)
        start = {"type": "websocket.http.response.start", "status": self.status, "headers": []}
        await exchange.send(start)
        await exchange.send({"type": "websocket.http.response.body", "body": text.encode("utf-8", "replace")})


class Hang(Fault):
    """Nothing comes back: a request without an answer, a socket that stays in CONNECTING."""

    fault: Literal["hang"]
    at: Literal["request", "upgrade"]

    async def on_request(self, exchange: Exchange) -> None:
        """Keep it until the client gives up."""
        await outlast(exchange.wire)


class Delay(Fault):
    """It comes late: an answer after it was made, an upgrade, or a frame with those behind it."""

    fault: Literal["delay"]
    at: Literal["request", "upgrade", "frame"]
    delay_s: float = Field(gt=0, le=3600)

    async def on_request(self, exchange: Exchange) -> None:
        """Keep the answer for a while: by then it is as old as that."""
        answer = await Captured.of(exchange)
        if await hold(exchange.wire, self.delay_s):
            await answer.go_out(exchange, answer.body)

    async def on_upgrade(self, exchange: Exchange) -> None:
        """Accept later."""
        if await hold(exchange.wire, self.delay_s):
            await exchange.onward(exchange.send)

    async def on_frame(self, live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send later."""
        return frames if await hold(live.wire, self.delay_s) else []


class Swallow(Fault):
    """The socket opens and pings are answered, but a proxy in between swallows every message, both ways."""

    fault: Literal["swallow"]
    at: Literal["open", "now"] = "open"

    async def on_socket(self, live: LiveSocket) -> None:
        """Nothing passes from now until the socket ends or the switches are cleared."""
        live.swallowing = True


class HalfOpen(Fault):
    """Nobody is there any more: no frame, no close, no answer to a ping or to a close; only the connection."""

    fault: Literal["half-open"]
    at: Literal["open", "frame", "now"] = "open"

    async def on_socket(self, live: LiveSocket) -> None:
        """Nothing from now on."""
        live.deafen()
