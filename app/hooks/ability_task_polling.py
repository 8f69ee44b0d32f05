"""Polling of the ability tasks, and who is told when one ends (R23)."""

from collections.abc import Callable

from app.api.client import MOST_ABILITY_TASKS, Api
from app.core.bus import Bus
from app.core.completions import Completions
from app.core.events import AbilityTasksChanged
from app.core.records import AbilityTask, Source
from app.core.status import Status
from app.hooks.collection_polling import CollectionPolling

Callback = Callable[[AbilityTask], None]


class AbilityTaskReader:
    """Reads ability tasks: the newest 200, or one by id."""

    most = MOST_ABILITY_TASKS

    def __init__(self, api: Api) -> None:
        self._api = api

    async def newest(self, limit: int) -> tuple[list[AbilityTask], bool]:
        """Return the newest ability tasks, and whether they are all there are."""
        tasks, listed = await self._api.ability_tasks(limit=limit)
        return tasks, listed == len(tasks) < limit

    async def one(self, job: str) -> AbilityTask:
        """Return one ability task."""
        return await self._api.ability_task(job)


class AbilityTaskPolling:
    """Polls, and calls ``on_success`` or ``on_failure`` exactly once per task that ends while it is watched.

    An ending that came without its result, or without its error, is read at once; the callback has the whole.
    """

    def __init__(
        self, polling: CollectionPolling[AbilityTask], bus: Bus, *, on_success: Callback, on_failure: Callback
    ) -> None:
        self.polling = polling
        self._completions = Completions()
        self._on_success = on_success
        self._on_failure = on_failure
        polling.on_errand = self._read
        self._subscription = bus.subscribe(AbilityTasksChanged, self._changed)

    def clear(self) -> None:
        """Forget which tasks have ended."""
        self._completions.clear()
        self.polling.clear()

    def close(self) -> None:
        """Ask and tell nothing more."""
        self._subscription.close()
        self.polling.close()

    def _changed(self, event: AbilityTasksChanged) -> None:
        source = event.batch.source
        for change in event.batch.changes:
            task = change.record
            watched = change.before is not None or self.polling.loaded or source is Source.INVOKE
            if change.ended and not task.gone and watched:
                self._completions.completed(task.id)
            if not self._completions.unreported(task.id):
                continue
            if source is not Source.POLL and not _whole(task):
                self.polling.read_soon(task.id)
            else:
                self._tell(task)
        self.polling.replan()

    def _read(self, job: str) -> None:
        """The server was asked about an ended task; if it had nothing new, what is known is all there is."""
        task = self.polling.intake.collection.get(job)
        if task is not None and self._completions.unreported(job):
            self._tell(task)

    def _tell(self, task: AbilityTask) -> None:
        self._completions.reported(task.id)
        if task.status is Status.SUCCEEDED:
            self._on_success(task)
        else:
            self._on_failure(task)


def _whole(task: AbilityTask) -> bool:
    return (task.result if task.status is Status.SUCCEEDED else task.error) is not None
