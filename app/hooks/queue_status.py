"""The ComfyUI queues for admins (R30): gone on 403, said to be unavailable on failure, and tried again."""

from app.api.client import Api
from app.api.errors import ApiError
from app.core.events import AbilityTasksChanged, QueuesChanged
from app.core.queues import QueueSummary
from app.hooks.refresher import Pace, RefreshContext, Refresher

PACE = Pace(every_s=5.0, apart_s=2.0)


class QueueStatus:
    """Reads the queues while they are watched."""

    def __init__(self, context: RefreshContext, api: Api) -> None:
        self._demote = context.demote
        self.summary: QueueSummary | None = None
        # Whether a page shows the queues; they are read for nobody else.
        self._watched = False
        self._refresher = Refresher(
            context,
            api.queues,
            self._take,
            pace=PACE,
            needed=lambda: self._watched,
            changed=lambda: context.bus.publish(QueuesChanged()),
            forbidden=self._forbidden,
        )
        self._subscription = context.bus.subscribe(AbilityTasksChanged, lambda _: self._refresher.hint())

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self._refresher.failing

    def watch(self) -> None:
        """Read the queues from now on."""
        self._watched = True
        self._refresher.request()

    def unwatch(self) -> None:
        """Read them no more, because no page shows them."""
        self._watched = False
        self._refresher.cancel()

    def clear(self) -> None:
        """Forget what was read."""
        self.unwatch()
        self.summary = None

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()
        self._subscription.close()

    def _take(self, summary: QueueSummary) -> None:
        self.summary = summary

    def _forbidden(self) -> None:
        self.clear()
        self._demote()
