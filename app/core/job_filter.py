"""Which jobs of a collection a query leaves, in which order, and how many of each status (R34 to R37).

A new query is checked in pieces, so that no keystroke holds the page up, and a query that is narrower than the one
before only against what that one left; until the last piece the former result stands. A change costs a check of the
changed job alone. Refuses to know the time and to do anything later: ``pages.jobs.job_list`` calls it.

A job that was shown and stops matching stays for ``LINGER_S``, and as long as the pointer is on it (R34).
docs/decisions/finding.md says why.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from app.core.collection import Change, Collection
from app.core.elapsed import elapsed_s
from app.core.query import ACTIVE, NOTHING, SPANS, Query, Sort
from app.core.query_match import Matcher, Part
from app.core.records import R, Record
from app.core.search_text import SearchTexts
from app.core.status import Status

PIECE = 100
"""How many jobs are checked in one piece: a millisecond or two in a page."""
LINGER_S = 2.0
NEWEST_FIRST = Sort()
# In which order statuses are sorted: what needs somebody's eye first, what is done last.
_STATUS_ORDER = (
    *(Status.RUNNING, Status.QUEUED, Status.BLOCKED, Status.UNKNOWN),
    *(Status.FAILED, Status.CANCELLED, Status.SUCCEEDED),
)
_STATUS_PLACE = {status: place for place, status in enumerate(_STATUS_ORDER)}


_Standing = tuple[Status, bool]
"""The status of a job, and whether it is active: what its count depends on."""


@dataclass(slots=True)
class _Result:
    """What a query leaves. ``counted`` has the jobs that fulfil all but the conditions on the status."""

    matcher: Matcher
    counted: dict[str, _Standing] = field(default_factory=dict)
    counts: dict[_Standing, int] = field(default_factory=dict)
    matched: set[str] = field(default_factory=set)
    #: By what each job is sorted, where it is not by age; of one that matches no more, by what it was sorted last: it
    #: stays where it is while it lingers.
    keys: dict[str, Any] = field(default_factory=dict)
    #: The moment (epoch s) for which every job is known to match or not.
    as_of: float = 0.0
    #: Conditions that all jobs to be checked are known to fulfil.
    known: frozenset[Part] = frozenset()
    _admitted: dict[_Standing, bool] = field(default_factory=dict)

    def admits(self, standing: _Standing, record: Record) -> bool:
        """Whether a job that stands so fulfils the conditions on the status: the answer for one is that for all."""
        admitted = self._admitted.get(standing)
        if admitted is None:
            admitted = self._admitted[standing] = self.matcher.matches_status(record)
        return admitted


class JobFilter(Generic[R]):
    """The jobs of one collection under one query at a time; ``name`` says what people see as a job's name."""

    def __init__(self, collection: Collection[R], name: Callable[[R], str]) -> None:
        self._collection: Collection[R] = collection
        self._name: Callable[[R], str] = name
        #: Known of each job that was checked, and kept up to date with every change: asking anew costs ten times more.
        self._texts: SearchTexts[R] = SearchTexts(name)
        self._standings: dict[str, _Standing] = {}
        #: What is shown, and what is being worked out: the same once the last piece is done.
        self._shown = self._next = _Result(Matcher(NOTHING))
        #: Jobs that are shown though they match no more, with the moment since when (seconds, monotonic).
        self._lingering: dict[str, float] = {}
        #: How many jobs came in under this query that it does not leave.
        self.passed_over = 0
        #: When the newest job known so far was submitted (epoch s): older ones that come in are not new.
        self._newest_at = float("-inf")

    @property
    def query(self) -> Query:
        """The query that was asked for last."""
        return self._next.matcher.query

    @property
    def plain(self) -> bool:
        """Whether everything is shown, the newest first."""
        return self._shown.matcher.query == NOTHING

    @property
    def ready(self) -> bool:
        """Whether the last query has been checked against every job."""
        return self._next is self._shown

    @property
    def counts_everything(self) -> bool:
        """Whether the counts leave nothing out: there is no condition but on the status."""
        return not self._shown.matcher.others

    @property
    def matches(self) -> int:
        """How many jobs match."""
        return len(self._collection) if self.plain else len(self._shown.matched)

    @property
    def counts(self) -> Mapping[str, int] | None:
        """How many jobs there are of each status under all other conditions; ``None`` if there is no condition."""
        if self.plain:
            return None
        counts: dict[str, int] = {}
        for (status, active), number in self._shown.counts.items():
            counts[status] = counts.get(status, 0) + number
            if active:
                counts[ACTIVE] = counts.get(ACTIVE, 0) + number
        return counts

    @property
    def order(self) -> list[str]:
        """The jobs to show, in order. A list that was returned is not changed afterwards."""
        order = self._collection.order
        if self.plain:
            return order
        shown = self._shown
        keep = shown.matched | self._lingering.keys() if self._lingering else shown.matched
        found = [job_id for job_id in order if job_id in keep]
        sort = shown.matcher.query.sort
        if sort.key == "created":
            return found if sort.descending else found[::-1]
        # Equal ones stay the newest first, whichever way they are sorted.
        found.sort(key=shown.keys.__getitem__, reverse=sort.descending)
        return found

    def begin(self, query: Query, now: float) -> list[list[str]]:
        """Ask another query at ``now`` (epoch s).

        Returns the jobs to ``check``, in pieces, after which ``finish`` shows the result.
        """
        former, matcher = self._shown, Matcher(query)
        self._next = _Result(matcher, as_of=now)
        narrower = not self.plain and matcher.narrows(former.matcher)
        # What was true of all former matches stays true of them, unless it moves with the time.
        known = [part for part, _ in former.matcher.others if part.field not in SPANS] if narrower else []
        self._next.known = frozenset(known)
        order = self._collection.order
        candidates = [job_id for job_id in order if job_id in former.counted] if narrower else order
        if query == NOTHING:
            return []
        return [candidates[start : start + PIECE] for start in range(0, len(candidates), PIECE)]

    def check(self, job_ids: Sequence[str], now: float) -> None:
        """Check jobs against the query asked last, at ``now`` (epoch s)."""
        result, standings, texts = self._next, self._standings, self._texts.kept
        matcher, get = result.matcher, self._collection.get
        searches = matcher.searches
        for job_id in job_ids:
            if job_id not in standings or (searches and job_id not in texts):
                record = get(job_id)
                if record is not None:
                    self._stand(record)
                    self._text(matcher, record)
        # What is not known by now is not there any more.
        selected = matcher.select([one for one in job_ids if one in standings], get, texts, now, result.known)
        result.counted.update((job_id, standings[job_id]) for job_id in selected)
        if matcher.statuses:
            selected = [
                job_id
                for job_id in selected
                if (record := get(job_id)) is not None and result.admits(standings[job_id], record)
            ]
        result.matched.update(selected)
        sort = matcher.query.sort
        if sort.key != NEWEST_FIRST.key:
            records = ((job_id, get(job_id)) for job_id in selected)
            result.keys.update(
                (job_id, self._key(record, sort, now)) for job_id, record in records if record is not None
            )

    def finish(self) -> None:
        """Show the result of the query asked last."""
        shown = self._shown = self._next
        shown.counts = Counter(shown.counted.values())
        self._lingering.clear()
        self.passed_over = 0
        self._note_newest()

    def apply(self, changes: Mapping[str, Change[R]], removed: frozenset[str], now: float, monotonic: float) -> bool:
        """Take what changed; return whether other jobs are to be shown, or in another order.

        ``now`` is in epoch seconds, ``monotonic`` says how long a job that matches no more has been lingering.
        """
        self._refresh_known(changes, removed)
        if not self.ready:
            self._follow(self._next, changes, removed, now)
        if self.plain:
            moved = bool(removed) or any(map(_placed, changes.values()))
        else:
            moved = self._follow_shown(changes, removed, now, monotonic)
        self._note_newest()
        return moved

    def _follow(self, result: _Result, changes: Mapping[str, Change[R]], removed: frozenset[str], now: float) -> None:
        for job_id in removed:
            self._drop(result, job_id)
        for job_id in changes:
            record = self._collection.get(job_id)
            if record is not None:
                self._check(result, record, now)

    def _follow_shown(
        self, changes: Mapping[str, Change[R]], removed: frozenset[str], now: float, monotonic: float
    ) -> bool:
        moved = False
        shown = self._shown
        for job_id in removed:
            matched, lingered = self._drop(shown, job_id), self._lingering.pop(job_id, None) is not None
            moved = moved or matched or lingered
            shown.keys.pop(job_id, None)
        for job_id, change in changes.items():
            record = self._collection.get(job_id)
            if record is None:
                continue
            was, key = job_id in shown.matched, shown.keys.get(job_id)
            matches = self._check(shown, record, now)
            if matches:
                lingered = self._lingering.pop(job_id, None) is not None
                moved = moved or (not was and not lingered) or key != shown.keys.get(job_id)
            elif was:
                self._lingering[job_id] = monotonic
            elif change.before is None and self._is_new(record):
                self.passed_over += 1
            moved = moved or (_placed(change) and (matches or job_id in self._lingering))
        return moved

    def pass_time(self, now: float, monotonic: float, under_pointer: str | None) -> bool:
        """Take note of the time; return whether other jobs are to be shown, or in another order."""
        gone = [
            job_id
            for job_id, since in self._lingering.items()
            if monotonic - since >= LINGER_S and job_id != under_pointer
        ]
        shown = self._shown
        for job_id in gone:
            del self._lingering[job_id]
        if not self.ready or not (shown.matcher.timed or shown.matcher.query.sort.key == "elapsed"):
            return bool(gone)
        moved = bool(gone)
        for job_id in self._moved_by_time(now):
            record = self._collection.get(job_id)
            if record is None:
                continue
            was, key = job_id in shown.matched, shown.keys.get(job_id)
            matches = self._check(shown, record, now)
            moved = moved or (matches and (not was or key != shown.keys.get(job_id)))
            if was and not matches:
                self._lingering[job_id] = monotonic
        shown.as_of = now
        return moved

    def only_failing(self, job_ids: Iterable[str], now: float, found: dict[Part, int]) -> None:
        """Count in ``found`` by which single condition jobs are left out (R34: which chip to drop)."""
        matcher = self._shown.matcher
        for job_id in job_ids:
            record = self._collection.get(job_id)
            if record is not None:
                part = matcher.only_failing(record, self._text(matcher, record), now)
                if part is not None:
                    found[part] = found.get(part, 0) + 1

    def _refresh_known(self, changes: Mapping[str, Change[R]], removed: frozenset[str]) -> None:
        self._texts.forget(removed)
        for job_id in removed:
            self._standings.pop(job_id, None)
        for job_id in changes:
            # What is known now may be later than the change.
            record = self._collection.get(job_id)
            if record is not None and job_id in self._standings:
                self._stand(record)
            if record is not None and job_id in self._texts.kept:
                self._texts.of(record)

    def _moved_by_time(self, now: float) -> Sequence[str]:
        """Return the jobs that time alone may have moved: active ones, and those whose time is over."""
        query, then = self._shown.matcher.query, self._shown.as_of
        moved = list(self._collection.active) if query.longer or query.sort.key == "elapsed" else []
        order = self._collection.order
        for limit in (query.since.wanted, query.since.unwanted):
            if limit is not None:
                first = bisect_right(order, limit - now, key=self._age_place)
                moved += order[first : bisect_right(order, limit - then, key=self._age_place)]
        return moved

    def _age_place(self, job_id: str) -> float:
        record = self._collection.get(job_id)
        created_at = None if record is None else record.created_at
        return float("-inf") if created_at is None else -created_at

    def _check(self, result: _Result, record: R, now: float) -> bool:
        """Put a job where it belongs in a result; return whether it matches."""
        job_id, matcher = record.id, result.matcher
        if not matcher.matches_others(record, self._text(matcher, record), now):
            self._drop(result, job_id)
            return False
        standing = self._stand(record)
        self._count(result, job_id, standing)
        if not result.admits(standing, record):
            result.matched.discard(job_id)
            return False
        self._match(result, record, now)
        return True

    def _match(self, result: _Result, record: R, now: float) -> None:
        result.matched.add(record.id)
        sort = result.matcher.query.sort
        if sort.key != NEWEST_FIRST.key:
            result.keys[record.id] = self._key(record, sort, now)

    def _stand(self, record: R) -> _Standing:
        standing = self._standings[record.id] = record.status, record.active
        return standing

    def _text(self, matcher: Matcher, record: R) -> str:
        if not matcher.searches:
            return ""
        # Changes have made it anew already; to ask whether it is the latest costs more than to search it (R37).
        kept = self._texts.kept.get(record.id)
        return self._texts.of(record) if kept is None else kept

    def _drop(self, result: _Result, job_id: str) -> bool:
        """Take a job out of a result; return whether it was in it."""
        self._count(result, job_id, None)
        was = job_id in result.matched
        result.matched.discard(job_id)
        return was

    def _count(self, result: _Result, job_id: str, standing: _Standing | None) -> None:
        former, counts = result.counted.get(job_id), result.counts
        if former == standing:
            return
        if former is not None:
            counts[former] = counts.get(former, 0) - 1
            del result.counted[job_id]
        if standing is not None:
            counts[standing] = counts.get(standing, 0) + 1
            result.counted[job_id] = standing

    def _key(self, record: R, sort: Sort, now: float) -> Any:
        """Return by what a job is sorted; what is not known comes last, whichever way."""
        unknown = float("-inf") if sort.descending else float("inf")
        match sort.key:
            case "elapsed":
                elapsed = elapsed_s(record, now)
                return unknown if elapsed is None else elapsed
            case "points":
                return unknown if record.points is None else record.points
            case "name":
                return self._name(record).casefold()
            case _:
                return _STATUS_PLACE[record.status]

    def _is_new(self, record: Record) -> bool:
        return record.created_at is None or record.created_at > self._newest_at

    def _note_newest(self) -> None:
        for job_id in self._collection.order[:5]:
            record = self._collection.get(job_id)
            if record is not None and record.created_at is not None:
                self._newest_at = max(self._newest_at, record.created_at)
                break


def _placed(change: Change[Any]) -> bool:
    """Whether a change puts a job into the list, or elsewhere in it: it is new, or has another age."""
    return change.before is None or change.before.created_at != change.record.created_at
