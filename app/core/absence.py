"""What happened while nobody looked (R45): the difference between what was known on leaving and what is known now.

It compares sets of jobs, not the updates that made them, so that the order of push and poll does not matter. Refuses to
know when somebody left, and when what is known now is complete enough to be compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.amounts import Amount, add, minus
from app.core.points import Points
from app.core.records import Record
from app.core.status import Status

AWAY_S = 60.0
"""Whoever was gone for less has missed nothing."""


@dataclass(frozen=True, slots=True)
class Left:
    """What was known when the user left: at which moment (epoch seconds, the server's), and which jobs.

    ``owned`` is what the user had, frozen points too; ``None`` if it was not known.
    """

    at: float
    active: frozenset[str]
    known: frozenset[str] = frozenset()
    owned: Amount | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """What happened since ``since`` (epoch seconds): the ids of the jobs that ended, and of those that still run.

    ``others`` were cancelled, or the server no longer knows them. ``spent`` is what the user has less than then, points
    that were given taken off; ``None`` if that is not known. ``oldest`` is when the oldest of these jobs was submitted.
    """

    since: float
    succeeded: frozenset[str]
    failed: frozenset[str]
    others: frozenset[str]
    running: frozenset[str]
    spent: Amount | None
    oldest: float | None

    @property
    def happened(self) -> bool:
        """Whether there is anything to show; that something still runs is nothing new."""
        return bool(self.succeeded or self.failed or self.others)


def owned(points: Points | None) -> Amount | None:
    """Return all that a user has, frozen points too: a freeze costs nothing, a deduction does."""
    return None if points is None else add(points.total, points.frozen)


def leave(records: Iterable[Record], points: Points | None, at: float) -> Left:
    """Return what is known at the moment of leaving."""
    active: set[str] = set()
    known: set[str] = set()
    for record in records:
        known.add(record.id)
        if not record.ended:
            active.add(record.id)
    return Left(at, frozenset(active), frozenset(known), owned(points))


def compare(left: Left, records: Iterable[Record], now: Amount | None) -> Absence:
    """Return what happened since ``left``; ``now`` is what the user has by now.

    A job ended meanwhile if it had not ended then. One that was not known then counts by its own times: the lists may
    reach further back than they did.
    """
    by_status: dict[Status, set[str]] = {}
    running: set[str] = set()
    begun: list[float] = []
    for record in records:
        if not record.ended:
            if record.active:
                running.add(record.id)
            continue
        if record.id in left.active or (record.id not in left.known and _ended_at(record) > left.at):
            by_status.setdefault(record.status, set()).add(record.id)
            if record.created_at is not None:
                begun.append(record.created_at)
    succeeded = frozenset(by_status.pop(Status.SUCCEEDED, ()))
    failed = frozenset(by_status.pop(Status.FAILED, ()))
    others = frozenset[str]().union(*by_status.values())
    spent = None if left.owned is None or now is None else add(left.owned, minus(now))
    return Absence(left.at, succeeded, failed, others, frozenset(running), spent, min(begun, default=None))


def _ended_at(record: Record) -> float:
    return record.finished_at or record.updated_at or record.created_at or float("-inf")
