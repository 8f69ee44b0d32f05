"""Polling of the traditional tasks (R8 to R13)."""

from app.api.client import MOST_TASKS, Api
from app.core.bus import Bus
from app.core.events import TasksChanged
from app.core.records import Source, Task
from app.core.status import Status
from app.hooks.collection_polling import CollectionPolling


class TaskReader:
    """Reads tasks: pages of 50, and single reads that answer ``pending`` for what the server has never heard of."""

    most = MOST_TASKS

    def __init__(self, api: Api) -> None:
        self._api = api
        self.total = 0

    async def newest(self, limit: int) -> tuple[list[Task], bool]:
        """Return the newest tasks, and whether they are all there are."""
        tasks, self.total = await self._api.tasks(size=limit)
        return tasks, self.total <= len(tasks) < limit

    async def one(self, job: str) -> Task:
        """Return news of one task."""
        return await self._api.task(job)


class TaskListPolling:
    """The polling of the task list."""

    def __init__(self, polling: CollectionPolling[Task], bus: Bus) -> None:
        self.polling = polling
        self._subscription = bus.subscribe(TasksChanged, self._changed)

    def clear(self) -> None:
        """Forget everything."""
        self.polling.clear()

    def close(self) -> None:
        """Ask nothing more."""
        self._subscription.close()
        self.polling.close()

    def _changed(self, event: TasksChanged) -> None:
        """Follow the active set; a task that push says is done is read at once for its result."""
        if event.batch.source is Source.PUSH:
            for change in event.batch.changes:
                task = change.record
                if change.ended and task.status is Status.SUCCEEDED and task.result_url is None:
                    self.polling.read_soon(task.id)
        self.polling.replan()
