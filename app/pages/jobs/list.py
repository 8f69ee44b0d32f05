"""Both lists at work: the bar above them, rows, counts, states, and the queue panel for admins (R22, R27, R30, R34)."""

from collections.abc import Iterable
from importlib import import_module
from itertools import chain
from typing import Protocol

from app.core.events import Flush, QueuesChanged, TransportChanged
from app.core.older_search import OlderSearch
from app.core.query import Query
from app.core.query_address import format_address
from app.core.records import AbilityTask, Record, Task
from app.pages.jobs.filter_bar import FilterBar
from app.pages.jobs.job_rows import JobKind, JobRows
from app.pages.jobs.menu_choices import MenuChoices
from app.pages.page_context import PageContext
from app.pages.route import JobListRoute, job_list_route
from app.ports import Action, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.views.jobs.filter_bar import nothing_found_markup
from app.views.jobs.list import LISTS, ListState, Reach, job_list_markup, job_list_values, nothing_found_text
from app.views.jobs.queue_panel import queue_panel_markup, queue_panel_values
from app.views.jobs.rows import (
    ability_task_name,
    ability_task_row_values,
    job_row_markup,
    task_name,
    task_row_values,
)
from app.wire.kept_lists import KeptLists

HOME_ROUTE = JobListRoute()
REMEMBERED = ("app.pages.jobs.remembered", "RememberedLists")
"""Where the late part with the jobs of earlier visits is."""
SAVED_VIEWS = ("app.pages.jobs.saved_views", "SavedViewsPanel")
"""Where the late panel of the saved views is."""
BULK = ("app.pages.jobs.bulk_offer", "BulkOffer")
"""Where the late button is that runs again what is found."""


class ViewsPanel(Protocol):
    """The panel of the saved views, which is late."""

    def show(self) -> None:
        """Show the views as they are now."""

    def act(self, action: Action) -> bool:
        """Do what the user did with a view; return whether it was anything of the sort."""

    def close(self) -> None:
        """Empty the panel."""


class Offer(Protocol):
    """The button that runs again what is found, which is late."""

    def show(self) -> None:
        """Show of how many jobs it is."""

    def act(self, action: Action) -> bool:
        """Ask; return whether it was the button."""


class Remembered(Protocol):
    """The jobs of earlier visits, below the lists, which are late."""

    def ask(self, query: Query) -> None:
        """Show what this query leaves of them."""

    def tick(self) -> None:
        """Update how long ago they were seen."""

    def close(self) -> None:
        """Search nothing more."""


class JobListPage:
    """The page with both lists. Until they have been read, it shows those of the last visit, if nothing is searched."""

    def __init__(
        self, context: PageContext, last_seen: KeptLists | None = None, route: JobListRoute = HOME_ROUTE
    ) -> None:
        self._context = context
        if route.query.filters:
            last_seen = None
        self._last_seen = last_seen
        monitor, texts = context.monitor, context.texts
        self._admin = monitor.session.role == "admin"
        context.surface.show(job_list_markup(texts, admin=self._admin))
        markup = job_row_markup(texts)
        tasks: JobKind[Task] = JobKind(
            "tasks",
            "task",
            monitor.summary.tasks,
            monitor.task_polling,
            lambda task, now: task_row_values(texts, task, now),
            lambda task: task_name(texts, task),
            last_seen.tasks if last_seen else {},
        )
        ability_tasks: JobKind[AbilityTask] = JobKind(
            "ability-tasks",
            "ability-task",
            monitor.ability_tasks.tasks,
            monitor.ability_task_polling,
            lambda task, now: ability_task_row_values(texts, task, now),
            ability_task_name,
            last_seen.ability_tasks if last_seen else {},
        )
        self._tasks = JobRows(context, tasks, markup, self._found)
        self._ability_tasks = JobRows(context, ability_tasks, markup, self._found)
        self._lists: tuple[JobRows[Task] | JobRows[AbilityTask], ...] = (self._tasks, self._ability_tasks)
        # What is said of each list in which nothing is found; drawn anew only when it changes.
        self._none = ["", ""]
        # What was last said of the lists, and how long ago the last visit was.
        self._said: tuple[tuple[ListState, ListState], float] | None = None
        self._choices = MenuChoices(texts)
        self._older = OlderSearch()
        self._bar = FilterBar(context, route, self._asked)
        # The panel of the saved views, while it is open.
        self._views: ViewsPanel | None = None
        # The button that runs again what is found, once it can be imported.
        self._bulk: Offer | None = None
        # Whether what is found may have changed since the button was last shown.
        self._bulk_due = True
        # The jobs of earlier visits, once they can be imported and both lists are up.
        self._remembered: Remembered | None = None
        # Whether both lists are being asked: what they find at once is shown together.
        self._asking = True
        self._background = BackgroundTasks(monitor.ports.report)
        if self._admin:
            self._queue = context.surface.region("queue")
            self._queue.show(queue_panel_markup(texts))
            self._show_queues()
        # In this order the page is laid out once: a list that is not shown has no height, and rows change the layout.
        for rows in self._lists:
            rows.ask(route.query)
        self._asking = False
        self._found()
        for rows in self._lists:
            rows.open(context)
        self._restore()
        for rows in self._lists:
            if rows.settled:
                rows.draw()
        self._offer_known()
        self._subscriptions = [
            context.surface.on_action(self._act),
            monitor.bus.subscribe(Flush, self._flushed),
            monitor.bus.subscribe(TransportChanged, lambda _: self._show_states()),
        ]
        if self._admin:
            self._subscriptions.append(monitor.bus.subscribe(QueuesChanged, lambda _: self._show_queues()))
            monitor.queues.watch()

    def follow(self, route: JobListRoute) -> None:
        """Show what another address of the lists searches for."""
        self._bar.follow(route)

    def tick(self, now: float) -> None:
        """Update running times and ages; read older tasks once the end of the list is in view."""
        for rows in self._lists:
            if rows.tick(now):
                self._bulk_due = True
        if self._tasks.end_in_view:
            self._context.monitor.older_tasks.want()
        if all(rows.loaded for rows in self._lists):
            for rows in self._lists:
                rows.prepare()
        self._context.monitor.task_totals.watch()
        self._bar.tick()
        self._show_states()
        self._show_bulk()
        self._show_remembered()

    def close(self) -> None:
        """Cancel the subscriptions, and remember what the lists show."""
        self._remember()
        self._context.monitor.queues.unwatch()
        self._context.monitor.task_totals.unwatch()
        self._background.close()
        self._bar.close()
        if self._views is not None:
            self._views.close()
        if self._remembered is not None:
            self._remembered.close()
        for rows in self._lists:
            rows.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _act(self, action: Action) -> None:
        if self._bar.act(action) or (self._views is not None and self._views.act(action)):
            return
        if self._bulk is not None and self._bulk.act(action):
            return
        if action.name == "views":
            self._toggle_views()
        if action.name == "search-older":
            self._older.begin(self._tasks.matches)
            self._show_states()

    def _asked(self, query: Query) -> None:
        """Look for something else."""
        self._older.stop()
        if self._views is not None:
            self._views.show()
        if query.filters:
            self._last_seen = None
        self._asking = True
        for rows in self._lists:
            rows.ask(query)
        self._asking = False
        if self._remembered is not None:
            self._remembered.ask(query)
        self._found()

    def _show_remembered(self) -> None:
        monitor = self._context.monitor
        late, (module, name) = monitor.ports.late, REMEMBERED
        if self._remembered is not None:
            self._remembered.tick()
        elif late.has(module) and monitor.task_polling.loaded and monitor.ability_task_polling.loaded:
            self._context.texts.add(late.sentences(self._context.texts.language))
            self._remembered = getattr(import_module(module), name)(self._context, self._bar.query)

    def _toggle_views(self) -> None:
        if self._views is None:
            self._background.spawn(self._open_views())
        else:
            self._views.close()
            self._views = None
            self._context.surface.bind({"views-button@aria-expanded": "false"})

    async def _open_views(self) -> None:
        texts, late = self._context.texts, self._context.monitor.ports.late
        module, name = SAVED_VIEWS
        try:
            await late.bring(module)
        except TransportError:
            self._context.notices.error("page.unavailable")
            return
        texts.add(late.sentences(texts.language))
        if self._views is None:
            self._views = getattr(import_module(module), name)(self._context, lambda: format_address(self._bar.query))
            self._context.surface.bind({"views-button@aria-expanded": "true"})

    def _show_bulk(self) -> None:
        late, context, (module, name) = self._context.monitor.ports.late, self._context, BULK
        if self._bulk is not None:
            if self._bulk_due:
                self._bulk_due = False
                self._bulk.show()
        elif late.has(module) and self._bar.query.filters:
            context.texts.add(late.sentences(context.texts.language))
            self._bulk = getattr(import_module(module), name)(context, context.surface.region("bulk"), self._filtered)

    def _filtered(self) -> Iterable[str]:
        if self._bar.query.filters and all(rows.settled for rows in self._lists):
            return chain.from_iterable(rows.shown for rows in self._lists)
        return ()

    def _found(self) -> None:
        """Show what a list or both have found; once both have, how much it is is announced once."""
        if self._asking:
            return
        self._bulk_due = True
        self._show_states()
        if all(rows.settled for rows in self._lists):
            tasks, calls = (rows.matches for rows in self._lists)
            text = self._context.texts.say("filter.said", tasks=tasks, calls=calls)
            self._bar.say(text if self._bar.query.filters else "")

    def _flushed(self, flush: Flush) -> None:
        self._bulk_due = True
        self._tasks.flushed(flush.tasks, flush.removed)
        self._ability_tasks.flushed(flush.ability_tasks, flush.removed)
        self._offer(change.record for change in flush.tasks.values() if change.before is None)
        self._offer(change.record for change in flush.ability_tasks.values() if change.before is None)
        self._show_states()

    def _offer_known(self) -> None:
        monitor = self._context.monitor
        tasks, calls = monitor.summary.tasks, monitor.ability_tasks.tasks
        self._offer((*map(tasks.get, tasks.order), *map(calls.get, calls.order)))

    def _offer(self, records: Iterable[Record | None]) -> None:
        """Offer in the menus what these jobs have."""
        if self._choices.add(records):
            self._bar.offer(self._choices.choices)

    def _show_states(self) -> None:
        states = self._states()
        age_s = self._context.monitor.ports.clock.wall() - self._last_seen.at if self._last_seen else 0.0
        # Every second and with every key, mostly as before: to make the values of it anew costs more than to compare.
        if (states, age_s) != self._said:
            self._said = states, age_s
            self._context.surface.bind(job_list_values(self._context.texts, *states, kept_s=max(0.0, age_s)))
        for place, (name, rows, state) in enumerate(zip(LISTS, self._lists, states, strict=True)):
            self._show_none(place, name, rows, state)

    def _states(self) -> tuple[ListState, ListState]:
        monitor = self._context.monitor
        older, tasks, calls = monitor.older_tasks, monitor.summary.tasks, monitor.ability_tasks.tasks
        if self._older.wants(self._tasks.matches, complete=older.complete, waiting=older.wanted):
            older.want()
        complete = older.complete
        reach = Reach(
            known=len(tasks),
            total=older.total,
            complete=complete,
            older=not complete,
            searching=self._older.searching,
        )
        cut = Reach(known=len(calls), complete=not monitor.ability_task_reader.cut)
        return self._tasks.state(reach, monitor.task_totals.counts), self._ability_tasks.state(cut, None)

    def _show_none(self, place: int, name: str, rows: JobRows[Task] | JobRows[AbilityTask], state: ListState) -> None:
        markup = ""
        if state.name == "none":
            texts = self._context.texts
            sentence = nothing_found_text(texts, name, state.reach)
            markup = nothing_found_markup(texts, sentence, rows.suggestions, self._bar.choices)
        if markup != self._none[place]:
            self._none[place] = markup
            self._context.surface.region(f"{name}-none").show(markup)

    def _show_queues(self) -> None:
        queues = self._context.monitor.queues
        if queues.summary is None and queues.failing is None and self._last_seen and self._last_seen.queue:
            self._queue.bind(self._last_seen.queue)
            return
        self._queue.bind(queue_panel_values(self._context.texts, queues.summary, failing=queues.failing is not None))

    def _remember(self) -> None:
        """Remember what the lists show, for whoever comes back."""
        memory = self._context.lists
        memory.route = job_list_route(self._bar.query)
        memory.positions = {name: rows.position for name, rows in zip(LISTS, self._lists, strict=True)}
        memory.orders = tuple(tuple(rows.order) for rows in self._lists)

    def _restore(self) -> None:
        """Scroll to where the lists were when they were left, if they are looked at under the same query again."""
        memory = self._context.lists
        if memory.route != job_list_route(self._bar.query):
            return
        for name, rows in zip(LISTS, self._lists, strict=True):
            position = memory.positions.get(name)
            if position is not None:
                rows.restore(position)
