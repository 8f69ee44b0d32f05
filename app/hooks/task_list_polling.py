"""Polling of the traditional tasks (R8 to R13)."""

from app.api.client import MOST_TASKS, Api
from app.core.bus import Bus
from app.core.events import TasksChanged
from app.core.records import Source, Task
from app.core.rules import CadenceRules, PollingRules
from app.core.status import Status
from app.core.trust import Kind
from app.hooks.collection_polling import CollectionPolling, Reader
from app.hooks.delivery import Intake
from app.ports import Ports


class TaskReader:
    """Reads tasks: pages of 50, and single reads that answer ``pending`` for what the server has never known."""

    kind = Kind.TASKS
    most = MOST_TASKS

    def __init__(self, api: Api) -> None:
        self._api = api
        self.total = 0

    async def newest(self, limit: int) -> tuple[list[Task], bool]:
        """Return the newest tasks, and whether they are all there are."""
        tasks, self.total = await self._api.tasks(size=limit)
        return tasks, self.total <= len(tasks) < limit

    async def one(self, job_id: str) -> Task:
        """Return an update of one task."""
        return await self._api.task(job_id)


class TaskListPolling(CollectionPolling[Task]):
    """The polling of the task list."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        intake: Intake[Task],
        reader: Reader[Task],
        cadence: CadenceRules,
        rules: PollingRules,
    ) -> None:
        super().__init__(ports, bus, intake, reader, cadence, rules)
        self._following = bus.subscribe(TasksChanged, self._changed)

    def close(self) -> None:
        """Ask nothing more."""
        self._following.close()
        super().close()

    def _changed(self, event: TasksChanged) -> None:
        """Follow the active set; a task that has ended by push is read at once for its result."""
        if event.batch.source is Source.PUSH:
            for change in event.batch.changes:
                task = change.record
                if change.ended and task.status is Status.SUCCEEDED and task.result_url is None:
                    self.read_soon(task.id)
        self.replan()
