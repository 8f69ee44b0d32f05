"""The limits that admins are notified of (R44, R51): too many calls fail, or a queue is almost full.

A crossing is reported once. What is above its limit is reported again only after it has been clearly below: a share
that swings around the limit would ring all day (docs/decisions/limits.md). Refuses to know who reads the figures, and
how they are reported.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.core.logs import LogRecord
from app.core.queues import QueueServer
from app.core.status import Status

FAILURES = "failures"
QUEUE = "queue."
"""The keys of what can cross a limit: the failures, and each executor's queue by its id."""
PERCENTS = range(1, 100)
LAST = range(5, 101)
# The share of its limit at which something is clearly below it, in quarters.
_CLEAR_QUARTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """More than ``failures`` % of the ``last`` calls; a queue with ``queue`` % of its places taken, or more."""

    failures_on: bool = False
    failures: int = 20
    last: int = 20
    queue_on: bool = False
    queue: int = 80

    def concern_alike(self, other: "Limits", key: str) -> bool:
        """Whether these mean the same as others for what has this key: else a crossing of one is none of the other."""
        names = ("failures_on", "failures", "last") if key == FAILURES else ("queue_on", "queue")
        return all(getattr(self, name) == getattr(other, name) for name in names)


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a whole something takes: failed calls of all that ended, places of a queue."""

    key: str
    part: int
    whole: int

    @property
    def percent(self) -> int:
        """The share in whole percent, as it is reported."""
        return self.part * 100 // self.whole


def failures_of(newest_first: Iterable[LogRecord], last: int) -> Reading | None:
    """Return how many of the ``last`` calls that ended have failed; ``None`` while fewer are known."""
    ended = [one.status for one in newest_first if one.status in {Status.SUCCEEDED, Status.FAILED}][:last]
    return Reading(FAILURES, ended.count(Status.FAILED), last) if len(ended) == last else None


def queues_of(servers: Iterable[QueueServer]) -> list[Reading]:
    """Return how full each queue is of which the limit is known."""
    return [
        Reading(QUEUE + one.executor_id, one.running + one.waiting, one.limit)
        for one in servers
        if one.supported and one.limit
    ]


class Step(StrEnum):
    """What a reading means: above the limit since just now, or clearly below it."""

    CROSSED = "crossed"
    CLEARED = "cleared"


class Crossings:
    """Remembers, of each thing, on which side of its limit it was seen last."""

    def __init__(self) -> None:
        # Whether each is above its limit; what is between the two bounds stays what it was.
        self._above: dict[str, bool] = {}

    def observe(self, reading: Reading, limit: int) -> Step | None:
        """Return what a reading means; ``None`` where it changes nothing. ``limit`` is in percent.

        What is below when it is first seen is cleared too: an earlier visit may have reported it.
        """
        above = self._above.get(reading.key)
        share, bound = reading.part * 100, limit * reading.whole
        if above is not True and (share > bound if reading.key == FAILURES else share >= bound):
            self._above[reading.key] = True
            return Step.CROSSED
        if above is not False and share * 4 <= bound * _CLEAR_QUARTERS:
            self._above[reading.key] = False
            return Step.CLEARED
        return None

    def above(self, key: str) -> bool:
        """Whether something has crossed its limit and was not clearly below since."""
        return self._above.get(key, False)

    def forget(self, key: str) -> None:
        """Know nothing of it: it is gone, nobody wants to be notified of it, or its limit is another one."""
        self._above.pop(key, None)

    @property
    def keys(self) -> tuple[str, ...]:
        """What has been seen."""
        return tuple(self._above)
