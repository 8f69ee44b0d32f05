"""Polling of the ability tasks, and the callbacks when one completes (R23)."""

from collections.abc import Callable

from app.api.client import MOST_ABILITY_TASKS, Api
from app.core.bus import Bus
from app.core.completions import Completions, whole
from app.core.events import AbilityTasksChanged
from app.core.records import AbilityTask, Source
from app.core.rules import CadenceRules, PollingRules
from app.core.status import Status
from app.core.sync_events import ReadList
from app.core.trust import Kind
from app.hooks.collection_polling import CollectionPolling, Reader
from app.hooks.delivery import Intake
from app.ports import Ports

Callback = Callable[[AbilityTask], None]


def _nothing(_: AbilityTask) -> None:
    pass


class AbilityTaskReader:
    """Reads ability tasks: the newest 200, or one by id."""

    kind = Kind.ABILITY_TASKS
    most = MOST_ABILITY_TASKS
    paged = False

    def __init__(self, api: Api) -> None:
        self._api = api
        # Whether the server lists as many as it ever does, and so may have older ones (R36).
        self.cut = False

    async def read_list(self, request: ReadList) -> tuple[list[AbilityTask], int]:
        """Return the newest ability tasks, and how many were listed, readable or not."""
        tasks, listed = await self._api.ability_tasks(limit=request.limit)
        if request.limit == self.most:
            self.cut = listed >= request.limit
        return tasks, listed

    async def one(self, job_id: str) -> AbilityTask:
        """Return one ability task."""
        return await self._api.ability_task(job_id)


class AbilityTaskPolling(CollectionPolling[AbilityTask]):
    """Polls, and calls ``on_success`` or ``on_failure`` exactly once per task that completes while it is watched.

    A completion that came without its result, or without its error, is read at once; the callback has the whole.
    """

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        intake: Intake[AbilityTask],
        reader: Reader[AbilityTask],
        cadence: CadenceRules,
        rules: PollingRules,
    ) -> None:
        super().__init__(ports, bus, intake, reader, cadence, rules)
        self.on_success: Callback = _nothing
        self.on_failure: Callback = _nothing
        self.on_details = self._read
        self._completions = Completions()
        self._following = bus.subscribe(AbilityTasksChanged, self._changed)

    def clear(self) -> None:
        """Forget everything: nobody is signed in."""
        self._completions.clear()
        super().clear()

    def close(self) -> None:
        """Ask nothing more, and call back no more."""
        self._following.close()
        super().close()

    def _changed(self, event: AbilityTasksChanged) -> None:
        for change in event.batch.changes:
            task = change.record
            if not self._completions.take(change, loaded=self.loaded):
                continue
            if change.source is not Source.POLL and not whole(task):
                self.read_soon(task.id)
            else:
                self._call_back(task)
        self.replan()

    def _read(self, job_id: str) -> None:
        """The server was asked about a completed task; if it had nothing new, what is known is all there is."""
        task = self.intake.collection.get(job_id)
        if task is not None and self._completions.unreported(job_id):
            self._call_back(task)

    def _call_back(self, task: AbilityTask) -> None:
        self._completions.reported(task.id)
        if task.status is Status.SUCCEEDED:
            self.on_success(task)
        else:
            self.on_failure(task)
