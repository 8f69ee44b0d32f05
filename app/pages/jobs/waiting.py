"""Why one job waits, at work, as a part of that job's page (R47)."""

from collections.abc import Callable

from app.core.estimate import Job, Range, outlook, samples, trusted, usual
from app.core.events import Flush
from app.core.records import AbilityTask, Record, Task
from app.core.status import Status
from app.hooks.queue_place import QueuePlace
from app.pages.page_context import PageContext
from app.ports import Surface
from app.views.jobs.waiting import waiting_markup, waiting_values


class JobWaiting:
    """The line that says why a job has not ended. ``job`` returns what is known of the job."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        monitor = context.monitor
        self._monitor = monitor
        self._texts = context.texts
        self._surface = surface
        self._lookup = job
        # What is usual for jobs of its sort, where that may be shown; as of the last end of any job.
        self._expected: Range | None = None
        self._since = monitor.server_now - (monitor.ports.clock.monotonic() - monitor.started_at)
        surface.show(waiting_markup())
        self._place: QueuePlace | None = None
        if monitor.session.role == "admin":
            self._place = QueuePlace(monitor.refresh_context, monitor.api, self._ability_task, self._show)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        self._learn()
        self._show()

    def tick(self, now: float) -> None:
        """Count down."""
        del now
        self._show()

    def close(self) -> None:
        """Stop listening."""
        self._subscription.close()
        if self._place is not None:
            self._place.close()

    def _job(self) -> Job | None:
        job = self._lookup()
        return job if isinstance(job, Task | AbilityTask) else None

    def _ability_task(self) -> AbilityTask | None:
        job = self._lookup()
        return job if isinstance(job, AbilityTask) else None

    def _flushed(self, flush: Flush) -> None:
        ends = [change.ended for change in flush.tasks.values()]
        ends += [change.ended for change in flush.ability_tasks.values()]
        if any(ends):
            self._learn()
        if ends and self._place is not None:
            self._place.job_changed()
        self._show()

    def _learn(self) -> None:
        job = self._job()
        if job is None:
            return
        tasks, ability_tasks = self._monitor.summary.tasks, self._monitor.ability_tasks.tasks
        known: list[Job | None]
        if isinstance(job, AbilityTask):
            known = [*map(ability_tasks.get, ability_tasks.order)]
        else:
            known = [*map(tasks.get, tasks.order)]
        found = samples(job, (one for one in known if one is not None))
        self._expected = usual(found) if trusted(found, self._since) else None

    def _active(self) -> list[Job]:
        tasks, ability_tasks = self._monitor.summary.tasks, self._monitor.ability_tasks.tasks
        found: list[Job | None] = [*map(tasks.get, tasks.active), *map(ability_tasks.get, ability_tasks.active)]
        return [job for job in found if job is not None]

    def _given_up_in_s(self, job: Job) -> float | None:
        """Return how long until a task of which the server says nothing but that it waits is given up (R11)."""
        monitor = self._monitor
        if not isinstance(job, Task) or job.status is not Status.QUEUED:
            return None
        unknown_at = monitor.task_polling.sync.lost.unknown_at(job.id)
        return None if unknown_at is None else max(0.0, unknown_at - monitor.ports.clock.monotonic())

    def _show(self) -> None:
        job = self._job()
        found = given_up = None
        if job is not None and job.active:
            place = self._place.place if self._place is not None else None
            found = outlook(job, self._active(), self._expected, self._monitor.server_now, place)
            given_up = self._given_up_in_s(job)
        self._surface.bind(waiting_values(self._texts, found, given_up_in_s=given_up))
