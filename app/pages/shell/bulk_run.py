"""Jobs run again one after the other, at work (R41): what ``core.bulk`` asks for is sent, searched for and waited for.

Nothing is sent while the page is hidden, offline or signed out; what was sent before is searched for afterwards.
"""

from collections.abc import Callable, Sequence

from app.api.errors import ApiError, NotSignedIn, Refused, unanswered
from app.core.bulk import Bulk, Refusal, Search, Send, State, Wait, refusal
from app.core.events import Resumed
from app.core.job_ids import new_job_id
from app.core.lost_answer import NEWEST, Before, made_since
from app.core.records import AbilityTask, Source, Task
from app.core.run_again import order_of
from app.monitor import Monitor
from app.pages.abilities.lost_answer import known_before
from app.pages.jobs.run_again import submit_again
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer

UNREACHABLE_S = 5.0
"""How long to wait after a search that nobody answered."""


class BulkRun:
    """These jobs, each run again once; ``changed`` is called after every step."""

    def __init__(self, monitor: Monitor, jobs: Sequence[Task | AbilityTask], changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._jobs = jobs
        self._changed = changed
        self.bulk = Bulk(len(jobs))
        # Why the last job that was refused for good was; ``None`` also where its request is not known.
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
                case Search(place):
                    self._background.spawn(self._search(self._jobs[place]), self._next)
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
            self._sought = known_before(monitor)
            await monitor.ability_tasks.submit(order)
            return
        job_id = new_job_id(monitor.ports.random)
        self._sought = job_id
        await submit_again(monitor, job, order, job_id)

    def _refused_by(self, error: ApiError, *, lost: bool) -> None:
        if lost:
            self.bulk.lost(self._now)
            return
        meaning = Refusal.BUSY
        if isinstance(error, Refused):
            meaning = refusal(error.problem.status, error.problem.code, error.problem.queue_limit)
        match meaning:
            case Refusal.FULL:
                self.bulk.full(self._now, error.retry_after_s)
            case Refusal.BUSY:
                self.bulk.busy(self._now, error.retry_after_s)
            case Refusal.FOR_GOOD:
                self.refusal = error
                self.bulk.refused()
        if isinstance(error, NotSignedIn):
            self.bulk.stop()

    async def _search(self, job: Task | AbilityTask) -> None:
        monitor, sought = self._monitor, self._sought
        try:
            if isinstance(sought, Before) and isinstance(job, AbilityTask):
                calls, _ = await monitor.api.ability_tasks(limit=NEWEST)
                call = made_since(calls, job.ability_id or "", sought)
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
