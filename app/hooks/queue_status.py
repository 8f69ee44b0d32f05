"""The ComfyUI queues for admins (R30): gone on 403, said to be unavailable on failure, and tried again."""

from collections.abc import Callable

from app.api.client import Api
from app.api.errors import ApiError, NotAllowed
from app.core.bus import Bus
from app.core.catalogue import QueueSummary
from app.core.events import AbilityTasksChanged, Paused, QueuesChanged, Resumed
from app.core.rules import PollingRules
from app.core.wish import Wish
from app.ports import World
from app.scheduling.alarm import Alarm
from app.scheduling.background import Background

EVERY_S = 5.0
BETWEEN_READS_S = 2.0


class QueueStatus:
    """Reads the queues while somebody watches them."""

    def __init__(
        self,
        world: World,
        bus: Bus,
        api: Api,
        rules: PollingRules,
        *,
        paused: Callable[[], bool],
        demote: Callable[[], None],
    ) -> None:
        self._api = api
        self._bus = bus
        self._clock = world.clock
        self._paused = paused
        self._demote = demote
        self.summary: QueueSummary | None = None
        self.failing: ApiError | None = None
        self._watched = False
        self._wish = Wish(rules, EVERY_S)
        self._started: float | None = None
        self._reading = False
        self._alarm = Alarm(world.timers, self._wake)
        self._background = Background(world.report)
        self._subscriptions = (
            bus.subscribe(Paused, self._rest),
            bus.subscribe(Resumed, lambda _: self.refresh()),
            bus.subscribe(AbilityTasksChanged, lambda _: self._hint()),
        )

    def watch(self) -> None:
        """Somebody looks at the queues."""
        self._watched = True
        self.refresh()

    def refresh(self) -> None:
        """Read the queues soon, whatever failed before, if somebody watches them."""
        if self._watched:
            now = self._clock.monotonic()
            if self._reading or not self._wish.due(now):
                self._wish.want(now)
            self._plan()

    def unwatch(self) -> None:
        """Nobody does any more."""
        self._watched = False
        self._wish.drop()
        self._alarm.set(None)
        self._background.cancel()

    def clear(self) -> None:
        """Forget what was read."""
        self.unwatch()
        self.summary = None
        self.failing = None

    def close(self) -> None:
        """Ask nothing more."""
        self._alarm.close()
        self._background.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _hint(self) -> None:
        """Something moved: read soon, unless failures taught patience."""
        if self.failing is None:
            self.refresh()

    def _rest(self, _: Paused) -> None:
        self._alarm.set(None)
        self._background.cancel()

    def _plan(self) -> None:
        deadline = self._wish.deadline
        if not self._watched or self._reading or self._paused() or deadline is None:
            self._alarm.set(None)
            return
        if self._started is not None:
            deadline = max(deadline, self._started + BETWEEN_READS_S)
        self._alarm.set(deadline)

    def _wake(self) -> None:
        if self._watched and not self._reading and not self._paused():
            self._reading = True
            self._background.spawn(self._read(), self._over)

    def _over(self) -> None:
        self._reading = False
        self._plan()

    async def _read(self) -> None:
        started = self._started = self._clock.monotonic()
        try:
            self.summary = await self._api.queues()
            self.failing = None
            self._wish.granted(started)
        except NotAllowed:
            self.clear()
            self._demote()
        except ApiError as error:
            self.failing = error
            self._wish.failed(self._clock.monotonic(), error.retry_after_s)
        self._bus.publish(QueuesChanged())
