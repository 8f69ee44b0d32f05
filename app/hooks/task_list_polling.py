"""Polling of the traditional tasks (R8 to R13)."""

from app.api.client import MOST_TASKS, Api
from app.core.bus import Bus
from app.core.events import TasksChanged
from app.core.records import Source, Task
from app.core.rules import CadenceRules, PollingRules
from app.core.status import Status
from app.core.sync_events import ReadList
from app.core.trust import Kind
from app.hooks.collection_polling import CollectionPolling, Reader
from app.hooks.delivery import Intake
from app.ports import Ports


class TaskReader:
    """Reads tasks: pages of 50, and single reads that answer ``pending`` for what the server has never known."""

    kind = Kind.TASKS
    most = MOST_TASKS
    paged = True

    def __init__(self, api: Api) -> None:
        self._api = api
        self.total = 0

    async def read_list(self, request: ReadList) -> tuple[list[Task], int]:
        """Return a page of tasks, and how many the server has on it, readable or not."""
        tasks, total = await self._api.tasks(page=request.page, size=request.limit, word=request.word)
        if request.word is None:
            self.total = total
        return tasks, max(len(tasks), min(request.limit, total - request.page * request.limit))

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
