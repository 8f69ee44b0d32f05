"""One of the two lists of jobs: its rows under the query, its counts and its reach (R22, R27, R34 to R37)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic

from app.core.collection import Change, Collection
from app.core.job_filter import PIECE, PREPARED, JobFilter
from app.core.query import NOTHING, Query
from app.core.query_match import Part
from app.core.records import R
from app.core.search_text import searched_texts, snippet
from app.core.status import Status
from app.hooks.collection_polling import CollectionPolling
from app.pages.jobs.list_memory import Position
from app.pages.jobs.points_column import PointsColumn
from app.pages.page_context import PageContext
from app.ports import RowList, Values
from app.scheduling.time_slicer import SLICE_S, TimeSlicer
from app.views.jobs.list import ListState, Reach
from app.views.jobs.rows import elapsed_values, when_values

ROW_PX = 64
MOST_DRAWN = 100
MOST_SUGGESTIONS = 5
MOST_PREPARED = 10_000
"""What is searched of more jobs than these takes memory that is worth it only once somebody searches."""
LISTS_AT_WORK = 2
"""A key in the search box sets both lists to work in one task of the page, which they share (R37)."""
# The parts of a row in which a word can be seen.
SEEN = ("name", "error", "executor", "text")


@dataclass(frozen=True, slots=True)
class JobKind(Generic[R]):
    """What differs between the lists.

    ``values`` says what a row shows at a moment, ``name`` what people see as a job's name. ``kept`` are the values of
    the rows at the last visit, by job.
    """

    slot: str
    kind: str
    collection: Collection[R]
    polling: CollectionPolling[R]
    values: Callable[[R, float], Values]
    name: Callable[[R], str]
    kept: Mapping[str, Values]


class JobRows(Generic[R]):
    """The rows of one kind of jobs; ``found`` is called whenever a query has been checked against all of them."""

    def __init__(self, context: PageContext, kind: JobKind[R], markup: str, found: Callable[[], None]) -> None:
        monitor = context.monitor
        ports = monitor.ports
        self._clock = ports.clock
        self._texts = context.texts
        # Epoch seconds as the server has them: ages are those of its own stamps.
        self._now: Callable[[], float] = lambda: monitor.server_now
        self._kind: JobKind[R] = kind
        self._markup = markup
        self._found = found
        self._collection: Collection[R] = kind.collection
        self._filter: JobFilter[R] = JobFilter(kind.collection, kind.name)
        # What is checked in pieces: the jobs against the query, and which condition leaves them out.
        self._work: TimeSlicer[Callable[[], None]] = TimeSlicer(
            ports.clock, ports.timers, _call, slice_s=SLICE_S / LISTS_AT_WORK
        )
        # How many jobs there were when they were last prepared to be searched.
        self._prepared = 0
        # Whether the list had been read when it was last drawn.
        self._loaded = kind.polling.loaded
        # Rows of the last visit, shown until the list has been read: those of which nothing has come yet.
        self._kept: dict[str, Values] = {} if self._loaded else dict(kind.kept)
        # Rows that show the last visit and no longer may.
        self._outdated: set[str] = set()
        # Whether the query that is being checked is another one than before: then the list begins at its top.
        self._anew = False
        # Which conditions alone leave out how many jobs, where nothing is found.
        self._suggestions: dict[Part, int] = {}
        # The jobs that there are to see, in order.
        self.shown: Sequence[str] = ()
        # Of rows that were drawn under words: the record, and what its row shows when nothing is searched.
        self._seen: dict[str, tuple[R, Values]] = {}
        # The words that are searched for, in one case.
        self._words: tuple[str, ...] = ()
        # The day on which rows say when jobs were submitted: on that day the time is enough.
        self._day = ""
        self._points = PointsColumn(context.texts)
        # The list in the page, once there is a place for it.
        self._rows: RowList | None = None

    @property
    def query(self) -> Query:
        """What is searched for."""
        return self._filter.query

    @property
    def matches(self) -> int:
        """How many jobs match."""
        return self._filter.matches

    @property
    def suggestions(self) -> Sequence[tuple[Part, int]]:
        """Which conditions to drop where nothing is found, and how many jobs that brings; the most first."""
        return sorted(self._suggestions.items(), key=lambda one: -one[1])[:MOST_SUGGESTIONS]

    @property
    def loaded(self) -> bool:
        """Whether the list has been read."""
        return self._kind.polling.loaded

    @property
    def settled(self) -> bool:
        """Whether the query has been checked against all jobs."""
        return self._filter.ready

    @property
    def position(self) -> Position | None:
        """Where the list is scrolled to."""
        return self._rows.position if self._rows is not None else None

    def restore(self, position: Position) -> None:
        """Scroll to where the list was."""
        if self._rows is not None:
            self._rows.restore(position)

    @property
    def order(self) -> list[str]:
        """The jobs shown, and below them, until the list has been read, those of the last visit."""
        known: list[str] = self._filter.order
        if not self._kept:
            return known
        return [*known, *(job_id for job_id in self._kept if self._collection.get(job_id) is None)]

    def open(self, context: PageContext) -> None:
        """Turn its place in the page into a list."""
        self._rows = context.surface.rows(
            self._kind.slot, row_px=ROW_PX, markup=lambda _: self._markup, values=self._row_values
        )
        self._day = self._texts.day_of(self._now())

    def close(self) -> None:
        """Check nothing more."""
        self._work.close()

    def ask(self, query: Query) -> None:
        """Show what this query leaves, as soon as all jobs have been checked."""
        self._work.clear()
        # A list that has no place in the page yet may be scrolled back to where it was left before it is drawn.
        self._anew = self._rows is not None and query != self._filter.query
        if query != NOTHING:
            # What is known of the last visit is not enough to be searched.
            self._kept = {}
        now: float = self._now()
        pieces: list[list[str]] = self._filter.begin(query, now)
        searched = bool(query.words or query.without)
        unprepared: list[list[str]] = self._filter.unprepared(searched=searched) if pieces else []
        check: Callable[[list[str], float], None] = self._filter.check
        prepare: Callable[[list[str]], None] = partial(self._prepare, searched=searched)
        self._work.add(
            [
                *(partial(prepare, piece) for piece in unprepared),
                *(partial(check, piece, now) for piece in pieces),
                self._finish,
            ]
        )

    def prepare(self) -> None:
        """Make ready what is searched of many jobs before anybody searches: then the first key is as fast as others.

        Called every second; does nothing until more jobs than before are known.
        """
        known = len(self._collection)
        # What changes would be made anew every second: that is left to the search.
        if self._prepared + PREPARED <= known <= MOST_PREPARED and self._filter.plain and not self._work:
            self._prepared = known
            pieces: list[list[str]] = self._filter.unprepared(searched=True)
            self._work.add([partial(self._prepare, piece, searched=True) for piece in pieces])

    def draw(self) -> None:
        """Show all rows."""
        order = self.order
        self.shown = order
        if self._rows is not None:
            self._rows.mark(self._filter.query.words)
            self._rows.set_order(order)
            self._align()

    def flushed(self, changes: Mapping[str, Change[R]], removed: frozenset[str]) -> None:
        """Show what changed; the order changes only when jobs came, went or match no more."""
        moved = self._filter.apply(changes, removed, self._now(), self._clock.monotonic())
        for job_id in self._kept.keys() & changes.keys():
            del self._kept[job_id]
        # Rows that are new show it as soon as they are drawn.
        changed = changes.keys() & set(self._rows.drawn) if self._rows is not None else set()
        if moved:
            self.draw()
        if self._rows is not None:
            if changed:
                self._rows.touch(changed)
                self._align()
            if not self._filter.plain:
                self._rows.count_outside(self._filter.passed_over)

    def tick(self, now: float) -> bool:
        """Update running times, ages and, on another day, times of the rows drawn; return whether any row was moved."""
        if self._rows is None:
            return False
        self._align()
        day = self._texts.day_of(now)
        if day != self._day:
            self._day = day
            records = map(self._collection.get, self._rows.drawn)
            self._rows.patch({record.id: when_values(self._texts, record, now) for record in records if record})
        self._rows.pass_time(partial(self._time_values, now))
        if self._filter.pass_time(now, self._clock.monotonic(), self._rows.hovered):
            self.draw()
            return True
        return False

    @property
    def end_in_view(self) -> bool:
        """Whether the last row is drawn and nothing is left out: the user has scrolled to the end of what is known."""
        order, drawn = self._collection.order, self._rows.drawn if self._rows is not None else []
        return self._filter.plain and bool(order and drawn) and order[-1] == drawn[-1]

    def state(self, reach: Reach, totals: Mapping[str, int] | None) -> ListState:
        """Return the state of the list; rows of one that was just read for the first time do not wait for a flush.

        ``totals`` are the server's counts of all jobs of this kind, which hold as long as only the status is chosen.
        """
        polling = self._kind.polling
        fresh_at = polling.fresh_at
        if polling.loaded and not self._loaded:
            self._loaded = True
            self._outdated, self._kept = set(self._kept), {}
            self.ask(self._filter.query)
        query = self._filter.query
        everything = self._filter.counts_everything
        found = self._filter.counts
        counts = self._known_counts() if found is None else found
        counted = totals is not None and everything
        chosen = query.kind
        return ListState(
            kept=bool(self._kept),
            counts=totals if counted and totals is not None else counts,
            counted=counted or reach.complete,
            matches=len(self.shown),
            filtered=query.filters,
            left_out=self._kind.kind in chosen.excluded
            or bool(chosen.included and self._kind.kind not in chosen.included),
            chosen=query.status,
            reach=reach,
            loaded=polling.loaded,
            failing=polling.failing is not None,
            age_s=None if fresh_at is None or polling.failing is None else self._clock.monotonic() - fresh_at,
        )

    def _known_counts(self) -> Mapping[str, int]:
        by = self._collection.by_status
        return {**{status.value: by[status] for status in Status}, "active": self._collection.active_count}

    def _prepare(self, job_ids: list[str], *, searched: bool) -> None:
        self._filter.prepare(job_ids, searched=searched)

    def _finish(self) -> None:
        self._filter.finish()
        self._suggestions = {}
        self._words = tuple(word.casefold() for word in self._filter.query.words)
        order = self.order
        self.shown = order
        if self._rows is not None:
            self._rows.mark(self._filter.query.words)
            if self._anew:
                # Under other words a row differs in what is shown of its texts alone, and no more of them are drawn.
                staying = set(self._rows.drawn).intersection(order[:MOST_DRAWN])
                self._rows.patch({job_id: {"text": self._text(job_id)} for job_id in staying})
                self._rows.restart(order)
            else:
                self._rows.set_order(order)
            self._rows.touch(self._outdated)
            self._outdated = set()
            self._rows.count_outside(0)
            self._align()
        if self._filter.query.filters and not order and len(self._collection):
            self._ask_what_to_drop()
        self._found()

    def _ask_what_to_drop(self) -> None:
        sole: Part | None = self._filter.sole_condition
        if sole is not None:
            self._suggestions = {sole: len(self._collection)}
        else:
            known: list[str] = self._collection.order
            now: float = self._now()
            pieces: list[list[str]] = [known[start : start + PIECE] for start in range(0, len(known), PIECE)]
            self._work.add([*(partial(self._blame, piece, now) for piece in pieces), self._found])

    def _blame(self, job_ids: Iterable[str], now: float) -> None:
        self._filter.only_failing(job_ids, now, self._suggestions)

    def _row_values(self, job_id: str) -> Values:
        record = self._collection.get(job_id)
        if record is None:
            return self._kept.get(job_id, {})
        values = self._points.values(record, self._kind.values(record, self._now()))
        if not self._words:
            return values
        if len(self._seen) > MOST_DRAWN:
            self._seen.clear()
        seen = self._seen[job_id] = record, values
        return {**values, "text": self._with_words(seen)}

    def _time_values(self, now: float, job_id: str) -> Values:
        """Return what changes in a row as time passes, on the same day."""
        record = self._collection.get(job_id)
        if record is None:
            return {}
        values = elapsed_values(record, now) if record.active else {}
        return {**values, **when_values(self._texts, record, now)} if self._texts.relative else values

    def _align(self) -> None:
        """Draw rows anew whose points stand no longer under those of others."""
        if self._rows is not None and self._points.widened():
            self._rows.touch()

    def _text(self, job_id: str) -> str | None:
        """Return what is shown of the texts of a job that is drawn."""
        record = self._collection.get(job_id)
        seen = self._seen.get(job_id)
        if record is None or seen is None or seen[0] is not record:
            return self._row_values(job_id).get("text")
        return self._with_words(seen)

    def _with_words(self, seen: tuple[R, Values]) -> str | None:
        record, values = seen
        shown = "\n".join(values.get(slot) or "" for slot in SEEN).casefold()
        missing = [word for word in self._words if word not in shown]
        if not missing:
            return values.get("text")
        # What was found where no row shows it, is shown.
        texts = searched_texts(record, self._kind.name(record))
        found = dict.fromkeys(filter(None, (snippet(texts, word) for word in missing)))
        return " · ".join(found) or values.get("text")


def _call(step: Callable[[], None]) -> None:
    step()
