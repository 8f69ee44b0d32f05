"""A listener of a socket that keeps what it is called with."""

from collections.abc import Sequence


class KeptCalls:
    """What came out of a socket, in order: ``calls``."""

    def __init__(self) -> None:
        self.calls: list[object] = []

    def opened(self) -> None:
        self.calls.append("opened")

    def received(self, frames: list[str | None]) -> None:
        self.calls.append(frames)

    def gathered(self, joined: bytes, lengths: Sequence[int]) -> None:
        self.calls.append((joined, tuple(lengths)))

    def closed(self, code: int, reason: str) -> None:
        self.calls.append((code, reason))
