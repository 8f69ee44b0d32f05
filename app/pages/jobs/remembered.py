"""The jobs of earlier visits that a list does not have, below it: shown on request, searched with the list (R48).

They are read when somebody searches or asks for them, in portions, and checked like the list's own. What the server
lists or pushes meanwhile is left out. Refuses to change what is remembered: ``hooks.remembered_jobs`` does.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Generic, Protocol

from app.core.collection import Change, Collection
from app.core.events import Flush
from app.core.job_filter import JobFilter
from app.core.query import Query
from app.core.records import AbilityTask, R, Task
from app.core.remembered import RememberedJobs
from app.late_ports import KeptRow, MemoryRefused
from app.pages.jobs.job_rows import ROW_PX
from app.pages.jobs.points_column import PointsColumn
from app.pages.page_context import PageContext
from app.ports import Action, Values
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.time_slicer import TimeSlicer
from app.views.jobs.remembered import remembered_markup, remembered_row_values, remembered_values
from app.views.jobs.rows import (
    ability_task_name,
    ability_task_row_values,
    job_row_markup,
    task_name,
    task_row_values,
)
from app.wire.remembered import Reader

PORTION = 200
MEMORY_KINDS = {"tasks": "task", "ability-tasks": "ability-task"}
"""What the jobs of each list are called where they are remembered."""


class _List(Protocol):
    """The part below one list."""

    name: str

    def ask(self, query: Query) -> None: ...

    def toggle(self) -> None: ...

    def tick(self) -> None: ...

    def close(self) -> None: ...


class RememberedLists:
    """The parts below both lists."""

    def __init__(self, context: PageContext, query: Query) -> None:
        monitor, texts = context.monitor, context.texts
        self._tasks = RememberedList(
            context,
            "tasks",
            Reader(Task),
            monitor.summary.tasks,
            lambda task, now: task_row_values(texts, task, now),
            lambda task: task_name(texts, task),
            query,
        )
        self._ability_tasks = RememberedList(
            context,
            "ability-tasks",
            Reader(AbilityTask),
            monitor.ability_tasks.tasks,
            lambda task, now: ability_task_row_values(texts, task, now),
            ability_task_name,
            query,
        )
        self._lists: tuple[_List, ...] = (self._tasks, self._ability_tasks)
        self._subscriptions = (context.surface.on_action(self._act), monitor.bus.subscribe(Flush, self._flushed))

    def ask(self, query: Query) -> None:
        """Show what this query leaves of them."""
        for each in self._lists:
            each.ask(query)

    def tick(self) -> None:
        """Update how long ago they were seen."""
        for each in self._lists:
            each.tick()

    def close(self) -> None:
        """Search nothing more."""
        for subscription in self._subscriptions:
            subscription.close()
        for each in self._lists:
            each.close()

    def _act(self, action: Action) -> None:
        if action.name == "show-remembered":
            for each in self._lists:
                if each.name == action.data.get("list"):
                    each.toggle()

    def _flushed(self, flush: Flush) -> None:
        self._tasks.flushed(flush.tasks, flush.removed)
        self._ability_tasks.flushed(flush.ability_tasks, flush.removed)


class RememberedList(Generic[R]):
    """The part below one list, whose jobs ``listed`` has."""

    def __init__(
        self,
        context: PageContext,
        name: str,
        reader: Reader[R],
        listed: Collection[R],
        values: Callable[[R, float], Values],
        job_name: Callable[[R], str],
        query: Query,
    ) -> None:
        monitor = context.monitor
        ports = monitor.ports
        self.name = name
        self._texts = context.texts
        self._points = PointsColumn(context.texts)
        self._user = monitor.session.user_id or ""
        self._now: Callable[[], float] = lambda: monitor.server_now
        self._clock = ports.clock
        self._memory = ports.late.adapters.remembered_jobs(ports.clock, ports.timers)
        self._reader: Reader[R] = reader
        self._listed: Collection[R] = listed
        self._values: Callable[[R, float], Values] = values
        self._jobs: RememberedJobs[R] = RememberedJobs(lambda job_id: job_id in listed)
        self._new_filter: Callable[[], JobFilter[R]] = lambda: JobFilter(self._jobs.collection, job_name)
        self._filter: JobFilter[R] = self._new_filter()
        self._query = query
        # Whether the reader asked to see them all.
        self._wanted = False
        # Whether they have been read, and whether they are being.
        self._read = self._reading = False
        # Whether some are remembered that the list does not have.
        self._offered = False
        self._work: TimeSlicer[Callable[[], None]] = TimeSlicer(ports.clock, ports.timers, lambda step: step())
        self._background = BackgroundTasks(ports.report)
        markup = job_row_markup(context.texts)
        self._region = context.surface.region(f"{name}-remembered")
        self._region.show(remembered_markup(context.texts, name))
        self._rows = self._region.rows(
            f"{name}-remembered-rows", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values
        )
        self.ask(query)
        self._background.spawn(self._count())

    def ask(self, query: Query) -> None:
        """Show what this query leaves of them; they are read for the first one that leaves any out."""
        self._query = query
        if not query.filters and not self._wanted:
            self._forget()
        elif self._read:
            self._check()
        elif not self._reading:
            self._reading = True
            self._background.spawn(self._read_all())
        self._show()

    def toggle(self) -> None:
        """Show them all, or none."""
        self._wanted = not self._wanted
        self.ask(self._query)

    def flushed(self, changes: Mapping[str, Change[R]], removed: frozenset[str]) -> None:
        """Leave out what the server has spoken of; what the list has no more may be remembered."""
        dropped = self._jobs.replaced(changes)
        if dropped:
            self._filter.apply({}, dropped, self._now(), self._clock.monotonic())
            self._draw()
            self._show()
        if removed and self._read:
            self._read = False
            self.ask(self._query)

    def tick(self) -> None:
        """Update how long ago they were seen."""
        if self._rows.drawn:
            self._rows.touch()

    def close(self) -> None:
        """Search nothing more, and empty the part."""
        self._work.close()
        self._background.close()
        self._rows.close()
        self._region.show("")

    def _forget(self) -> None:
        """Hold nothing in memory that nobody looks at."""
        self._work.clear()
        if self._reading:
            self._background.cancel()
        self._reading = self._read = False
        self._jobs.clear()
        self._filter = self._new_filter()
        self._rows.set_order([])

    async def _count(self) -> None:
        try:
            count = await self._memory.count(self._user, MEMORY_KINDS[self.name])
        except MemoryRefused:
            return
        # At least so many of them the list cannot have.
        self._offered = count > len(self._listed) - self._listed.active_count
        self._show()

    async def _read_all(self) -> None:
        last: KeptRow | None = None
        self._jobs.clear()
        try:
            while True:
                rows = await self._memory.read(self._user, MEMORY_KINDS[self.name], after=last, most=PORTION)
                self._jobs.add(seen for row in rows if (seen := self._reader.read(row.text)) is not None)
                if len(rows) < PORTION:
                    break
                last = rows[-1]
        except MemoryRefused:
            # What was read until then is true; nothing more can be had.
            pass
        self._reading, self._read = False, True
        # What the former search found was of the jobs that were there then.
        self._filter = self._new_filter()
        self._check()

    def _check(self) -> None:
        now: float = self._now()
        self._work.clear()
        pieces: list[list[str]] = self._filter.begin(self._query, now)
        self._work.add([*(partial(self._filter.check, piece, now) for piece in pieces), self._checked])

    def _checked(self) -> None:
        self._filter.finish()
        self._rows.mark(self._query.words)
        self._draw()
        self._show()

    def _draw(self) -> None:
        self._rows.set_order(self._filter.order)
        self._rows.touch()

    def _show(self) -> None:
        self._region.bind(
            remembered_values(
                self._texts,
                offered=self._offered,
                read=self._read,
                reading=self._reading,
                filtered=self._query.filters,
                shown=self._filter.matches if self._read else 0,
                known=len(self._jobs.collection),
            )
        )

    def _row_values(self, job_id: str) -> Values:
        record = self._jobs.collection.get(job_id)
        if record is None:
            return {}
        now = self._now()
        seen_at = self._jobs.seen_at(job_id)
        values = self._points.values(record, self._values(record, now))
        return remembered_row_values(self._texts, values, now - (seen_at or now))
