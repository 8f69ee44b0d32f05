"""Keeps one collection true over HTTP: polls when push is away, reconciles always, looks for ids push spoke of.

One request in flight per collection: polls, full refreshes and looks take turns (R10). Refuses to know whether it keeps
tasks or ability tasks; a ``Reader`` does.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol

from app.api.errors import ApiError, NotFound, NotSignedIn, Refused, Unreadable
from app.core.bus import Bus
from app.core.events import (
    CameOnline,
    ClockJumped,
    Paused,
    PushChanged,
    ReconcileWanted,
    Resumed,
    ServerReachable,
    TransportChanged,
)
from app.core.polling import Poller, plan
from app.core.records import R, Source
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import CadenceRules, PollingRules
from app.hooks.delivery import Intake
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer

LOOK_AT = 20
AT_ONCE = 50
Failures = dict[str, ApiError]
OVERLOADED = frozenset({429, 502, 503, 504})


class Reader(Protocol[R]):
    """The two reads a collection has."""

    most: int

    async def newest(self, limit: int) -> tuple[list[R], bool]:
        """Return the newest jobs, and whether they are all there are."""

    async def one(self, job: str) -> R:
        """Return one job; ``NotFound`` if the server does not know it."""


class CollectionPolling(Generic[R]):
    """The polling of one collection."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        intake: Intake[R],
        reader: Reader[R],
        cadence: CadenceRules,
        rules: PollingRules,
        *,
        paused: Callable[[], bool],
    ) -> None:
        self.intake: Intake[R] = intake
        self._reader: Reader[R] = reader
        self._rules = rules
        self._clock = ports.clock
        self._bus = bus
        self._random = ports.random
        self._paused = paused
        self.poller = Poller(cadence, rules, ports.random)
        self._reconcile = RefreshSchedule(rules, ports.random, rules.reconcile_every_s)
        self._errand = RefreshSchedule(rules, ports.random)
        self._uncovered: set[str] = set()
        self._wanted: set[str] = set()
        self._pending_since: dict[str, float] = {}
        self._not_before = 0.0
        self._busy = False
        self._push_up = False
        self.fresh_at: float | None = None
        self.failing: ApiError | None = None
        self.loaded = False
        self.on_errand: Callable[[str], None] = _nothing
        self._alarm = DeadlineTimer(ports.timers, self._wake)
        self._background = BackgroundTasks(ports.report)
        self._subscriptions = [
            bus.subscribe(PushChanged, self._push_changed),
            bus.subscribe(Paused, self._rest),
            bus.subscribe(Resumed, self._resume),
            bus.subscribe(ReconcileWanted, lambda _: self._reconcile_soon()),
            bus.subscribe(CameOnline, lambda _: self.refresh()),
            bus.subscribe(ClockJumped, lambda _: self.refresh()),
        ]

    def refresh(self) -> None:
        """Read everything anew, at once, whatever failed before (R4, R12)."""
        self.poller.hurry()
        self._not_before = 0.0
        self._reconcile_soon()

    def _reconcile_soon(self) -> None:
        """Read everything anew as soon as the server lets us come back (R12, R13)."""
        self._reconcile.request(self._clock.monotonic())
        self.replan()

    def read_soon(self, job: str) -> None:
        """Read one job at once: push told of it, but not everything (R23)."""
        self._wanted.add(job)
        if self._errand.deadline is None:
            self._errand.request(self._clock.monotonic())
        self.replan()

    def replan(self) -> None:
        """Set the alarm anew: the active ids, push or a schedule changed (R9, R14)."""
        self.poller.set_active(self.intake.collection.active_count)
        if self._busy or self._paused():
            self._alarm.set(None)
            return
        deadlines = [
            self.poller.deadline,
            self._reconcile.deadline,
            self.intake.collection.unknown.deadline,
            self._errand.deadline,
        ]
        next_one = min((deadline for deadline in deadlines if deadline is not None), default=None)
        self._alarm.set(None if next_one is None else max(next_one, self._not_before))

    def clear(self) -> None:
        """Forget everything: nobody is signed in."""
        self._reconcile.cancel()
        self._errand.cancel()
        self.intake.clear()
        self._uncovered.clear()
        self._wanted.clear()
        self._pending_since.clear()
        self._not_before = 0.0
        self.fresh_at = None
        self.failing = None
        self.loaded = False
        self.poller.hurry()
        self.replan()

    def close(self) -> None:
        """Ask nothing more."""
        self._alarm.close()
        self._background.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _push_changed(self, event: PushChanged) -> None:
        self._push_up = event.up
        self._take_over()
        self.replan()

    def _take_over(self) -> None:
        """Poll while push is away, beginning within the second, spread so that all pages do not begin at once (R8)."""
        if self._push_up:
            self.poller.disable()
        else:
            self.poller.enable(self._clock.monotonic() + self._rules.takeover_s * 0.75 * self._random())

    def _rest(self, _: Paused) -> None:
        self.poller.disable()
        self._alarm.set(None)
        self._background.cancel()

    def _resume(self, _: Resumed) -> None:
        self._push_up = False
        self._pending_since.clear()
        self._take_over()
        self.refresh()

    def _wake(self) -> None:
        if self._busy or self._paused():
            return
        self._busy = True
        self._background.spawn(self._round(), self._over)

    def _over(self) -> None:
        """A round has ended, or was given up."""
        self._busy = False
        self.poller.abandoned()
        self.replan()

    async def _round(self) -> None:
        """Do what is due, the most encompassing first."""
        started = self._clock.monotonic()
        discovery, poll = self.intake.collection.unknown.deadline, self.poller.deadline
        failure: ApiError | None = None
        schedule: RefreshSchedule | None = None
        try:
            if self._reconcile.due(started):
                schedule = self._reconcile
                self.poller.started(started)
                await self._read_everything(started)
            elif poll is not None and poll <= started:
                self.poller.started(started)
                await self._poll()
            elif self._errand.due(started):
                schedule = self._errand
                await self._run_errand()
            elif discovery is not None and discovery <= started:
                await self._look(started)
            else:
                return
        except ApiError as error:
            failure = error
        except Exception:
            self._ended(Unreadable("a fault of our own"), started, schedule)
            raise
        self._ended(failure, started, schedule)

    def _ended(self, failure: ApiError | None, started: float, schedule: RefreshSchedule | None) -> None:
        now = self._clock.monotonic()
        if failure is None:
            self.poller.succeeded()
            self.fresh_at = now
            if schedule is not None:
                schedule.succeeded(started)
            if self._wanted and self._errand.deadline is None:
                self._errand.request(now)
        elif not isinstance(failure, NotSignedIn):
            self.poller.failed(now, failure.retry_after_s)
            if schedule is not None:
                schedule.failed(now, failure.retry_after_s)
            if failure.retry_after_s is not None:
                self._not_before = now + min(failure.retry_after_s, self._rules.longest_retry_after_s)
            self._pending_since.clear()
        before, self.failing = self.failing, failure
        self._bus.publish(TransportChanged())
        if failure is None and before is not None and not _concerns_one(before):
            self._bus.publish(ServerReachable())

    async def _read_everything(self, started: float) -> None:
        """Read the newest jobs and every active one that is not among them; drop what the server no longer has."""
        sought = self.intake.collection.unknown.begin(started)
        jobs, complete = await self._reader.newest(self._reader.most)
        new = self._take_list(jobs)
        self.loaded = True
        self.intake.collection.unknown.end(sought, new)
        listed = {job.id for job in jobs}
        self._uncovered = {job for job in self.intake.collection.active if job not in listed}
        failures = await self._read_singles([job for job in self._window() if job in self._uncovered])
        if complete:
            self._drop_vanished(listed, started)
        _raise_first(failures)

    async def _poll(self) -> None:
        positions = self.intake.collection.positions()
        round_ = plan(self._window(), positions, self._uncovered, list_most=self._reader.most)
        _raise_first(await self._perform(round_.list_limit, round_.listed, round_.singles))

    async def _run_errand(self) -> None:
        """Read the jobs that push told of in part."""
        wanted = sorted(self._wanted, key=self._age)[:AT_ONCE]
        round_ = plan(wanted, self.intake.collection.positions(), self._uncovered, list_most=self._reader.most)
        failures = await self._perform(round_.list_limit, round_.listed, round_.singles)
        done = [job for job in wanted if job not in failures]
        self._wanted.difference_update(done)
        for job in done:
            self.on_errand(job)
        _raise_first(failures)

    async def _look(self, started: float) -> None:
        """Look for the ids that push spoke of among the newest jobs."""
        sought = self.intake.collection.unknown.begin(started)
        jobs, _ = await self._reader.newest(min(self._reader.most, max(LOOK_AT, len(sought))))
        self.intake.collection.unknown.end(sought, self._take_list(jobs))

    async def _perform(self, list_limit: int, expected: Sequence[str], singles: Sequence[str]) -> Failures:
        if list_limit:
            sought = self.intake.collection.unknown.begin(self._clock.monotonic())
            jobs, _ = await self._reader.newest(list_limit)
            self.intake.collection.unknown.end(sought, self._take_list(jobs))
            listed = {job.id for job in jobs}
            missing: list[str] = [job for job in expected if job not in listed]
            self._uncovered.update(missing)
            return await self._read_singles([*missing, *singles])
        return await self._read_singles(singles)

    async def _read_singles(self, jobs: Sequence[str]) -> Failures:
        """Read jobs one by one; one that cannot be read keeps none of the others from being read.

        Return what failed by job. What concerns more than one of them is raised at once.
        """
        failures: Failures = {}
        for job in jobs:
            try:
                news = await self._reader.one(job)
            except NotFound:
                self._uncovered.discard(job)
                self.intake.mark_unknown([job], self._clock.monotonic())
            except ApiError as error:
                if not _concerns_one(error):
                    raise
                failures[job] = error
            else:
                self.intake.apply([news], Source.POLL, self._clock.monotonic())
        self._forget(jobs)
        return failures

    def _forget(self, asked: Sequence[str]) -> None:
        """Give up jobs that showed no sign of life for as long as they were asked about (R11)."""
        now = self._clock.monotonic()
        for job in asked:
            record = self.intake.collection.get(job)
            if record is not None and record.active:
                self._pending_since.setdefault(job, now)
        forgotten = [
            job
            for job in self.intake.collection.forgotten(asked, now, self._rules.forget_after_s)
            if now - self._pending_since[job] >= self._rules.forget_after_s
        ]
        for job in forgotten:
            del self._pending_since[job]
        self.intake.mark_unknown(forgotten, now)

    def _take_list(self, jobs: list[R]) -> int:
        for job in jobs:
            self._uncovered.discard(job.id)
            self._pending_since.pop(job.id, None)
        return self.intake.apply_listed(jobs, Source.POLL, self._clock.monotonic()).new

    def _drop_vanished(self, listed: set[str], started: float) -> None:
        """Forget jobs that ended and that the server no longer has: it was restored from an older state."""
        collection = self.intake.collection
        vanished = [
            job
            for job in collection.order
            if job not in listed
            and (record := collection.get(job)) is not None
            and not record.active
            and not record.gone
            and (touch := collection.touched(job)) is not None
            and touch.at < started
        ]
        self.intake.remove(vanished)

    def _window(self) -> list[str]:
        return self.intake.collection.active[: self._rules.window]

    def _age(self, job: str) -> tuple[float, str]:
        """What sorts the newest job first."""
        record = self.intake.collection.get(job)
        return -(record.created_at or 0.0) if record is not None else 0.0, job


def _raise_first(failures: Failures) -> None:
    for failure in failures.values():
        raise failure


def _concerns_one(error: ApiError) -> bool:
    """Whether a failure says nothing of the next request: an answer came, and it was not that there are too many."""
    return isinstance(error, Unreadable) or (isinstance(error, Refused) and error.problem.status not in OVERLOADED)


def _nothing(_: str) -> None:
    pass
