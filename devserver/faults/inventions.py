"""Faults that send what the application never said: frames, bursts of them, and bytes that are none."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, JsonValue

from devserver.faults.fault import Fault
from devserver.faults.sockets import LiveSocket

LONGEST = 16 * 1024 * 1024
PLACE = "{n}"
DEFAULT_BURST: dict[str, Any] = {
    "type": "task.status",
    "payload": {"taskId": "burst-{n}", "status": "processing", "progress": 1},
}


def text_of(frame: JsonValue) -> str:
    """Text as it is, anything else as JSON, with whatever UTF-8 cannot hold escaped."""
    return frame if isinstance(frame, str) else json.dumps(frame)


class Frame(Fault):
    """One frame of any content: malformed JSON, an unknown type, markup, another user's event."""

    fault: Literal["frame"]
    at: Literal["open", "now"] = "now"
    frame: JsonValue
    """Text is sent as it is, anything else as JSON."""

    async def on_socket(self, live: LiveSocket) -> None:
        """Send it."""
        await live.say(text_of(self.frame).encode("utf-8", "replace").decode())


class Raw(Fault):
    """Bytes put on the wire as they are: an invalid opcode, a frame that breaks off, a text frame that is no UTF-8."""

    fault: Literal["raw"]
    at: Literal["open", "now"] = "now"
    data: str = Field(pattern=r"^([0-9a-fA-F]{2})+$", max_length=LONGEST)
    """In hexadecimal."""

    async def on_socket(self, live: LiveSocket) -> None:
        """Write them."""
        live.write(bytes.fromhex(self.data))


class Burst(Fault):
    """Many frames as fast as they go."""

    fault: Literal["burst"]
    at: Literal["open", "now"] = "now"
    frames: int = Field(ge=1, le=100_000)
    frame: JsonValue = None
    """What each is; ``{n}`` in it becomes its number. By default the progress of tasks that nobody has."""

    async def on_socket(self, live: LiveSocket) -> None:
        """Send them all."""
        template = text_of(DEFAULT_BURST if self.frame is None else self.frame)
        await live.say_all(template.replace(PLACE, str(number)) for number in range(self.frames))
