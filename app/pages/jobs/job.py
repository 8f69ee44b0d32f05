"""One job at work, of whichever kind (R31)."""

from app.api.errors import NotFound
from app.core.events import Flush
from app.core.records import AbilityTask, Source, Task
from app.core.status import Status
from app.hooks.refresher import Refresher
from app.pages.disclosures import Disclosures
from app.pages.jobs.results import Results
from app.pages.page_context import PageContext
from app.ports import Action
from app.views.jobs.job import (
    job_json,
    job_markup,
    job_result,
    job_state_values,
    job_title,
    job_values,
)


class JobPage:
    """The page of one id, which may be a task's or an ability task's, and in neither list."""

    def __init__(self, context: PageContext, job_id: str) -> None:
        self._context = context
        self._job_id = job_id
        monitor = context.monitor
        self._refresher = Refresher(
            monitor.refresh_context,
            self._read,
            self._take,
            needed=lambda: self._record is None or self._record.row_only,
            changed=self._show_answer,
        )
        context.surface.show(job_markup(context.texts, admin=monitor.session.role == "admin"))
        if context.lists.route:
            # Back to the lists as they were left (R35).
            context.surface.bind({"back@href": f"#{context.lists.route}"})
        self._results = Results(context.surface, context.texts)
        self._disclosures = Disclosures(context, self._json)
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        if self._record is None:
            context.surface.bind(job_state_values("loading"))
        else:
            self._show()
        self._refresher.request()

    def tick(self, now: float) -> None:
        """Update the running time."""
        record = self._record
        if record is not None and record.active:
            self._context.surface.bind(job_values(self._context.texts, record, now))

    def close(self) -> None:
        """Cancel the subscriptions and a read that is running."""
        self._listening.close()
        self._refresher.close()
        self._subscription.close()

    @property
    def _record(self) -> Task | AbilityTask | None:
        monitor = self._context.monitor
        return monitor.ability_tasks.tasks.get(self._job_id) or monitor.summary.tasks.get(self._job_id)

    def _json(self, part: str) -> object:
        record = self._record
        return None if record is None else job_json(record, part)

    def _flushed(self, flush: Flush) -> None:
        if self._job_id in flush.tasks or self._job_id in flush.ability_tasks:
            self._show()

    def _act(self, action: Action) -> None:
        if self._disclosures.act(action):
            return
        if self._results.act(action):
            self._show()
        elif action.name == "refresh":
            self._context.monitor.refresh()
            self._refresher.request()

    async def _read(self) -> Task | AbilityTask | None:
        """Return the job from wherever it is: among the ability tasks, or among the tasks.

        ``None`` for a task that is ``pending``, which is what the server says of ids it does not know.
        """
        api = self._context.monitor.api
        try:
            return await api.ability_task(self._job_id)
        except NotFound:
            task = await api.task(self._job_id)
            return None if task.status is Status.QUEUED else task

    def _take(self, found: Task | AbilityTask | None) -> None:
        monitor = self._context.monitor
        now = monitor.ports.clock.monotonic()
        match found:
            case AbilityTask():
                monitor.ability_tasks.intake.apply_listed([found], Source.POLL, now)
            case Task():
                monitor.summary.intake.apply_listed([found], Source.POLL, now)

    def _show_answer(self) -> None:
        """Show what a read brought; an id that is unknown is not read again by itself, as one that failed is."""
        if self._record is not None:
            self._show()
        else:
            failing = self._refresher.failing is not None
            self._context.surface.bind(job_state_values("error" if failing else "missing"))

    def _show(self) -> None:
        record = self._record
        if record is None:
            return
        context = self._context
        context.title(job_title(context.texts, record))
        context.surface.bind(job_values(context.texts, record, context.monitor.server_now))
        self._results.show(record.id, job_result(record))
        self._disclosures.refresh()
