"""The jobs the page knows, which of them are active, and who brought the last news of each (R14 to R16).

Refuses to ask anybody for anything: it is told, and says what changed.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from typing import Generic

from app.core.records import AbilityTask, Outcome, R, Source, Task, merge
from app.core.status import Status

EARLY_NEWS_KEPT = 500
LONGEST_LIST = 200
FEW_TO_PLACE = 50


@dataclass(frozen=True, slots=True)
class Touch:
    """When a job was last updated (seconds, monotonic) and by what."""

    at: float
    source: Source


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """An accepted piece of news: the record now, as it was before (``None`` when new), and who brought it."""

    record: R
    before: R | None
    source: Source

    @property
    def ended(self) -> bool:
        """Whether this is the news that the job is over, one way or another.

        Being lost is such news too; the real end may still follow it.
        """
        before = self.before
        return self.record.ended and (before is None or before.gone or not before.ended)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs there are of each kind (R22)."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    total: int = 0


class Collection(Generic[R]):
    """Jobs by id. News of an id nobody has listed or submitted is kept aside: the submit answer may be on its way."""

    def __init__(self) -> None:
        self._records: dict[str, R] = {}
        self._active: set[str] = set()
        self._touched: dict[str, Touch] = {}
        self._seen: dict[str, float] = {}
        self._early: dict[str, R] = {}
        self._order: list[str] = []
        self._misplaced: set[str] = set()
        self._counts: dict[Status, int] = dict.fromkeys(Status, 0)
        self.stale = 0
        self.duplicates = 0

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, job: str) -> bool:
        return job in self._records

    def get(self, job: str) -> R | None:
        """Return the last known snapshot of a job."""
        return self._records.get(job)

    def touched(self, job: str) -> Touch | None:
        """Return when and by what a job was last updated."""
        return self._touched.get(job)

    @property
    def order(self) -> list[str]:
        """All ids, newest first. A list that was returned is not changed afterwards."""
        misplaced = self._misplaced
        if len(misplaced) > FEW_TO_PLACE:
            self._order = sorted(self._records, key=self._place)
        elif misplaced:
            order = [job for job in self._order if job not in misplaced]
            for job in misplaced & self._records.keys():
                insort(order, job, key=self._place)
            self._order = order
        misplaced.clear()
        return self._order

    def _place(self, job: str) -> tuple[float, str]:
        """Where a job stands; one whose age is not known yet was just submitted and is the newest."""
        created_at = self._records[job].created_at
        return -inf if created_at is None else -created_at, job

    @property
    def active(self) -> list[str]:
        """The active ids, newest first."""
        return sorted(self._active, key=self._place)

    @property
    def active_count(self) -> int:
        """How many ids are active."""
        return len(self._active)

    @property
    def counts(self) -> Counts:
        """The counts shown above the list."""
        by = self._counts
        return Counts(len(self._active), by[Status.SUCCEEDED], by[Status.FAILED], len(self._records))

    def positions(self, most: int = LONGEST_LIST) -> dict[str, int]:
        """How many newer jobs stand before each of the newest ``most`` in the server's list, as far as known here."""
        return {job: index for index, job in enumerate(islice(self.order, most))}

    def hear(self, news: R, source: Source, now: float) -> Change[R] | None:
        """Take news of a job that may not be ours: only known ids change, the rest is kept for a while (R16)."""
        if news.id not in self._records:
            known = self._early.pop(news.id, None)
            self._early[news.id] = news if known is None else merge(known, news)[0]
            if len(self._early) > EARLY_NEWS_KEPT:
                del self._early[next(iter(self._early))]
            return None
        change = self._take(news, source, now)
        if (
            change is not None
            or source is Source.PUSH
            or news.dated is not None
            or news.word.status is not Status.QUEUED
        ):
            self._seen[news.id] = now
        return change

    def add(self, news: R, source: Source, now: float) -> Change[R] | None:
        """Take news of a job that is ours because the server lists it, or answered our submit with it."""
        self._seen[news.id] = now
        known = self._records.get(news.id)
        if known is not None and known.gone:
            found, _ = merge(replace(known, gone=False), news)
            return self._accept(found, known, source, now)
        return self._take(news, source, now)

    def _take(self, news: R, source: Source, now: float) -> Change[R] | None:
        before = self._records.get(news.id)
        if before is None:
            early = self._early.pop(news.id, None)
            record = news if early is None else merge(news, early)[0]
        else:
            record, outcome = merge(before, news)
            if outcome is Outcome.NOTED:
                self._records[news.id] = record
                self.stale += 1
                return None
            if outcome is not Outcome.CHANGED:
                self.stale += outcome is Outcome.STALE
                self.duplicates += outcome is Outcome.DUPLICATE
                return None
        return self._accept(record, before, source, now)

    def lose(self, job: str, source: Source, now: float) -> Change[R] | None:
        """The server does not know this id: shown as unknown, never as done, and no longer asked about (R11)."""
        before = self._records.get(job)
        if before is None or not before.active:
            return None
        return self._accept(replace(before, gone=True), before, source, now)

    def forgotten(self, asked: Iterable[str], now: float, after_s: float) -> list[str]:
        """Return those of the ``asked`` ids that are active but gave no sign of life for ``after_s`` seconds (R11).

        Being listed, pushed or read with a time of its own is a sign of life; a single read that just says ``pending``
        is none, for that is also what the server says of a task it has never heard of.
        """
        return [job for job in asked if job in self._active and now - self._seen[job] >= after_s]

    def remove(self, jobs: Iterable[str]) -> list[str]:
        """Forget jobs; return those that were known."""
        removed = []
        for job in jobs:
            record = self._records.pop(job, None)
            if record is not None:
                self._counts[record.status] -= 1
                self._active.discard(job)
                del self._touched[job]
                del self._seen[job]
                self._misplaced.add(job)
                removed.append(job)
        return removed

    def clear(self) -> None:
        """Forget everything: another user signs in."""
        self._records.clear()
        self._active.clear()
        self._touched.clear()
        self._seen.clear()
        self._early.clear()
        self._order = []
        self._misplaced.clear()
        self._counts = dict.fromkeys(Status, 0)

    def _accept(self, record: R, before: R | None, source: Source, now: float) -> Change[R]:
        job = record.id
        self._records[job] = record
        self._touched[job] = Touch(now, source)
        if before is None or before.created_at != record.created_at:
            self._misplaced.add(job)
        status, former = record.status, before.status if before is not None else None
        if status is not former or record.gone or (before is not None and before.gone):
            if former is not None:
                self._counts[former] -= 1
            self._counts[status] += 1
            if record.active:
                self._active.add(job)
            else:
                self._active.discard(job)
        return Change(record, before, source)


class TaskCollection(Collection[Task]):
    """The traditional tasks."""


class AbilityTaskCollection(Collection[AbilityTask]):
    """The ability tasks."""
