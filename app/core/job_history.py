"""What the server noted of a job, for admins (R38): its events with their reasons, and what became of its result.

Traditional tasks have events; of an ability task the record of its call says whether the result was stored and when its
callback address was called. All moments are the server's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_STANDSTILL = frozenset({"blocked", "failed"})
_BEGUN = frozenset({"created", "recreated"})


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event of a task: when (epoch s), what, and why, where that is known."""

    task_id: str
    kind: str
    at: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NotedStage:
    """A stage that the server noted: how long it took in seconds, or has taken so far while ``running``.

    ``seconds`` is ``None`` for what happened at a time that nobody noted.
    """

    name: str
    seconds: float | None = None
    running: bool = False


@dataclass(frozen=True, slots=True)
class JobHistory:
    """The notes on one job: the events of its last run, oldest first; of an ability task its result and callback."""

    events: tuple[HistoryEvent, ...] = ()
    stored: bool = False
    callback_begun: float | None = None
    callback_ended: float | None = None
    callback_error: str | None = None
    """Why the callback address did not take it."""

    @property
    def reason(self) -> str | None:
        """Why the job failed or stands still; nothing once it went on."""
        last = self.events[-1] if self.events else None
        return last.reason if last is not None and last.kind in _STANDSTILL else None

    @property
    def pending(self) -> bool:
        """Whether the callback address is being called."""
        return self.callback_begun is not None and self.callback_ended is None

    def stages(self, now: float) -> tuple[NotedStage, ...]:
        """Return the stages that were noted, at the server's time ``now``."""
        found: list[NotedStage] = []
        moments = {event.kind: event.at for event in self.events if event.at is not None}
        begun = next((moments[kind] for kind in ("recreated", "created") if kind in moments), None)
        started = moments.get("started")
        ended = next((moments[kind] for kind in ("succeeded", "failed") if kind in moments), None)
        if begun is not None and started is not None:
            found.append(NotedStage("waited", max(0.0, started - begun)))
            end = now if ended is None else ended
            found.append(NotedStage("ran", max(0.0, end - started), running=ended is None))
        if self.stored:
            found.append(NotedStage("stored"))
        if self.callback_begun is not None:
            end = now if self.callback_ended is None else self.callback_ended
            found.append(NotedStage("called_back", max(0.0, end - self.callback_begun), running=self.pending))
        return tuple(found)


def last_run(entries: Iterable[HistoryEvent], task_id: str) -> tuple[HistoryEvent, ...]:
    """Return a task's events of its last run, oldest first; ``entries`` are of all tasks, newest first."""
    found: list[HistoryEvent] = []
    for entry in entries:
        if entry.task_id == task_id:
            found.append(entry)
            if entry.kind in _BEGUN:
                break
    return tuple(reversed(found))
