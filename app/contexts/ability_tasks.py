"""What any view needs to know of ability tasks, from one place (R25)."""

from collections.abc import Mapping

from app.api.client import Api
from app.core.bus import Bus
from app.core.collection import AbilityTaskCollection, Counts
from app.core.events import AbilityTasksChanged, Notified
from app.core.records import AbilityTask, Source
from app.hooks.delivery import Intake
from app.ports import Clock


class AbilityTaskContext:
    """The ability tasks, and the way to submit one."""

    def __init__(self, api: Api, bus: Bus, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self.tasks = AbilityTaskCollection()
        self.intake = Intake(self.tasks, lambda batch: bus.publish(AbilityTasksChanged(batch)))
        self._subscription = bus.subscribe(Notified, self._notified)

    @property
    def counts(self) -> Counts:
        """How many are active, succeeded and failed."""
        return self.tasks.counts

    async def submit(self, order: Mapping[str, object]) -> AbilityTask:
        """Submit an ability task; updates of it that overtook the answer are applied (R16). Raises ``ApiError``."""
        task = await self._api.submit_ability_task(order)
        self.intake.apply_listed([task], Source.INVOKE, self._clock.monotonic())
        return self.tasks.get(task.id) or task

    def active_of(self, ability: str) -> list[AbilityTask]:
        """Return the active tasks of one ability, newest first."""
        records = (self.tasks.get(job) for job in self.tasks.active)
        return [record for record in records if record is not None and record.ability_id == ability]

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def _notified(self, event: Notified) -> None:
        news = [item for item in event.notifications if isinstance(item, AbilityTask)]
        if news:
            self.intake.apply(news, Source.PUSH, self._clock.monotonic())
