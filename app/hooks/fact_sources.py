"""Follows which update brought each fact of the jobs, while somebody is signed in (R38).

It is late: the monitor has it once it follows (``Monitor.fact_sources``).
"""

from app.core.bus import Bus
from app.core.collection import Collection
from app.core.events import AbilityTasksChanged, TasksChanged
from app.core.provenance import MOST_JOBS, Origins, Provenance
from app.core.records import AbilityTask, Task
from app.ports import Clock


class FactSources:
    """The origins of the facts of both kinds of jobs."""

    def __init__(
        self,
        clock: Clock,
        bus: Bus,
        tasks: Collection[Task],
        ability_tasks: Collection[AbilityTask],
    ) -> None:
        self._clock = clock
        self._provenance = Provenance()
        for collection in (tasks, ability_tasks):
            for job_id in reversed(collection.order[: MOST_JOBS // 2]):
                touch = collection.touched(job_id)
                if touch is not None:
                    self._provenance.known(job_id, touch)
        self._subscriptions = (
            bus.subscribe(TasksChanged, self._changed),
            bus.subscribe(AbilityTasksChanged, self._changed),
        )

    def origins(self, job_id: str) -> Origins | None:
        """Return where the facts of a job came from; ``None`` of a job that was not followed."""
        return self._provenance.origins(job_id)

    def close(self) -> None:
        """Follow nothing more."""
        for subscription in self._subscriptions:
            subscription.close()

    def _changed(self, event: TasksChanged | AbilityTasksChanged) -> None:
        batch = event.batch
        self._provenance.changed(batch.changes, batch.source, self._clock.monotonic())
        self._provenance.removed(batch.removed)
