"""Both lists at work: rows, counts, states, and the queue panel for admins (R22, R27, R30)."""

from collections.abc import Callable, Mapping

from app.core.collection import Collection
from app.core.events import Flush, QueuesChanged, TransportChanged
from app.core.records import AbilityTask, R, Task
from app.hooks.collection_polling import CollectionPolling
from app.pages.page_context import PageContext
from app.ports import Clock, RowList, Values
from app.views.jobs.list import ListState, job_list_markup, job_list_values
from app.views.jobs.queue_panel import queue_panel_markup, queue_panel_values
from app.views.jobs.rows import (
    ability_task_row_values,
    elapsed_values,
    job_row_markup,
    task_row_values,
)
from app.wire.kept_lists import KeptLists

ROW_PX = 64


class JobListPage:
    """The page with both lists. Until they have been read, it shows those of the last visit."""

    def __init__(self, context: PageContext, last_seen: KeptLists | None = None) -> None:
        self._context = context
        self._last_seen = last_seen
        monitor, texts = context.monitor, context.texts
        self._admin = monitor.session.role == "admin"
        context.surface.show(job_list_markup(texts, admin=self._admin))
        clock = monitor.ports.clock
        markup = job_row_markup(texts)
        self._tasks = _JobList(
            clock,
            markup,
            "tasks",
            monitor.summary.tasks,
            monitor.task_polling,
            lambda task: task_row_values(texts, task, monitor.server_now),
            last_seen.tasks if last_seen else {},
        )
        self._ability_tasks = _JobList(
            clock,
            markup,
            "ability-tasks",
            monitor.ability_tasks.tasks,
            monitor.ability_task_polling,
            lambda task: ability_task_row_values(texts, task, monitor.server_now),
            last_seen.ability_tasks if last_seen else {},
        )
        if self._admin:
            self._queue = context.surface.region("queue")
            self._queue.show(queue_panel_markup(texts))
            self._show_queues()
        # In this order the page is laid out once: a list that is not shown has no height, and rows change the layout.
        self._show_states()
        self._tasks.open(context)
        self._ability_tasks.open(context)
        self._tasks.fill()
        self._ability_tasks.fill()
        self._subscriptions = [
            monitor.bus.subscribe(Flush, self._flushed),
            monitor.bus.subscribe(TransportChanged, lambda _: self._show_states()),
        ]
        if self._admin:
            self._subscriptions.append(monitor.bus.subscribe(QueuesChanged, lambda _: self._show_queues()))
            monitor.queues.watch()

    def tick(self, now: float) -> None:
        """Update running times and ages; read older tasks once the end of the list is in view."""
        self._tasks.tick(now)
        if self._tasks.end_in_view:
            self._context.monitor.older_tasks.want()
        self._ability_tasks.tick(now)
        self._show_states()

    def close(self) -> None:
        """Cancel the subscriptions."""
        self._context.monitor.queues.unwatch()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        self._tasks.flushed(flush.tasks, flush.removed)
        self._ability_tasks.flushed(flush.ability_tasks, flush.removed)
        self._show_states()

    def _show_states(self) -> None:
        states = (self._tasks.state(), self._ability_tasks.state())
        age_s = self._context.monitor.ports.clock.wall() - self._last_seen.at if self._last_seen else 0.0
        self._context.surface.bind(job_list_values(self._context.texts, *states, kept_s=max(0.0, age_s)))

    def _show_queues(self) -> None:
        queues = self._context.monitor.queues
        if queues.summary is None and queues.failing is None and self._last_seen and self._last_seen.queue:
            self._queue.bind(self._last_seen.queue)
            return
        self._queue.bind(queue_panel_values(self._context.texts, queues.summary, failing=queues.failing is not None))


class _JobList:
    """One of the two lists; ``kept`` are the values of its rows at the last visit, by job."""

    def __init__(
        self,
        clock: Clock,
        markup: str,
        slot: str,
        collection: Collection[R],
        polling: CollectionPolling[R],
        values: Callable[[R], Values],
        kept: Mapping[str, Values],
    ) -> None:
        self._clock = clock
        self._slot = slot
        self._markup = markup
        self._collection: Collection[Task] | Collection[AbilityTask] = collection
        self._polling: CollectionPolling[Task] | CollectionPolling[AbilityTask] = polling
        # Whether the list had been read when it was last drawn.
        self._loaded = polling.loaded
        # Rows of the last visit, shown until the list has been read.
        self._kept: Mapping[str, Values] = {} if self._loaded else kept

        def row_values(job_id: str) -> Values:
            record = collection.get(job_id)
            return values(record) if record is not None else self._kept.get(job_id, {})

        self._row_values = row_values
        self._rows: RowList

    def open(self, context: PageContext) -> None:
        """Turn its place in the page into a list."""
        self._rows = context.surface.rows(
            self._slot, row_px=ROW_PX, markup=lambda _: self._markup, values=self._row_values
        )

    def fill(self) -> None:
        """Show all known rows."""
        self._rows.set_order(self._order)

    def flushed(self, changes: Mapping[str, object], removed: frozenset[str]) -> None:
        """Show what changed; the order changes only when jobs came or went."""
        if removed or any(getattr(change, "before", None) is None for change in changes.values()):
            self._rows.set_order(self._order)
        if changes:
            self._rows.touch(set(changes))

    def tick(self, now: float) -> None:
        """Update the running times of the active rows that are drawn."""
        records = (self._collection.get(job_id) for job_id in self._rows.drawn)
        self._rows.patch({record.id: elapsed_values(record, now) for record in records if record and record.active})

    @property
    def _order(self) -> list[str]:
        """The known jobs, and below them, until the list has been read, those of the last visit."""
        known = self._collection.order
        return (
            [*known, *(job_id for job_id in self._kept if self._collection.get(job_id) is None)]
            if self._kept
            else known
        )

    @property
    def end_in_view(self) -> bool:
        """Whether the last row is drawn: the user has scrolled to the end of what is known."""
        order, drawn = self._collection.order, self._rows.drawn
        return bool(order and drawn) and order[-1] == drawn[-1]

    def state(self) -> ListState:
        """Return the state of the list; rows of one that was just read for the first time do not wait for a flush."""
        fresh_at = self._polling.fresh_at
        if self._polling.loaded and not self._loaded:
            self._loaded = True
            self._kept = {}
            self._rows.set_order(self._order)
        return ListState(
            kept=bool(self._kept),
            counts=self._collection.counts,
            loaded=self._polling.loaded,
            failing=self._polling.failing is not None,
            age_s=None if fresh_at is None else self._clock.monotonic() - fresh_at,
        )
