"""Follows which update brought each fact of the jobs, while somebody is signed in (R38).

It is late, and nobody's part: whoever wants to know asks on the bus (``OriginsAsked``) and is answered at once, if
anybody follows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.bus import Bus
from app.core.collection import Collection
from app.core.events import AbilityTasksChanged, TasksChanged
from app.core.provenance import MOST_JOBS, Origins, Provenance
from app.core.records import AbilityTask, Task
from app.ports import Clock


@dataclass(frozen=True, slots=True)
class OriginsAsked:
    """On the bus: somebody wants to know where the facts of a job came from; ``answer`` is called if it is known."""

    job_id: str
    answer: Callable[[Origins], None]


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
            bus.subscribe(OriginsAsked, self._answer),
        )

    def close(self) -> None:
        """Follow nothing more."""
        for subscription in self._subscriptions:
            subscription.close()

    def _changed(self, event: TasksChanged | AbilityTasksChanged) -> None:
        batch = event.batch
        self._provenance.changed(batch.changes, batch.source, self._clock.monotonic())
        self._provenance.removed(batch.removed)

    def _answer(self, asked: OriginsAsked) -> None:
        origins = self._provenance.origins(asked.job_id)
        if origins is not None:
            asked.answer(origins)
