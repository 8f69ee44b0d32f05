"""Keeps one collection true over HTTP: performs what ``core.sync`` asks for and reports what came of it.

One request in flight per collection (R10). Decides nothing, and refuses to know whether the collection holds tasks or
ability tasks; a ``Reader`` does.
"""

from collections.abc import Callable
from typing import Generic, Protocol

from app.api.errors import ApiError, NotFound, NotSignedIn, Refused, Unreadable
from app.core.bus import Bus
from app.core.events import (
    CameOnline,
    ClockJumped,
    Paused,
    ReconcileWanted,
    Resumed,
    ServerReachable,
    TransportChanged,
    TrustChanged,
)
from app.core.records import R, Source
from app.core.rules import CadenceRules, PollingRules
from app.core.sync import Sync
from app.core.sync_events import (
    Broken,
    DetailsRead,
    Effect,
    Failed,
    Found,
    GiveUp,
    Listed,
    MarkUnknown,
    Missing,
    NoSession,
    Outcome,
    ReadJob,
    ReadList,
    Remove,
    Request,
)
from app.core.trust import Kind
from app.hooks.delivery import Intake
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer

SHOWN_AGE_S = 1.0
"""Data that is younger than this is shown as of now."""


class Reader(Protocol[R]):
    """The two reads a collection has."""

    kind: Kind
    most: int
    paged: bool
    """Whether there are further pages, and lists by word."""

    async def read_list(self, request: ReadList) -> tuple[list[R], int]:
        """Return the jobs of a list, and how many the server has on that page, readable or not."""

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
    ) -> None:
        self.intake: Intake[R] = intake
        self._reader: Reader[R] = reader
        self._clock = ports.clock
        self._bus = bus
        self.sync = Sync(
            intake.collection,
            intake.collection.unknown,
            cadence,
            rules,
            ports.random,
            list_most=reader.most,
            paged=reader.paged,
        )
        # Whether the task of a round still runs: one that was given up ends a little later than its round.
        self._busy = False
        # Called with each job of ``read_soon`` once the server was asked about it.
        self.on_details: Callable[[str], None] = _nothing
        self._timer = DeadlineTimer(ports.timers, self._wake)
        self._background = BackgroundTasks(ports.report)
        self._subscriptions = [
            bus.subscribe(TrustChanged, self._trust_changed),
            bus.subscribe(Paused, self._pause),
            bus.subscribe(Resumed, self._resume),
            bus.subscribe(ReconcileWanted, self._reconcile),
            bus.subscribe(CameOnline, lambda _: self.refresh()),
            bus.subscribe(ClockJumped, lambda _: self.refresh()),
        ]

    @property
    def fresh_at(self) -> float | None:
        """When a round of reads last succeeded, in monotonic seconds."""
        return self.sync.fresh_at

    @property
    def loaded(self) -> bool:
        """Whether everything was read once since somebody signed in."""
        return self.sync.loaded

    @property
    def failing(self) -> Exception | None:
        """Why the last round of reads failed; ``None`` if it did not."""
        failing = self.sync.failing
        return None if failing is None else failing.cause

    def refresh(self) -> None:
        """Read everything anew, at once, whatever failed before (R4, R12)."""
        self.sync.refresh(self._clock.monotonic())
        self.replan()

    def read_soon(self, job: str) -> None:
        """Read one job at once: push left something out of it (R23)."""
        self.sync.read_soon(job, self._clock.monotonic())
        self.replan()

    def replan(self) -> None:
        """Set the timer anew: the active ids, or what is wanted, may have changed (R9, R14)."""
        self._timer.set(None if self._busy else self.sync.deadline)

    def clear(self) -> None:
        """Forget everything: nobody is signed in."""
        self.intake.clear()
        self.sync.clear()
        self.replan()

    def close(self) -> None:
        """Ask nothing more."""
        self._timer.close()
        self._background.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _trust_changed(self, event: TrustChanged) -> None:
        self.sync.trust_push(self._reader.kind in event.trusted, self._clock.monotonic())
        self.replan()

    def _pause(self, _: Paused) -> None:
        self.sync.pause()
        self._timer.set(None)
        self._background.cancel()

    def _resume(self, _: Resumed) -> None:
        self.sync.resume(self._clock.monotonic())
        self.replan()

    def _reconcile(self, _: ReconcileWanted) -> None:
        self.sync.reconcile(self._clock.monotonic())
        self.replan()

    def _wake(self) -> None:
        request = self.sync.begin(self._clock.monotonic())
        if request is None:
            self.replan()
            return
        self._busy = True
        self._background.spawn(self._round(request), self._over)

    def _over(self) -> None:
        """The task of a round has ended, or was given up before its first step."""
        self._busy = False
        self.replan()

    async def _round(self, first: Request) -> None:
        request: Request | None = first
        failing, fresh_at = self.sync.failing, self.sync.fresh_at
        try:
            while request is not None:
                request = self._apply(self._report(await self._perform(request)))
        except Exception as fault:
            self._report(Broken(fault))
            self._bus.publish(TransportChanged())
            raise
        # In a burst round follows round, and what is shown of them is the age of the data, in seconds.
        if failing or self.sync.failing or fresh_at is None or self._clock.monotonic() - fresh_at >= SHOWN_AGE_S:
            self._bus.publish(TransportChanged())

    def _report(self, outcome: Outcome) -> list[Effect]:
        return self.sync.report(outcome, self._clock.monotonic())

    async def _perform(self, request: Request) -> Outcome:
        """Do one request, and put what it brought into the collection."""
        try:
            match request:
                case ReadList():
                    asked = self._clock.monotonic()
                    jobs, listed = await self._reader.read_list(request)
                    batch = self.intake.apply_listed(jobs, Source.POLL, self._clock.monotonic(), asked)
                    return Listed(tuple(job.id for job in jobs), listed, batch.new)
                case ReadJob(job_id):
                    job = await self._reader.one(job_id)
                    self.intake.apply([job], Source.POLL, self._clock.monotonic())
                    return Found()
        except ApiError as error:
            return _outcome(error, request)

    def _apply(self, effects: list[Effect]) -> Request | None:
        """Do what the machine wants done; return its next request."""
        request: Request | None = None
        for effect in effects:
            match effect:
                case MarkUnknown(job_ids):
                    self.intake.mark_unknown(job_ids, self._clock.monotonic())
                case GiveUp(job_ids):
                    self.intake.give_up(job_ids, self._clock.monotonic())
                case Remove(job_ids):
                    self.intake.remove(job_ids)
                case DetailsRead(job_ids):
                    for job_id in job_ids:
                        self.on_details(job_id)
                case ServerReachable():
                    self._bus.publish(effect)
                case ReadList() | ReadJob():
                    request = effect
        return request


def _outcome(error: ApiError, request: Request) -> Outcome:
    """Say what an error means for the request that raised it."""
    match error:
        case NotFound() if isinstance(request, ReadJob):
            return Missing(request.job_id)
        case NotSignedIn():
            return NoSession()
        case Refused():
            return Failed(answered=True, overloaded=error.overloaded, retry_after_s=error.retry_after_s, cause=error)
        case _:
            return Failed(answered=isinstance(error, Unreadable), cause=error)


def _nothing(_: str) -> None:
    pass
