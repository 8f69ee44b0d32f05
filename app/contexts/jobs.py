"""What any view needs to know of the jobs, from one place: of tasks (R22) and of ability tasks (R25).

Updates come in by ``hooks.delivery``, whoever brings them.
"""

from collections.abc import Mapping
from typing import Generic

from app.api.client import Api
from app.core.collection import Collection, Counts
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


class AbilityTaskContext(Jobs[AbilityTask]):
    """The ability tasks, and the way to submit one."""

    def __init__(self, intake: Intake[AbilityTask], api: Api, clock: Clock) -> None:
        super().__init__(intake)
        self._api = api
        self._clock = clock

    async def submit(self, order: Mapping[str, object]) -> AbilityTask:
        """Submit an ability task; updates of it that overtook the answer are applied (R16). Raises ``ApiError``."""
        task = await self._api.submit_ability_task(order)
        self.intake.apply_listed([task], Source.INVOKE, self._clock.monotonic())
        return self.tasks.get(task.id) or task

    def active_of(self, ability_id: str) -> list[AbilityTask]:
        """Return the active tasks of one ability, newest first."""
        records = (self.tasks.get(job_id) for job_id in self.tasks.active)
        return [record for record in records if record is not None and record.ability_id == ability_id]
