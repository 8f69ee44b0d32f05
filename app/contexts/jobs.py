"""What any view needs to know of the jobs, from one place: of tasks (R22) and of ability tasks (R25).

Refuses to know where updates come from.
"""

from collections.abc import Mapping
from typing import Generic

from app.api.client import Api
from app.core.bus import Bus
from app.core.collection import AbilityTaskCollection, Collection, Counts, TaskCollection
from app.core.events import AbilityTasksChanged, Notified, TasksChanged
from app.core.records import AbilityTask, R, Source, Task
from app.hooks.delivery import Intake
from app.ports import Clock


class Jobs(Generic[R]):
    """The jobs of one kind."""

    def __init__(self, intake: Intake[R]) -> None:
        self.intake: Intake[R] = intake
        self.tasks: Collection[R] = intake.collection

    @property
    def counts(self) -> Counts:
        """How many are active, succeeded and failed."""
        return self.tasks.counts


class TaskSummary(Jobs[Task]):
    """The traditional tasks."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        collection = TaskCollection()
        super().__init__(Intake(collection, lambda batch: bus.publish(TasksChanged(batch))))
        self._stamped = collection.stamped
        self._clock = clock
        self._subscription = bus.subscribe(Notified, self._notified)

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def _notified(self, event: Notified) -> None:
        wall = self._clock.wall()
        updates = [self._stamped(item, wall) for item in event.notifications if isinstance(item, Task)]
        if updates:
            self.intake.apply(updates, Source.PUSH, self._clock.monotonic())


class AbilityTaskContext(Jobs[AbilityTask]):
    """The ability tasks, and the way to submit one."""

    def __init__(self, api: Api, bus: Bus, clock: Clock) -> None:
        super().__init__(Intake(AbilityTaskCollection(), lambda batch: bus.publish(AbilityTasksChanged(batch))))
        self._api = api
        self._clock = clock
        self._subscription = bus.subscribe(Notified, self._notified)

    async def submit(self, order: Mapping[str, object]) -> AbilityTask:
        """Submit an ability task; updates of it that overtook the answer are applied (R16). Raises ``ApiError``."""
        task = await self._api.submit_ability_task(order)
        self.intake.apply_listed([task], Source.INVOKE, self._clock.monotonic())
        return self.tasks.get(task.id) or task

    def active_of(self, ability_id: str) -> list[AbilityTask]:
        """Return the active tasks of one ability, newest first."""
        records = (self.tasks.get(job_id) for job_id in self.tasks.active)
        return [record for record in records if record is not None and record.ability_id == ability_id]

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def _notified(self, event: Notified) -> None:
        updates = [item for item in event.notifications if isinstance(item, AbilityTask)]
        if updates:
            self.intake.apply(updates, Source.PUSH, self._clock.monotonic())
