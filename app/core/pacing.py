"""The pace of the page: at most one flush per period, and gathered frames are read in time for it (R20).

Three things move the moment of the next flush (docs/decisions/bursts.md):

1. The throttle: the first flush is due at once, the others a period apart.
2. Gathered frames: whenever a flush may be, they are read first, so that they wait no longer than a period either. The
   reading begins as long before that moment as it will take, so that it makes no period longer.
3. Holds: what arrives piece by piece (the slices of a reading) is not flushed before it is whole.

Never sleeps: whoever owns it asks for the ``deadline`` after every input, and at the deadline calls ``begin_reading``
and, if there is nothing to read, ``take``.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from app.core.throttle import Throttle

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LONGEST_LEAD = 0.5
"""The share of a period by which a reading may begin early; one that takes longer makes the period longer."""
EACH_S = 0.0001
"""Seconds that reading one frame takes, until measured."""


class Pacing(Generic[K, V]):
    """Keeps the latest value per key until it is to be flushed, and says when that is and when to read for it."""

    def __init__(self, every_s: float) -> None:
        self._throttle: Throttle[K, V] = Throttle(every_s)
        self._longest_lead_s = every_s * LONGEST_LEAD
        #: How long reading one frame takes, as it was with the last reading.
        self._each_s = EACH_S
        #: How many frames wait, and how many the last reading was of.
        self._waiting = self._reading = 0
        #: When the reading began whose flush has not been tried yet.
        self._reading_since: float | None = None
        #: How many holds there are; while there is one, nothing is due.
        self._holds = 0

    @property
    def held(self) -> bool:
        """Whether something is not whole yet; whoever releases it asks for the deadline."""
        return self._holds > 0

    def offer(self, key: K, value: V) -> None:
        """Keep ``value`` as the latest of ``key`` for the next flush."""
        self._throttle.offer(key, value)

    def waiting(self, key: K) -> V | None:
        """Return what waits under ``key`` for the next flush."""
        return self._throttle.waiting(key)

    def gathered(self, waiting: int) -> None:
        """Note how many frames wait to be read."""
        self._waiting = waiting

    def hold(self) -> None:
        """Flush nothing until a ``release`` for each hold."""
        self._holds += 1

    def release(self) -> None:
        """End a hold. One that ``clear`` has ended already is none."""
        self._holds = max(0, self._holds - 1)

    def deadline(self, now: float) -> float | None:
        """When something is to be read or flushed, in the caller's time; ``None`` while nothing is, or it is held."""
        if self._holds:
            return None
        if self._reading_since is not None:
            return now
        return self._reading_begins(now) if self._waiting else self._throttle.deadline(now)

    def begin_reading(self, now: float) -> bool:
        """Return whether what was gathered is to be read now. If so it is held: ``release`` when all was read."""
        if self._holds or not self._waiting or self._reading_since is not None:
            return False
        if self._reading_begins(now) > now:
            return False
        self._reading, self._waiting = self._waiting, 0
        self._reading_since = now
        self._holds = 1
        return True

    def take(self, now: float) -> dict[K, V]:
        """Return what is to be flushed now; empty when nothing is, or not yet."""
        if self._holds:
            return {}
        if self._reading_since is not None:
            self._each_s = (now - self._reading_since) / self._reading
            self._reading_since = None
        return self._throttle.take(now)

    def clear(self) -> None:
        """Forget what waits and what is held: nobody is signed in. How long reading takes is still known."""
        self._throttle.clear()
        self._reading_since = None
        self._waiting = 0
        self._holds = 0

    def _reading_begins(self, now: float) -> float:
        return self._throttle.opens(now) - min(self._waiting * self._each_s, self._longest_lead_s)
