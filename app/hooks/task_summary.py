"""The tasks and their counts, fed by events and polls (R22)."""

from dataclasses import replace

from app.core.bus import Bus
from app.core.collection import Counts, TaskCollection
from app.core.events import Notified, TasksChanged
from app.core.records import Source, Task
from app.hooks.delivery import Intake
from app.ports import Clock


class TaskSummary:
    """What any view needs to know of tasks."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._clock = clock
        self.tasks = TaskCollection()
        self.intake = Intake(self.tasks, lambda batch: bus.publish(TasksChanged(batch)))
        self._subscription = bus.subscribe(Notified, self._notified)

    @property
    def counts(self) -> Counts:
        """How many are active, succeeded and failed."""
        return self.tasks.counts

    def close(self) -> None:
        """Listen no more."""
        self._subscription.close()

    def _notified(self, event: Notified) -> None:
        news = [self._stamped(item) for item in event.notifications if isinstance(item, Task)]
        if news:
            self.intake.apply(news, Source.PUSH, self._clock.monotonic())

    def _stamped(self, news: Task) -> Task:
        """A frame does not say when a task ended; until the list does, the end is when we heard of it."""
        if not news.word.status.terminal or news.finished_at is not None:
            return news
        known = self.tasks.get(news.id)
        return replace(news, finished_at=self._clock.wall()) if known is not None and known.active else news
