"""The jobs the page knows, which of them are active, and who brought the last update of each (R14 to R16).

Push, polls and submits bring updates; each application of some returns what they changed as one ``Batch``. Refuses to
ask anybody for anything, and to pass on what changed: ``hooks.delivery`` does.

Two updates of one job make one record as docs/decisions/ordering.md explains; what becomes of ids that nobody has
listed is in docs/decisions/unknown-ids.md.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from typing import Generic

from app.core.merging import Outcome, merge
from app.core.records import AbilityTask, R, Source, Task, as_row
from app.core.status import Status
from app.core.unknown_ids import UnknownIds

EARLY_UPDATES_KEPT = 500
LONGEST_LIST = 200
WHOLE_KEPT = 2000
"""How many ended jobs are kept with what went in and came out, the newest; of older ones the rows are (R48)."""
WHOLE_SLACK = 100
FEW_TO_PLACE = 50
FEW_ARE_ONE_IN = 16


@dataclass(frozen=True, slots=True)
class Touch:
    """When a job was last updated (seconds, monotonic) and by what."""

    at: float
    source: Source


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """An accepted update: the record now, as it was before (``None`` when new), and who brought the update."""

    record: R
    before: R | None
    source: Source

    @property
    def ended(self) -> bool:
        """Whether the job is over with this change, one way or another.

        It is over too when the server no longer knows it; the real end may still follow that.
        """
        before = self.before
        return self.record.ended and (before is None or before.gone or not before.ended)

    def after(self, earlier: "Change[R] | None") -> "Change[R]":
        """Return this change and an ``earlier`` one of the same job as one."""
        if earlier is None or self.before is earlier.before:
            return self
        return Change(self.record, earlier.before, self.source)


@dataclass(frozen=True, slots=True)
class Batch(Generic[R]):
    """What one application of updates changed."""

    changes: tuple[Change[R], ...]
    source: Source
    #: Ids that are no longer anywhere.
    removed: tuple[str, ...] = ()
    #: Whether there were ids among them that no list has contained so far, to be searched for.
    noticed: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes or self.removed or self.noticed)

    @property
    def new(self) -> int:
        """How many jobs were not known before."""
        return sum(change.before is None for change in self.changes)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs there are of each kind (R22)."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    total: int = 0


class Collection(Generic[R]):
    """Jobs by id. An update of an id nobody has listed or submitted is kept: the submit answer may be on its way."""

    def __init__(self) -> None:
        #: The last known snapshot of each job, and of those the ids that have not ended.
        self._records: dict[str, R] = {}
        self._active: set[str] = set()
        #: The ids that are blocked or active under an unfamiliar word, and those that no list has held.
        self._standing: set[str] = set()
        self._unlisted: set[str] = set()
        self._touched: dict[str, Touch] = {}
        #: When each job last gave a sign of life (seconds, monotonic); see ``seen``.
        self._seen: dict[str, float] = {}
        #: The jobs that have ended and are kept whole.
        self._whole: set[str] = set()
        # The ids that the server does not know (R11).
        self._gone: set[str] = set()
        #: Updates of ids nobody has listed, merged by id, the longest silent first (R16).
        self._early: dict[str, R] = {}
        #: All ids, newest first, but for those that are ``_misplaced``: sorting waits until somebody asks.
        self._order: list[str] = []
        self._misplaced: set[str] = set()
        #: Kept up to date with every change, for counting ten thousand records at every flush takes too long.
        self._counts: dict[Status, int] = dict.fromkeys(Status, 0)
        #: The ids nobody has listed, and when to search for them.
        self.unknown = UnknownIds()
        #: How many updates were older than what is known, and how many said nothing new, for the diagnostics.
        self.stale = 0
        self.duplicates = 0

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._records

    def get(self, job_id: str) -> R | None:
        """Return the last known snapshot of a job."""
        return self._records.get(job_id)

    def touched(self, job_id: str) -> Touch | None:
        """Return when and by what a job was last updated."""
        return self._touched.get(job_id)

    def seen(self, job_id: str) -> float | None:
        """Return when a job last gave a sign of life, in monotonic seconds (R11).

        Being listed, pushed or read with a time of its own is a sign of life; a single read that just says ``pending``
        is none, for that is also what the server says of a task it does not know.
        """
        return self._seen.get(job_id)

    @property
    def order(self) -> list[str]:
        """All ids, newest first. A list that was returned is not changed afterwards."""
        misplaced = self._misplaced
        if len(misplaced) > FEW_TO_PLACE:
            self._order = sorted(self._records, key=self._place)
        elif misplaced:
            order = [job_id for job_id in self._order if job_id not in misplaced]
            for job_id in misplaced & self._records.keys():
                insort(order, job_id, key=self._place)
            self._order = order
        misplaced.clear()
        return self._order

    def _place(self, job_id: str) -> tuple[float, str]:
        """Where a job stands; one whose age is not known yet was just submitted and is the newest.

        One of which only a row is known, and no age, is older than whatever was listed.
        """
        record = self._records[job_id]
        if record.created_at is None:
            return inf if record.row_only else -inf, job_id
        return -record.created_at, job_id

    @property
    def active(self) -> list[str]:
        """The active ids, newest first."""
        # Where many of all jobs are active, picking them out of the order is cheaper than to sort them.
        if len(self._active) * FEW_ARE_ONE_IN > len(self._records):
            return [job_id for job_id in self.order if job_id in self._active]
        return sorted(self._active, key=self._place)

    @property
    def standing(self) -> list[str]:
        """The ids that are blocked or active under an unfamiliar word, newest first."""
        return sorted(self._standing, key=self._place)

    def was_listed(self, job_id: str) -> bool:
        """Return whether a list has held a job."""
        return job_id in self._records and job_id not in self._unlisted

    @property
    def active_count(self) -> int:
        """How many ids are active."""
        return len(self._active)

    @property
    def on_server(self) -> int:
        """How many jobs the server has of those that are known: all but what it does not know (R11)."""
        return len(self._records) - len(self._gone)

    @property
    def counts(self) -> Counts:
        """The counts shown above the list."""
        by = self._counts
        return Counts(len(self._active), by[Status.SUCCEEDED], by[Status.FAILED], len(self._records))

    @property
    def by_status(self) -> Mapping[Status, int]:
        """How many jobs there are of each status (R36)."""
        return self._counts

    def positions(self, most: int = LONGEST_LIST) -> dict[str, int]:
        """How many newer jobs stand before each of the newest ``most`` in the server's list, as far as known here."""
        return {job_id: index for index, job_id in enumerate(islice(self.order, most))}

    def apply(self, updates: Iterable[R], source: Source, now: float) -> Batch[R]:
        """Apply updates of jobs that may not be ours: only known ids change, other ids are noticed (R16)."""
        records, changes, noticed = self._records, [], False
        for update in updates:
            if update.id not in records:
                noticed = self.unknown.notice(update.id, now) or noticed
                self._keep_early(update, now)
            elif (change := self._apply_known(update, source, now)) is not None:
                changes.append(change)
        self._forget_payloads()
        return Batch(tuple(changes), source, noticed=noticed)

    def apply_listed(self, updates: Iterable[R], source: Source, now: float, asked: float | None = None) -> Batch[R]:
        """Apply updates of jobs that are ours: the server lists them, or answered our submit with them.

        ``asked`` is when the list was asked for; what it says is of the present from then on (R15). It is ``None``
        where no list says it.
        """
        changes = [change for update in updates if (change := self._apply_own(update, source, now, asked)) is not None]
        self._forget_payloads()
        return Batch(tuple(changes), source)

    def give_up(self, job_ids: Iterable[str], now: float) -> Batch[R]:
        """Ask no more about active jobs that stand still; their word stays, and whatever is new of them wakes them."""
        known = (self._records.get(job_id) for job_id in job_ids)
        changes = [
            self._accept(replace(before, given_up=True), before, Source.POLL, now)
            for before in known
            if before is not None and before.active
        ]
        return Batch(tuple(changes), Source.POLL)

    def mark_unknown(self, job_ids: Iterable[str], now: float) -> Batch[R]:
        """Mark ids that the server does not know: shown as unknown, never as done, no longer asked about (R11)."""
        known = (self._records.get(job_id) for job_id in job_ids)
        changes = [
            self._accept(replace(before, gone=True), before, Source.POLL, now)
            for before in known
            if before is not None and not before.ended
        ]
        return Batch(tuple(changes), Source.POLL)

    def remove(self, job_ids: Iterable[str]) -> Batch[R]:
        """Forget jobs that are no longer anywhere."""
        removed = []
        for job_id in job_ids:
            record = self._records.pop(job_id, None)
            if record is not None:
                self._counts[record.status] -= 1
                self._active.discard(job_id)
                self._standing.discard(job_id)
                self._unlisted.discard(job_id)
                self._whole.discard(job_id)
                self._gone.discard(job_id)
                del self._touched[job_id]
                del self._seen[job_id]
                self._misplaced.add(job_id)
                removed.append(job_id)
        return Batch((), Source.POLL, tuple(removed))

    def clear(self) -> None:
        """Forget everything: another user may sign in."""
        self._records.clear()
        self._active.clear()
        self._standing.clear()
        self._unlisted.clear()
        self._touched.clear()
        self._seen.clear()
        self._whole.clear()
        self._gone.clear()
        self._early.clear()
        self._order = []
        self._misplaced.clear()
        self._counts = dict.fromkeys(Status, 0)
        self.unknown.clear()

    def _forget_payloads(self) -> None:
        """Keep of the oldest ended jobs only what their rows show, some at a time; nothing that is shown changes."""
        if len(self._whole) < WHOLE_KEPT + WHOLE_SLACK:
            return
        for job_id in sorted(self._whole, key=self._place)[WHOLE_KEPT:]:
            self._records[job_id] = as_row(self._records[job_id])
            self._whole.discard(job_id)

    def _keep_early(self, update: R, now: float) -> None:
        known = self._early.pop(update.id, None)
        self._early[update.id] = merge(known or type(update)(id=update.id), update, now)[0]
        if len(self._early) > EARLY_UPDATES_KEPT:
            del self._early[next(iter(self._early))]

    def _apply_known(self, update: R, source: Source, now: float) -> Change[R] | None:
        change = self._merge(update, source, now, None)
        if (
            change is not None
            or source is Source.PUSH
            or update.dated is not None
            or update.word.status is not Status.QUEUED
        ):
            self._seen[update.id] = now
        return change

    def _apply_own(self, update: R, source: Source, now: float, asked: float | None) -> Change[R] | None:
        self._seen[update.id] = now
        known = self._records.get(update.id)
        if asked is not None:
            self._unlisted.discard(update.id)
        elif known is None:
            self._unlisted.add(update.id)
        if known is not None and known.gone:
            # That it is listed again is new, though the update may say nothing new of it.
            found, _ = merge(replace(known, gone=False), update, now, asked)
            return self._accept(found, known, source, now)
        return self._merge(update, source, now, asked)

    def _merge(self, update: R, source: Source, now: float, asked: float | None) -> Change[R] | None:
        before = self._records.get(update.id)
        if before is None:
            early = self._early.pop(update.id, None) or type(update)(id=update.id)
            early.row_only = update.row_only
            record = merge(early, update, now, asked)[0]
        else:
            record, outcome = merge(before, update, now, asked)
            if outcome is Outcome.NOTED:
                self._records[update.id] = record
                self.stale += 1
                return None
            if outcome is not Outcome.CHANGED:
                self.stale += outcome is Outcome.STALE
                self.duplicates += outcome is Outcome.DUPLICATE
                return None
        return self._accept(record, before, source, now)

    def _accept(self, record: R, before: R | None, source: Source, now: float) -> Change[R]:
        job_id = record.id
        self._records[job_id] = record
        self._touched[job_id] = Touch(now, source)
        if before is None or before.created_at != record.created_at:
            self._misplaced.add(job_id)
        status, former = record.status, before.status if before is not None else None
        if status is not former:
            if former is not None:
                self._counts[former] -= 1
            self._counts[status] += 1
        if record.active:
            self._active.add(job_id)
        else:
            self._active.discard(job_id)
        if status is Status.BLOCKED or (status is Status.UNKNOWN and record.active):
            self._standing.add(job_id)
        else:
            self._standing.discard(job_id)
        if record.gone:
            self._gone.add(job_id)
        else:
            self._gone.discard(job_id)
        if record.ended and not record.row_only:
            self._whole.add(job_id)
        else:
            self._whole.discard(job_id)
        return Change(record, before, source)


class TaskCollection(Collection[Task]):
    """The traditional tasks."""

    def stamped(self, update: Task, server_now: Callable[[], float]) -> Task:
        """Return an update from a frame, which does not say when a task ended, with that moment.

        Until the list says it, the end is when the frame came: what ``server_now`` returns, in epoch seconds.
        """
        if not update.word.status.terminal or update.finished_at is not None:
            return update
        known = self.get(update.id)
        return replace(update, finished_at=server_now()) if known is not None and known.active else update


class AbilityTaskCollection(Collection[AbilityTask]):
    """The ability tasks."""
