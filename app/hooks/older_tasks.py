"""The pages of the task list beyond the first, read as the user scrolls towards them.

Refuses to renew what it has read: push, polls of active ids and the reconcile of the first page do that.
"""

from collections.abc import Callable

from app.api.client import MOST_TASKS, Api
from app.api.errors import ApiError
from app.core.keeper import Keeper
from app.core.records import Source, Task
from app.ports import World
from app.scheduling.background import Background


class OlderTasks:
    """Reads one more page at a time."""

    def __init__(self, world: World, api: Api, keeper: Keeper[Task], total: Callable[[], int]) -> None:
        self._api = api
        self._clock = world.clock
        self._keeper = keeper
        self._total = total
        self._background = Background(world.report)
        self._reading = False
        self._pages = 1
        self._ended = False

    def want(self) -> None:
        """Read the next page, unless one is being read or the server has no more."""
        if not self._reading and not self._ended and len(self._keeper.collection) < self._total():
            self._reading = True
            self._background.spawn(self._read())

    def clear(self) -> None:
        """Begin with the second page again."""
        self._background.cancel()
        self._reading = False
        self._pages = 1
        self._ended = False

    def close(self) -> None:
        """Read nothing more."""
        self._background.close()

    async def _read(self) -> None:
        """Read the page after what is known; new tasks push the pages along, so one may bring nothing new."""
        page = max(self._pages, len(self._keeper.collection) // MOST_TASKS)
        try:
            tasks, _ = await self._api.tasks(page=page)
        except ApiError:
            return
        finally:
            self._reading = False
        self._keeper.add(tasks, Source.POLL, self._clock.monotonic())
        self._pages = page + 1
        self._ended = not tasks
