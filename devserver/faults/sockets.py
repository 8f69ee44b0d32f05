"""One open socket, between the application and the connection: where frames can be lost, bent, or invented."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import Message, Receive, Send

from devserver.faults.wire import FaultySocket, abort, reset

Frame = str | bytes
CHUNK = 200
CLOSE_SECONDS = 2.0


def message_of(frame: Frame) -> Message:
    """The message that sends a frame, as text or binary by its type."""
    return {"type": "websocket.send"} | ({"text": frame} if isinstance(frame, str) else {"bytes": frame})


class Gone(OSError):
    """The socket has been ended by a fault; the application sees what it sees when a client has gone."""


class LiveSocket:
    """A socket from its upgrade to its end."""

    def __init__(self, number: int, path: str, wire: FaultySocket, receive: Receive, send: Send) -> None:
        self.number = number
        self.path = path
        self.wire = wire
        self.frames = 0
        """How many frames the application has sent."""
        self.swallowing = False
        self.deaf = False
        self.ended = False
        self.accepted = False
        self.kept: list[Frame] = []
        """Frames that are to go out after the next one."""
        self._receive = receive
        self._send = send

    @property
    def usable(self) -> bool:
        """Whether something can still be done to it."""
        return self.accepted and not self.ended and not self.wire.lost.is_set()

    def shown(self) -> dict[str, Any]:
        """As the interface lists it."""
        state = "half-open" if self.deaf else "swallowed" if self.swallowing else "open" if self.usable else "ended"
        return {"id": self.number, "path": self.path, "state": state, "frames": self.frames}

    async def pass_on(self, message: Message) -> None:
        """Send a message as it is."""
        await self._send(message)

    async def say(self, frame: Frame) -> None:
        """Send a frame past everything that is armed."""
        if self.usable and not self.deaf:
            await self._send(message_of(frame))

    async def say_all(self, frames: Iterable[Frame]) -> None:
        """Send many, letting others have a turn now and then."""
        for index, frame in enumerate(frames):
            await self.say(frame)
            if index % CHUNK == 0:
                await asyncio.sleep(0)

    async def next_message(self) -> Message:
        """The next message from the client that is not swallowed."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive" or not self.swallowing:
                return message

    async def close(self, code: int, reason: str) -> None:
        """End it in order."""
        if self.usable and not self.deaf:
            self.ended = True
            message = {"type": "websocket.close", "code": code, "reason": reason}
            try:
                await asyncio.wait_for(self._send(message), CLOSE_SECONDS)
            except TimeoutError:
                # Whoever reads nothing does not see a close frame either.
                self.drop()

    def drop(self) -> None:
        """End it with no close frame."""
        self._end(abort)

    def reset(self) -> None:
        """End it with a TCP reset."""
        self._end(reset)

    def _end(self, how: Callable[[FaultySocket], None]) -> None:
        self.ended = True
        how(self.wire)

    def write(self, data: bytes) -> None:
        """Put bytes on the wire that need not be a frame."""
        self.wire.transport.write(data)

    def deafen(self) -> None:
        """Leave it open with nobody there."""
        self.deaf = True
        self.wire.deafen()
