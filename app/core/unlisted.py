"""The active jobs that no list held at the last reconcile, and when they have their turn to be asked about (R10, R12).

The reconcile asks about as many as a round may; the rest wait, so that thousands of them cost the server a few reads a
second at most. docs/decisions/polling.md says why.
"""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.core.rules import PollingRules

if TYPE_CHECKING:
    from app.core.known_jobs import KnownJobs

# How far the rounds for the rest are from the reconcile and from each other, in shares of the time between reconciles.
UNLISTED_SHARE = 0.2


class Unlisted:
    """Whose turn it is."""

    def __init__(self, known: "KnownJobs", rules: PollingRules) -> None:
        self._known = known
        self._window = rules.window
        self._apart_s = rules.reconcile_every_s * UNLISTED_SHARE
        # Those that had no turn yet.
        self._waiting: deque[str] = deque()
        # When the next ones have theirs, in monotonic seconds.
        self._next_at = 0.0

    @property
    def deadline(self) -> float | None:
        """When some of them are to be asked about; ``None`` if nobody waits."""
        return self._next_at if self._waiting else None

    def clear(self) -> None:
        """Nobody waits any more."""
        self._waiting.clear()

    def drop_ended(self) -> None:
        """Let those not wait that have ended, or are gone."""
        records = map(self._known.get, self._waiting)
        self._waiting = deque(record.id for record in records if record is not None and record.active)

    def divide(self, job_ids: Sequence[str], active: set[str], started: float) -> deque[str]:
        """Return which jobs a reconcile that began then asks about itself; of the rest, the ``active`` ones wait.

        Those are first that had no turn since the reconcile before.
        """
        left = active.intersection(self._waiting)
        order = sorted(job_ids, key=lambda job_id: job_id not in left)
        self._waiting = deque(job_id for job_id in order[self._window :] if job_id in active)
        self._next_at = started + self._apart_s
        return deque(order[: self._window])

    def turn(self, now: float) -> deque[str]:
        """Return those whose turn it is now."""
        self._next_at = now + self._apart_s
        return deque(self._waiting.popleft() for _ in range(min(self._window, len(self._waiting))))
