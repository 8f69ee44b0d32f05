"""Faults that bend what is sent: frames out of order, twice, damaged, cut, blown up; and answers likewise."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from devserver.faults.answers import Captured
from devserver.faults.fault import Exchange, Fault
from devserver.faults.sockets import Frame, LiveSocket
from devserver.faults.wire import hold

LARGEST = 64 * 1024 * 1024


class Reorder(Fault):
    """A frame is overtaken by the one after it, which is an occasion too: armed for many, every two change places."""

    fault: Literal["reorder"]
    at: Literal["frame"] = "frame"

    async def on_frame(self, live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Keep it until the next one has been sent."""
        if live.kept:
            return frames
        live.kept = frames
        return []


class Duplicate(Fault):
    """A frame arrives more than once."""

    fault: Literal["duplicate"]
    at: Literal["frame"] = "frame"
    copies: int = Field(1, ge=1, le=1000)

    async def on_frame(self, _live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send it again, at once."""
        return [frame for frame in frames for _ in range(self.copies + 1)]


class Corrupt(Fault):
    """The bytes are the right ones in the wrong order, so that no JSON is left."""

    fault: Literal["corrupt"]
    at: Literal["request", "frame"]

    async def on_request(self, exchange: Exchange) -> None:
        """Answer with the body reversed."""
        answer = await Captured.of(exchange)
        await answer.go_out(exchange, answer.body[::-1])

    async def on_frame(self, _live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send it reversed."""
        return [frame[::-1] for frame in frames]


class Truncate(Fault):
    """Only the beginning arrives: of a frame, or of an answer whose length promised more."""

    fault: Literal["truncate"]
    at: Literal["request", "frame"]
    keep: int = Field(10, ge=0, le=LARGEST)
    """Bytes of an answer, characters of a frame."""

    async def on_request(self, exchange: Exchange) -> None:
        """Send the beginning, then end the connection."""
        answer = await Captured.of(exchange)
        body = answer.body[: self.keep]
        if len(body) == len(answer.body):
            await answer.go_out(exchange, body)
            return
        await answer.go_out(exchange, body, length=len(answer.body), more=True)
        exchange.wire.transport.close()
        await hold(exchange.wire)

    async def on_frame(self, _live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send the beginning as if it were all."""
        return [frame[: self.keep] for frame in frames]


class Oversize(Fault):
    """Far more bytes than anyone expects: valid JSON with blanks behind it, or at ``now`` one large frame."""

    fault: Literal["oversize"]
    at: Literal["request", "frame", "now"]
    size: int = Field(5 * 1024 * 1024, ge=1, le=LARGEST)
    """Bytes in all."""

    async def on_request(self, exchange: Exchange) -> None:
        """Answer with blanks behind the body."""
        answer = await Captured.of(exchange)
        await answer.go_out(exchange, answer.body.ljust(self.size))

    async def on_frame(self, _live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send it with blanks behind it."""
        return [frame.ljust(self.size) for frame in frames]

    async def on_socket(self, live: LiveSocket) -> None:
        """Send a large frame of no known type."""
        frame = '{"type":"oversize","payload":"%s"}'
        await live.say(frame % ("x" * max(0, self.size - len(frame) + 2)))


class Binary(Fault):
    """Bytes where text is expected: a frame sent as binary, or at ``now`` some bytes."""

    fault: Literal["binary"]
    at: Literal["frame", "now"]
    data: str = Field("0001feff", pattern=r"^([0-9a-fA-F]{2})*$", max_length=200_000)
    """What is sent at ``now``, in hexadecimal."""

    async def on_frame(self, _live: LiveSocket, frames: list[Frame], /) -> list[Frame]:
        """Send the same as binary."""
        return [frame.encode("utf-8", "replace") if isinstance(frame, str) else frame for frame in frames]

    async def on_socket(self, live: LiveSocket) -> None:
        """Send the bytes."""
        await live.say(bytes.fromhex(self.data))
