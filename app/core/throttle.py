"""The pace of flushes: the first at once, then one per period (R20).

docs/decisions/bursts.md says why.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Throttle(Generic[K, V]):
    """Keeps the latest value per key until a flush is due.

    Give it states, not steps: only the last value of a key survives until the flush, so a terminal state is safe as
    long as the caller never offers an earlier state after it.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        #: The latest value of each key since the last flush.
        self._pending: dict[K, V] = {}
        #: When the period ends that the last flush began; ``None`` before the first.
        self._open_at: float | None = None

    def offer(self, key: K, value: V) -> None:
        """Keep ``value`` as the latest of ``key``."""
        self._pending[key] = value

    def waiting(self, key: K) -> V | None:
        """Return the value of ``key`` that waits for the next flush."""
        return self._pending.get(key)

    def opens(self, now: float) -> float:
        """When the next flush may be, in the caller's time, whether anything waits or not."""
        return now if self._open_at is None else max(now, self._open_at)

    def deadline(self, now: float) -> float | None:
        """When the next flush is due, in the caller's time; ``None`` while nothing waits."""
        return self.opens(now) if self._pending else None

    def take(self, now: float) -> dict[K, V]:
        """Return what is due at ``now`` and start the next period; empty when nothing is, or not yet."""
        deadline = self.deadline(now)
        if deadline is None or deadline > now:
            return {}
        taken, self._pending = self._pending, {}
        self._open_at = now + self._every_s
        return taken

    def clear(self) -> None:
        """Forget what waits, and the period."""
        self._pending.clear()
        self._open_at = None
