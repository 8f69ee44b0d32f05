"""The ComfyUI queues for admins (R30): gone on 403, said to be unavailable on failure, and tried again."""

from collections.abc import Callable

from app.api.client import Api
from app.api.errors import ApiError, NotAllowed
from app.core.bus import Bus
from app.core.events import AbilityTasksChanged, Paused, QueuesChanged, Resumed
from app.core.queues import QueueSummary
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from app.hooks.refresher import Refresher
from app.ports import Ports

EVERY_S = 5.0
BETWEEN_READS_S = 2.0


class QueueStatus:
    """Reads the queues while somebody watches them."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        api: Api,
        rules: PollingRules,
        *,
        paused: Callable[[], bool],
        demote: Callable[[], None],
    ) -> None:
        self._api = api
        self._bus = bus
        self._demote = demote
        self.summary: QueueSummary | None = None
        self.failing: ApiError | None = None
        self._watched = False
        self._refresher = Refresher(
            ports,
            RefreshSchedule(rules, ports.random, EVERY_S),
            self._read,
            allowed=lambda: self._watched and not paused(),
            between_s=BETWEEN_READS_S,
        )
        self._subscriptions = (
            bus.subscribe(Paused, lambda _: self._refresher.rest()),
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
            self._refresher.want()

    def unwatch(self) -> None:
        """Nobody does any more."""
        self._watched = False
        self._refresher.drop()

    def clear(self) -> None:
        """Forget what was read."""
        self.unwatch()
        self.summary = None
        self.failing = None

    def close(self) -> None:
        """Ask nothing more."""
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _hint(self) -> None:
        if self._watched:
            self._refresher.hint()

    async def _read(self) -> None:
        try:
            self.summary = await self._api.queues()
            self.failing = None
            self._refresher.granted()
        except NotAllowed:
            self.clear()
            self._demote()
        except ApiError as error:
            self.failing = error
            self._refresher.failed(error.retry_after_s)
        self._bus.publish(QueuesChanged())
