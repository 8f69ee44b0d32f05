"""The pages of the task list beyond the first, read as the user scrolls towards them.

Refuses to renew what it has read: push, polls of active ids and the reconcile of the first page do that.
"""

from collections.abc import Callable

from app.api.client import MOST_TASKS, Api
from app.api.errors import ApiError
from app.core.bus import Bus
from app.core.events import Paused, Resumed
from app.core.keeper import Keeper
from app.core.records import Source, Task
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from app.hooks.refresher import Refresher
from app.ports import Ports


class OlderTasks:
    """Reads one more page at a time. ``total`` says how many tasks the server has, as far as it was told."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        api: Api,
        rules: PollingRules,
        keeper: Keeper[Task],
        *,
        total: Callable[[], int],
        paused: Callable[[], bool],
    ) -> None:
        self._api = api
        self._clock = ports.clock
        self._keeper = keeper
        self._total = total
        self._pages = 1
        self._ended = False
        self._refresher = Refresher(
            ports, RefreshSchedule(rules, ports.random), self._read, allowed=lambda: not paused()
        )
        self._subscriptions = (
            bus.subscribe(Paused, lambda _: self._refresher.rest()),
            bus.subscribe(Resumed, lambda _: self._resume()),
        )

    def want(self) -> None:
        """Read the next page, unless one is wished for already or the server has no more."""
        if not self._refresher.wished and not self._ended and len(self._keeper.collection) < self._total():
            self._refresher.want()

    def clear(self) -> None:
        """Begin with the second page again."""
        self._refresher.drop()
        self._pages = 1
        self._ended = False

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _resume(self) -> None:
        if self._refresher.wished:
            self._refresher.want()

    async def _read(self) -> None:
        """Read the page after what is known; new tasks push the pages along, so one may bring nothing new."""
        page = max(self._pages, len(self._keeper.collection) // MOST_TASKS)
        try:
            tasks, _ = await self._api.tasks(page=page)
        except ApiError as error:
            self._refresher.failed(error.retry_after_s)
            return
        self._refresher.granted()
        self._keeper.add(tasks, Source.POLL, self._clock.monotonic())
        self._pages = page + 1
        self._ended = not tasks
