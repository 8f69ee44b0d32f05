"""Which jobs of a collection a query leaves, in which order, and how many of each status (R34 to R37).

A new query is checked in pieces, so that no keystroke holds the page up, and a query that is narrower than the one
before only against what that one left; until the last piece the former result stands. A change costs a check of the
changed job alone. What is searched of a job can be made ready before anybody asks (``unprepared``). Refuses to know
the time and to do anything later: ``pages.jobs.job_rows`` calls it.

A job that was shown and stops matching stays for ``LINGER_S``, and as long as the pointer is on it (R34).
docs/decisions/finding.md says why.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Any, Generic

from app.core.collection import Change, Collection
from app.core.elapsed import elapsed_s
from app.core.filter_result import Result, Standing
from app.core.query import ACTIVE, NOTHING, SPANS, Query, Sort
from app.core.query_match import Matcher, Part
from app.core.records import R, Record
from app.core.search_text import SearchTexts
from app.core.status import Status

PIECE = 1000
"""How many jobs are checked in one piece: half a millisecond in a page, if they are prepared."""
PREPARED = 100
"""How many jobs are prepared in one piece: two milliseconds in a page."""
MOST_WIDER = 12
"""To so many letters back deleting returns without a check."""
LINGER_S = 2.0
NEWEST_FIRST = Sort()
# In which order statuses are sorted: what needs somebody's eye first, what is done last.
_STATUS_ORDER = (
    *(Status.RUNNING, Status.QUEUED, Status.BLOCKED, Status.UNKNOWN),
    *(Status.FAILED, Status.CANCELLED, Status.SUCCEEDED),
)
_STATUS_PLACE = {status: place for place, status in enumerate(_STATUS_ORDER)}


class JobFilter(Generic[R]):
    """The jobs of one collection under one query at a time; ``name`` says what people see as a job's name."""

    def __init__(self, collection: Collection[R], name: Callable[[R], str]) -> None:
        self._collection: Collection[R] = collection
        self._name: Callable[[R], str] = name
        #: Known of each job that was checked, and kept up to date with every change: asking anew costs ten times more.
        self._texts: SearchTexts[R] = SearchTexts(name)
        self._standings: dict[str, Standing] = {}
        #: Jobs that changed since that was last looked at, while nothing was searched.
        self._stale: set[str] = set()
        #: What is shown, and what is being worked out: the same once the last piece is done.
        self._shown = self._next = Result(Matcher(NOTHING))
        #: The results that the one shown has narrowed, as long as nothing changes: who deletes letters returns to them.
        self._wider: list[Result] = []
        #: Jobs that are shown though they match no more, with the moment since when (seconds, monotonic).
        self._lingering: dict[str, float] = {}
        #: How many jobs came in under this query that it does not leave.
        self.passed_over = 0
        #: When the newest job known so far was submitted (epoch s): older ones that come in are not new.
        self._newest_at = -inf

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
        if shown.ordered_as is order:
            found = shown.found.copy()
        else:
            keep = shown.matched | self._lingering.keys() if self._lingering else shown.matched
            found = [job_id for job_id in order if job_id in keep]
        sort = shown.matcher.query.sort
        if sort.key == "created":
            return found if sort.descending else found[::-1]
        # Equal ones stay the newest first, whichever way they are sorted.
        found.sort(key=shown.keys.__getitem__, reverse=sort.descending)
        return found

    @property
    def sole_condition(self) -> Part | None:
        """The condition of the query that is shown, if there is one alone: then it leaves out whatever is left out."""
        parts = [part for part, _ in (*self._shown.matcher.statuses, *self._shown.matcher.others)]
        return parts[0] if len(parts) == 1 else None

    def unprepared(self, *, searched: bool) -> list[list[str]]:
        """Return the jobs to ``prepare``, in pieces: all of them once, and then what came in or changed since.

        ``searched``: for words too, and not for other conditions alone.
        """
        ready: Mapping[str, object] = self._texts.kept if searched else self._standings
        stale = self._stale
        if len(ready) == len(self._collection) and not stale:
            return []
        waiting = [one for one in self._collection.order if one not in ready or one in stale]
        return _pieces(waiting, PREPARED)

    def prepare(self, job_ids: Iterable[str], *, searched: bool) -> list[str]:
        """Make ready what is asked of these jobs; return those that there are."""
        get, standings, texts = self._collection.get, self._standings, self._texts
        there = []
        for job_id in job_ids:
            record = get(job_id)
            if record is not None:
                there.append(job_id)
                stale = job_id in self._stale
                if stale or job_id not in standings:
                    self._stand(record)
                if (job_id in texts.kept and stale) or (job_id not in texts.kept and searched):
                    texts.of(record)
                if stale:
                    self._stale.remove(job_id)
        return there

    def begin(self, query: Query, now: float) -> list[list[str]]:
        """Ask another query at ``now`` (epoch s).

        Returns the jobs to ``check``, in pieces, after which ``finish`` shows the result.
        """
        former, order = self._shown, self._collection.order
        for result in self._wider:
            if result.matcher.query == query and result.ordered_as is order:
                self._next = result
                return []
        matcher = Matcher(query)
        self._next = result = Result(matcher, as_of=now, ordered_as=order)
        if query == NOTHING:
            return []
        if self.plain or not matcher.narrows(former.matcher):
            return _pieces(order, PIECE)
        result.narrower = True
        # Which jobs the time has moved into the former result since it was looked at, nobody has seen yet.
        result.as_of = former.as_of if former.moves else now
        # What was true of all former matches stays true of them, unless it moves with the time.
        result.known = frozenset(part for part, _ in former.matcher.others if part.field not in SPANS)
        if former.ordered_as is order:
            return _pieces(list(former.counted), PIECE)
        return _pieces([one for one in order if one in former.counted], PIECE)

    def check(self, job_ids: Sequence[str], now: float) -> None:
        """Check jobs against the query asked last, at ``now`` (epoch s)."""
        result, standings, texts = self._next, self._standings, self._texts.kept
        matcher, get = result.matcher, self._collection.get
        if self._stale:
            self.prepare(self._stale.intersection(job_ids), searched=matcher.searches)
        try:
            selected = matcher.select(job_ids, get, texts, now, result.known)
            result.counted.update(zip(selected, map(standings.__getitem__, selected), strict=True))
        except KeyError:
            # Some are not prepared, or not there any more: to look for them beforehand costs as much as the search.
            selected = matcher.select(self.prepare(job_ids, searched=matcher.searches), get, texts, now, result.known)
            result.counted.update(zip(selected, map(standings.__getitem__, selected), strict=True))
        if matcher.statuses:
            selected = [
                job_id
                for job_id in selected
                if (record := get(job_id)) is not None and result.admits(standings[job_id], record)
            ]
        result.matched.update(selected)
        result.found += selected
        sort = matcher.query.sort
        if sort.key != NEWEST_FIRST.key:
            records = ((job_id, get(job_id)) for job_id in selected)
            result.keys.update(
                (job_id, self._key(record, sort, now)) for job_id, record in records if record is not None
            )

    def finish(self) -> None:
        """Show the result of the query asked last."""
        former, shown = self._shown, self._next
        self._shown = shown
        if shown in self._wider:
            del self._wider[self._wider.index(shown) :]
        elif not shown.narrower:
            self._wider.clear()
        elif former is not shown and not former.moves:
            self._wider = [*self._wider[1 - MOST_WIDER :], former]
        shown.counts = Counter(shown.counted.values())
        self._lingering.clear()
        self.passed_over = 0
        self._note_newest()

    def apply(self, changes: Mapping[str, Change[R]], removed: frozenset[str], now: float, monotonic: float) -> bool:
        """Take what changed; return whether other jobs are to be shown, or in another order.

        ``now`` is in epoch seconds, ``monotonic`` says how long a job that matches no more has been lingering.
        """
        self._texts.forget(removed)
        self._stale -= removed
        for job_id in removed:
            self._standings.pop(job_id, None)
        if self.plain and self.ready:
            # Nobody asks: what is ready of these jobs is compared for the next who does.
            self._stale.update(changes)
        else:
            self._refresh_known(changes)
            self._wider.clear()
        if not self.ready:
            self._follow(self._next, changes, removed, now)
        if self.plain:
            moved = bool(removed) or any(map(_placed, changes.values()))
        else:
            moved = self._follow_shown(changes, removed, now, monotonic)
        self._note_newest()
        return moved

    def _follow(self, result: Result, changes: Mapping[str, Change[R]], removed: frozenset[str], now: float) -> None:
        for job_id in removed:
            result.drop(job_id)
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
            matched, lingered = shown.drop(job_id), self._lingering.pop(job_id, None) is not None
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
        if not self.ready or not shown.moves:
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
        matcher, get = self._shown.matcher, self._collection.get
        there = self.prepare(job_ids, searched=matcher.searches)
        for part, number in matcher.only_failing(there, get, self._texts.kept, now).items():
            found[part] = found.get(part, 0) + number

    def _refresh_known(self, changes: Iterable[str]) -> None:
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
        return -inf if created_at is None else -created_at

    def _check(self, result: Result, record: R, now: float) -> bool:
        """Put a job where it belongs in a result; return whether it matches."""
        job_id, matcher = record.id, result.matcher
        if not matcher.matches_others(record, self._text(matcher, record), now):
            result.drop(job_id)
            return False
        # Changes have made it anew already.
        standing = self._standings.get(job_id) or self._stand(record)
        result.count(job_id, standing)
        if not result.admits(standing, record):
            result.matched.discard(job_id)
            return False
        self._match(result, record, now)
        return True

    def _match(self, result: Result, record: R, now: float) -> None:
        result.matched.add(record.id)
        sort = result.matcher.query.sort
        if sort.key != NEWEST_FIRST.key:
            result.keys[record.id] = self._key(record, sort, now)

    def _stand(self, record: R) -> Standing:
        standing = self._standings[record.id] = record.status, record.active
        return standing

    def _text(self, matcher: Matcher, record: R) -> str:
        if not matcher.searches:
            return ""
        # Changes have made it anew already; to ask whether it is the latest costs more than to search it (R37).
        return self._texts.kept.get(record.id) or self._texts.of(record)

    def _key(self, record: R, sort: Sort, now: float) -> Any:
        """Return by what a job is sorted; what is not known comes last, whichever way."""
        unknown = -inf if sort.descending else inf
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
        order = self._collection.order
        # Behind those of which nobody knows yet when they were submitted.
        first = bisect_right(order, -inf, key=self._age_place)
        if first < len(order):
            self._newest_at = max(self._newest_at, -self._age_place(order[first]))


def _placed(change: Change[Any]) -> bool:
    """Whether a change puts a job into the list, or elsewhere in it: it is new, or has another age."""
    return change.before is None or change.before.created_at != change.record.created_at


def _pieces(job_ids: list[str], size: int) -> list[list[str]]:
    return [job_ids[start : start + size] for start in range(0, len(job_ids), size)]
