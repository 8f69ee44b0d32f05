"""The pages of the task list beyond the first, read as the user scrolls towards them.

Refuses to renew what it has read: push, polls of active ids and the reconcile of the first page do that.
"""

from collections.abc import Callable

from app.api.client import Api
from app.core.events import TasksChanged
from app.core.records import Source, Task
from app.hooks.delivery import Intake
from app.hooks.refresher import RefreshContext, Refresher


class OlderTasks:
    """Reads one more page at a time. ``total`` says how many tasks the server has, as far as it said."""

    def __init__(self, context: RefreshContext, api: Api, intake: Intake[Task], *, total: Callable[[], int]) -> None:
        self._api = api
        self._clock = context.ports.clock
        self._intake = intake
        self._total = total
        # How many pages have been read. New tasks push the others along, so that a page may bring nothing new.
        self._pages = 1
        # Whether the server's last page is known, whatever ``total`` says.
        self._complete = False
        # Whether the next page was asked for and has not come yet.
        self._wanted = False
        self._following = context.bus.subscribe(TasksChanged, self._changed)
        self._refresher = Refresher(context, self._read, self._take, needed=lambda: self._wanted)

    @property
    def complete(self) -> bool:
        """Whether the server has no older tasks than those that are known."""
        return self._complete or self._intake.collection.on_server >= self._total()

    @property
    def wanted(self) -> bool:
        """Whether a page was asked for and has not come yet."""
        return self._wanted

    @property
    def total(self) -> int:
        """How many tasks the server has, as far as it said."""
        return self._total()

    def want(self) -> None:
        """Read the next page, unless it was asked for already or the server has no more."""
        if not self._wanted and not self.complete:
            self._wanted = True
            self._refresher.request()

    def clear(self) -> None:
        """Begin with the second page again."""
        self._refresher.cancel()
        self._pages = 1
        self._complete = self._wanted = False

    def close(self) -> None:
        """Read nothing more."""
        self._following.close()
        self._refresher.close()

    async def _read(self) -> tuple[list[Task], float]:
        """Return the tasks of the page after what is known, and when they were asked for."""
        asked = self._clock.monotonic()
        tasks, _ = await self._api.tasks(page=self._pages)
        return tasks, asked

    def _take(self, answer: tuple[list[Task], float]) -> None:
        tasks, asked = answer
        self._wanted = False
        self._intake.apply_listed(tasks, Source.POLL, self._clock.monotonic(), asked)
        self._pages += 1
        self._complete = not tasks

    def _changed(self, event: TasksChanged) -> None:
        """Begin with the second page again when tasks were removed: what lay beyond a hole, perhaps (R12)."""
        if event.batch.removed:
            self._pages = 1
            self._complete = False
