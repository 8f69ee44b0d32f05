"""Which ended jobs are remembered across visits, and which of them are shown (R48; docs/decisions/remembered.md).

``Unwritten`` gathers what is to be remembered until it is written; ``RememberedJobs`` holds what was read again. What
the server says comes first: a job that it lists, pushes or answers is no longer shown as remembered, and one that it
calls open is forgotten. Refuses to know where rows are kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic

from app.core.collection import Change, Collection
from app.core.records import R, Record, Source, as_row

MOST_REMEMBERED = 5000
"""How many jobs of each kind are remembered, the newest."""
AT_ONCE = 200
"""How many are written at once."""
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Seen(Generic[R]):
    """A job as it was when the server last spoke of it, ``at`` epoch seconds."""

    record: R
    at: float


def worth_remembering(record: Record) -> bool:
    """Whether a job is to be remembered: it has ended by the server's word, and has its place among the others."""
    return (
        record.word.status.terminal
        and not record.gone
        and record.created_at is not None
        and len(record.id) <= LONGEST_ID
    )


class Unwritten(Generic[R]):
    """What waits to be written of one kind of job; of more than ``MOST_REMEMBERED`` the newest."""

    def __init__(self) -> None:
        # By id; ``None`` for a job that is to be forgotten.
        self._waiting: dict[str, R | None] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def changed(self, change: Change[R]) -> None:
        """Note a change: an end is remembered, and a job that was begun anew is forgotten."""
        record, before = change.record, change.before
        if worth_remembering(record):
            self._waiting[record.id] = record
        elif not record.ended and (before is None or before.ended):
            self._waiting[record.id] = None

    def known(self, records: Iterable[R]) -> None:
        """Note what was known before changes were followed."""
        for record in records:
            if worth_remembering(record):
                self._waiting[record.id] = record
            elif not record.ended:
                self._waiting[record.id] = None

    def take(self) -> tuple[list[R], list[str]]:
        """Return the next rows to write, and the ids to forget; they wait no longer."""
        self._bound()
        ids = list(self._waiting)[:AT_ONCE]
        taken = [(job_id, self._waiting.pop(job_id)) for job_id in ids]
        rows = [as_row(record) for _, record in taken if record is not None]
        return rows, [job_id for job_id, record in taken if record is None]

    def put_back(self, rows: Iterable[R], forgotten: Iterable[str]) -> None:
        """Let what was taken and not written wait again; what was noted since then is newer."""
        for record in rows:
            self._waiting.setdefault(record.id, record)
        for job_id in forgotten:
            self._waiting.setdefault(job_id, None)

    def _bound(self) -> None:
        if len(self._waiting) > MOST_REMEMBERED:
            kept = set(sorted(self._waiting, key=self._place, reverse=True)[:MOST_REMEMBERED])
            self._waiting = {job_id: record for job_id, record in self._waiting.items() if job_id in kept}

    def _place(self, job_id: str) -> float:
        record = self._waiting[job_id]
        # What is to be forgotten comes first: it would be a lie.
        return float("inf") if record is None else record.created_at or 0.0


class RememberedJobs(Generic[R]):
    """The remembered jobs of one kind that are not known otherwise; ``known`` says which are.

    They are a collection of their own, so that they are searched like the others.
    """

    def __init__(self, known: Callable[[str], bool], most: int = MOST_REMEMBERED) -> None:
        self.collection: Collection[R] = Collection()
        self._known = known
        self._most = most
        self._seen: dict[str, float] = {}

    def add(self, rows: Iterable[Seen[R]]) -> None:
        """Add what was read; of a job that is there already, the later holds."""
        for row in rows:
            record = row.record
            if self._known(record.id) or not worth_remembering(record):
                continue
            if row.at <= self._seen.get(record.id, float("-inf")):
                continue
            self.collection.remove([record.id])
            self.collection.apply_listed([record], Source.POLL, 0.0)
            self._seen[record.id] = row.at
        self._drop(self.collection.order[self._most :])

    def seen_at(self, job_id: str) -> float | None:
        """Return when the server last spoke of a remembered job, in epoch seconds."""
        return self._seen.get(job_id)

    def replaced(self, job_ids: Iterable[str]) -> frozenset[str]:
        """Leave out the jobs that the server has spoken of; return those that were shown."""
        return self._drop(job_id for job_id in job_ids if job_id in self._seen)

    def clear(self) -> None:
        """Hold nothing: it is read anew, or the user signs out."""
        self.collection.clear()
        self._seen.clear()

    def _drop(self, job_ids: Iterable[str]) -> frozenset[str]:
        dropped = frozenset(self.collection.remove(job_ids).removed)
        for job_id in dropped:
            del self._seen[job_id]
        return dropped
