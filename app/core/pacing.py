"""The pace of the page: at most one flush per period, and gathered frames are read in time for it (R20).

One throttle for everything, so that there is one flush, however many kinds of updates there are. Three things move the
moment of the next flush:

1. The throttle: the first flush is due at once, the others a period apart.
2. Gathered frames: whenever a flush may be, they are read first, so that they wait no longer than a period either. The
   reading begins as long before that moment as the reading for the last flush took, so that it makes no period longer.
3. Holds: what belongs together arrives piece by piece (the slices of a reading, a submit answer and the moves that
   waited for it), and nothing is flushed before it is whole.

Why there is one pace and not two is explained in docs/decisions/bursts.md. Never sleeps: whoever owns it asks for the
``deadline`` after every input, and at the deadline calls ``begin_reading`` and, if there is nothing to read, ``take``.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from app.core.throttle import Throttle

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LONGEST_LEAD = 0.5
"""The share of a period by which a reading may begin early; one that takes longer makes the period longer."""


class Pacing(Generic[K, V]):
    """Keeps the latest value per key until it is to be flushed, and says when that is and when to read for it."""

    def __init__(self, every_s: float) -> None:
        self._throttle: Throttle[K, V] = Throttle(every_s)
        self._longest_lead_s = every_s * LONGEST_LEAD
        #: How long before a flush may be the reading begins: as long as it took for the last flush.
        self._lead_s = 0.0
        #: How long has been read since the last flush: the next lead. A flush may need more than one reading.
        self._read_s = 0.0
        #: When the reading began whose flush has not been tried yet; ``None`` if there is none.
        self._reading_since: float | None = None
        #: Whether frames wait to be read.
        self._gathered = False
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

    def gathered(self) -> None:
        """Note that frames wait to be read."""
        self._gathered = True

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
        if self._gathered:
            return self._throttle.opens(now) - self._lead_s
        return self._throttle.deadline(now)

    def begin_reading(self, now: float) -> bool:
        """Return whether what was gathered is to be read now. If so it is held: ``release`` when all of it was read."""
        if self._holds or not self._gathered or self._reading_since is not None:
            return False
        if self._throttle.opens(now) - self._lead_s > now:
            return False
        self._gathered = False
        self._reading_since = now
        self._holds = 1
        return True

    def take(self, now: float) -> dict[K, V]:
        """Return what is to be flushed now; empty when nothing is, or not yet."""
        if self._holds:
            return {}
        if self._reading_since is not None:
            self._read_s += now - self._reading_since
            self._reading_since = None
        due = self._throttle.take(now)
        if due:
            self._lead_s, self._read_s = min(self._read_s, self._longest_lead_s), 0.0
        return due

    def clear(self) -> None:
        """Forget what waits and what is held: nobody is signed in. How long reading takes is still known."""
        self._throttle.clear()
        self._reading_since = None
        self._gathered = False
        self._holds = 0
