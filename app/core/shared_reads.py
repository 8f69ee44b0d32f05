"""Which read may serve which ask of several pages (R43): never one that knows less than a read of the page's own.

A page that asks may only be given a read that began

- after everything that the page itself did or went through: its writes, a refresh, a return, and
- after the last answer that it got for the same address, so that it is never given one twice, and
- after the last frame that it has received, for that is often why it asks (R23, R24). Frames have numbers, which are
  the same for all pages of a term. Lists need only be as new as the page's connection: they are taken to lag behind
  frames by far more anyway (``core.merging.LIST_LAG_S``).

And never one that began more than ``OLDEST_S`` ago, which is the shortest interval of polling (R9). As ages are counted
from when the holder gets the ask, on its way it becomes stricter, never looser (docs/decisions/one-connection.md).
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

OLDEST_S = 1.0


class Knowledge:
    """What one page has been through, as far as its asks depend on it."""

    def __init__(self) -> None:
        # When something last happened after which only newer reads count, in monotonic seconds.
        self._happened_at = 0.0
        # When the last answer for an address came.
        self._answered: dict[str, float] = {}

    def happened(self, now: float) -> None:
        """The page did, or went through, something after which it wants to know how things are."""
        self._happened_at = now
        self._answered.clear()

    def answered(self, path: str, now: float) -> None:
        """An answer for an address came."""
        self._answered = {known: at for known, at in self._answered.items() if now - at < OLDEST_S}
        self._answered[path] = now

    def oldest_s(self, path: str, now: float) -> float:
        """Return how long ago a read may have begun that this page is given now."""
        since = max(self._happened_at, self._answered.get(path, self._happened_at))
        return min(max(now - since, 0.0), OLDEST_S)


@dataclass(slots=True)
class Read(Generic[T]):
    """A read: when it began, and after which frame; what will come of it."""

    path: str
    began_at: float
    after_frame: int
    outcome: T


class Reads(Generic[T]):
    """The reads that are under way or have just ended, the latest of each address."""

    def __init__(self) -> None:
        self._reads: dict[str, Read[T]] = {}

    def find(self, path: str, now: float, *, after_frame: int, oldest_s: float) -> Read[T] | None:
        """Return a read that may serve an ask that comes now."""
        read = self._reads.get(path)
        if read is None or read.after_frame < after_frame or read.began_at < now - oldest_s:
            return None
        return read

    def begin(self, path: str, now: float, frame: int, outcome: T) -> Read[T]:
        """Note a read that begins now, after this frame."""
        self._reads = {known: read for known, read in self._reads.items() if read.began_at >= now - OLDEST_S}
        read = self._reads[path] = Read(path, now, frame, outcome)
        return read

    def clear(self) -> None:
        """Forget all: frames are counted anew."""
        self._reads.clear()
