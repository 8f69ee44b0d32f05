"""One thing that is read again and again: never two reads at once, never during a pause, and a while apart.

Every context and page that reads something to show it stands on this ladder: it pauses and resumes with the page (R17),
backs off when a read fails (R13), begins anew when the network or the device comes back (R4, R18), and takes 403 as the
word that the user is no admin (R30). docs/decisions/refresher.md says why there is one. Refuses to know what is read.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.api.errors import ApiError, NotAllowed
from app.core.bus import Bus
from app.core.events import CameOnline, ClockJumped, Paused, RefreshRequested, Resumed
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RefreshContext:
    """What all refreshers of a page share. ``demote`` takes the admin's role away for the rest of the session."""

    ports: Ports
    bus: Bus
    rules: PollingRules
    paused: Callable[[], bool]
    demote: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Every ``every_s`` seconds, or only on request; ``apart_s`` from the beginning of one read to that of the next."""

    every_s: float | None = None
    apart_s: float = 0.0


ON_REQUEST = Pace()


def always() -> bool:
    """Return that there is always something to read for."""
    return True


def _nothing() -> None:
    pass


class Refresher(Generic[T]):
    """Reads what was requested, again after failures, and hands the answer to ``take``.

    ``needed`` says whether there is anything to read for; while there is not, requests are dropped. ``changed`` is
    called once a read is over, answered or failed. ``forbidden`` is given for what only admins may read: a 403 ends
    the requests and calls it; without it, a 403 is a failure like any other.
    """

    def __init__(
        self,
        context: RefreshContext,
        read: Callable[[], Coroutine[object, object, T]],
        take: Callable[[T], None],
        *,
        pace: Pace = ON_REQUEST,
        needed: Callable[[], bool] = always,
        changed: Callable[[], None] = _nothing,
        forbidden: Callable[[], None] | None = None,
    ) -> None:
        ports, bus = context.ports, context.bus
        self._clock = ports.clock
        self._paused = context.paused
        self._read = read
        self._take = take
        self._apart_s = pace.apart_s
        self._needed = needed
        self._changed = changed
        self._forbidden = forbidden
        self.schedule = RefreshSchedule(context.rules, ports.random, pace.every_s)
        # Why the last read failed, until one is answered.
        self.failing: ApiError | None = None
        # Whether a read is under way; it holds back the next one.
        self.busy = False
        # When the last read began, in monotonic seconds: an answer knows nothing of what happened after that.
        self.started = float("-inf")
        # Whether the read that is over came to its end. One that was given up has changed nothing.
        self._ended = False
        self._closed = False
        self._timer = DeadlineTimer(ports.timers, self._begin)
        self._background = BackgroundTasks(ports.report)
        self._subscriptions = (
            bus.subscribe(Paused, lambda _: self._pause()),
            bus.subscribe(Resumed, lambda _: self.request()),
            bus.subscribe(CameOnline, lambda _: self.request()),
            bus.subscribe(RefreshRequested, lambda _: self.request()),
            bus.subscribe(ClockJumped, lambda _: self.request()),
        )

    @property
    def due(self) -> bool:
        """Whether a read is due by now."""
        return self.schedule.due(self._clock.monotonic())

    def request(self) -> None:
        """Read soon, whatever failed before: at once, or when the last read began long enough ago."""
        self._schedule_with(self.schedule.request)

    def hint(self) -> None:
        """There may be something new: read soon, unless failures hold it back (R13)."""
        self._schedule_with(self.schedule.hint)

    def _schedule_with(self, ask: Callable[[float], None]) -> None:
        """Ask the schedule for a read; one that is due and has not begun will serve."""
        if self._needed():
            if self.busy or not self.due:
                ask(self._clock.monotonic())
            self.plan()

    def cancel(self) -> None:
        """Give up the read under way, and every request; the next one does not wait because of what was read before."""
        self.schedule.cancel()
        self._pause()
        self.failing = None
        self.started = float("-inf")

    def close(self) -> None:
        """Read nothing more."""
        self._closed = True
        self._timer.close()
        self._background.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _pause(self) -> None:
        """Give up the read under way and begin none; what was requested stays (R17)."""
        self._timer.set(None)
        self._background.cancel()

    def _allowed(self) -> bool:
        return self._needed() and not self._paused()

    def plan(self) -> None:
        """Set the timer anew: what is wanted may have changed."""
        deadline = self.schedule.deadline
        if self.busy or deadline is None or not self._allowed():
            self._timer.set(None)
        else:
            self._timer.set(max(deadline, self.started + self._apart_s))

    def _begin(self) -> None:
        if not self.busy and self._allowed():
            self.busy = True
            self.started = self._clock.monotonic()
            self._background.spawn(self._attempt(), self._over)

    async def _attempt(self) -> None:
        """Read once. A fault of our own backs off as any failure does, lest it repeat without a pause (R13, R21)."""
        try:
            answer = await self._read()
            self.failing = None
            # First the schedule, then the answer: what ``take`` requests is about what comes after this read.
            self.schedule.succeeded(self.started)
            self._take(answer)
        except ApiError as error:
            self._failed(error)
        except Exception:
            self.schedule.failed(self._clock.monotonic())
            raise
        self._ended = True

    def _failed(self, error: ApiError) -> None:
        if isinstance(error, NotAllowed) and self._forbidden is not None:
            self.cancel()
            self._forbidden()
        else:
            self.failing = error
            self.schedule.failed(self._clock.monotonic(), error.retry_after_s)

    def _over(self) -> None:
        """Call ``changed`` only now, so that the read does not count as under way while the change is drawn."""
        self.busy = False
        ended, self._ended = self._ended, False
        try:
            if ended and not self._closed:
                self._changed()
        finally:
            self.plan()
