"""Jobs run again one after the other, at work (R41): what ``core.bulk`` asks for is sent, looked for and waited for.

Nothing is sent while the page is hidden, offline or signed out; what was sent before is looked for afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.api.errors import ApiError, NotSignedIn, Refused, unanswered
from app.api.submissions import submit_task
from app.core.bulk import Bulk, Look, Send, State, Wait
from app.core.events import Resumed
from app.core.job_ids import new_job_id
from app.core.newborn import Before, newborn
from app.core.orders import order_of
from app.core.records import AbilityTask, Source, Task
from app.monitor import Monitor
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer

TOO_MANY = 429
CONFLICT = 409
EXECUTOR_BUSY = "EXECUTOR_BUSY"
UNREACHABLE_S = 5.0
NEWEST = 50


class BulkRun:
    """These jobs, each run again once; ``changed`` is called after every step."""

    def __init__(self, monitor: Monitor, jobs: Sequence[Task | AbilityTask], changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._jobs = jobs
        self._changed = changed
        self.bulk = Bulk(len(jobs))
        # Why the last job that was refused for good was; ``None`` also where its request could not be told.
        self.refusal: ApiError | None = None
        # The id under which a task was sent, or what was known before an ability task was: by these it is found.
        self._sought: str | Before = ""
        self._background = BackgroundTasks(monitor.ports.report)
        self._timer = DeadlineTimer(monitor.ports.timers, self._next)
        self._resumed = monitor.bus.subscribe(Resumed, lambda _: self._next())

    @property
    def waiting_s(self) -> float:
        """For how long the server is left alone, in seconds."""
        return self.bulk.waiting(self._now)

    def begin(self) -> None:
        """Send the first."""
        self._next()

    def stop(self) -> None:
        """Send nothing more."""
        self.bulk.stop()
        self._changed()

    def go_on(self) -> None:
        """Send the rest."""
        self.bulk.go_on()
        self._next()

    def close(self) -> None:
        """Give up what is under way."""
        self._resumed.close()
        self._timer.close()
        self._background.close()

    @property
    def _now(self) -> float:
        return self._monitor.ports.clock.monotonic()

    def _next(self) -> None:
        if not self._monitor.paused:
            match self.bulk.step(self._now):
                case Send(place):
                    self._background.spawn(self._send(self._jobs[place]), self._next)
                case Look(place):
                    self._background.spawn(self._look(self._jobs[place]), self._next)
                case Wait(until):
                    self._timer.set(until)
        self._changed()

    async def _send(self, job: Task | AbilityTask) -> None:
        try:
            order = await self._order(job)
        except ApiError as error:
            # Nothing was sent yet: the request of the job could not be read.
            self._refused_by(error, lost=False)
            return
        if order is None:
            self.bulk.refused()
            return
        try:
            await self._submit(job, order)
        except ApiError as error:
            self._refused_by(error, lost=unanswered(error))
        else:
            self.bulk.made()
            self._settle()

    async def _order(self, job: Task | AbilityTask) -> dict[str, object] | None:
        if isinstance(job, AbilityTask) and job.request is None:
            job = await self._monitor.api.ability_task(job.id)
        return order_of(job, self._monitor.session.user_id)

    async def _submit(self, job: Task | AbilityTask, order: dict[str, object]) -> None:
        monitor = self._monitor
        if isinstance(job, AbilityTask):
            told = monitor.api.server_clock.ahead_s is not None
            known = frozenset(monitor.ability_tasks.tasks.order)
            self._sought = Before(known, monitor.server_now if told else None)
            await monitor.ability_tasks.submit(order)
            return
        job_id = new_job_id(monitor.ports.random)
        self._sought = job_id
        made = await submit_task(monitor.api, {"taskId": job_id, **order})
        # The answer has an id and a status; what was ordered is known without it.
        made = replace(made, action=job.action, channel=job.channel, points=job.points, parameters=job.parameters)
        monitor.summary.intake.apply_listed([made], Source.INVOKE, self._now)

    def _refused_by(self, error: ApiError, *, lost: bool) -> None:
        if lost:
            self.bulk.lost(self._now)
            return
        status = error.problem.status if isinstance(error, Refused) else 0
        if isinstance(error, Refused) and (
            error.problem.queue_limit is not None or error.problem.code == EXECUTOR_BUSY or status == CONFLICT
        ):
            self.bulk.full(self._now, error.retry_after_s)
        elif status == TOO_MANY or not isinstance(error, Refused):
            self.bulk.busy(self._now, error.retry_after_s)
            if isinstance(error, NotSignedIn):
                self.bulk.stop()
        else:
            self.refusal = error
            self.bulk.refused()

    async def _look(self, job: Task | AbilityTask) -> None:
        monitor, sought = self._monitor, self._sought
        try:
            if isinstance(sought, Before) and isinstance(job, AbilityTask):
                calls, _ = await monitor.api.ability_tasks(limit=NEWEST)
                call = newborn(calls, job.ability_id or "", sought)
                found = call is not None
                if call is not None:
                    monitor.ability_tasks.intake.apply_listed([call], Source.INVOKE, self._now)
            else:
                listed, _ = await monitor.api.tasks()
                tasks = [task for task in listed if task.id == sought]
                found = bool(tasks)
                monitor.summary.intake.apply_listed(tasks, Source.INVOKE, self._now)
        except ApiError as error:
            self.bulk.not_seen(self._now, error.retry_after_s or UNREACHABLE_S)
            return
        if found:
            self.bulk.found()
            self._settle()
        else:
            self.bulk.not_found(self._now)

    def _settle(self) -> None:
        if self.bulk.state is State.DONE:
            self._monitor.points.refresh()
