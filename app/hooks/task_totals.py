"""Asks the server how many tasks it has of each status, where the page does not know all of them (R36).

Refuses to ask more often than the list is read anew, and at all where every task is known.
"""

from collections.abc import Callable

from app.api.client import Api
from app.core.bus import Bus
from app.core.events import TasksChanged
from app.core.query import ACTIVE
from app.core.records import Task
from app.core.status import Status
from app.core.task_totals import TaskTotals
from app.hooks.delivery import Intake
from app.hooks.refresher import Pace, RefreshContext, Refresher

APART_S = 60.0


class TaskTotalsReader:
    """The totals while somebody looks at the list. ``total`` is how many tasks the server has, as far as it said."""

    def __init__(
        self, context: RefreshContext, bus: Bus, api: Api, intake: Intake[Task], total: Callable[[], int]
    ) -> None:
        self._api = api
        self._collection = intake.collection
        self._total = total
        self._totals = TaskTotals(intake.collection)
        # Whether the list is looked at.
        self._watched = False
        self._refresher = Refresher(
            context, self._read, self._take, pace=Pace(apart_s=APART_S), needed=lambda: self._needed
        )
        self._subscription = bus.subscribe(TasksChanged, lambda event: self._totals.note(event.batch.changes))

    @property
    def counts(self) -> dict[str, int] | None:
        """How many tasks of each status there are on the server; ``None`` if nobody knows."""
        if not self._incomplete:
            by = self._collection.by_status
            return {**{status.value: by[status] for status in Status}, ACTIVE: self._collection.active_count}
        counts = self._totals.counts
        return None if counts is None else dict(counts)

    def watch(self) -> None:
        """The list is looked at: ask soon, if there is anything to ask."""
        self._watched = True
        if self._incomplete:
            self._refresher.hint()

    def unwatch(self) -> None:
        """The list is not looked at any more."""
        self._watched = False

    def clear(self) -> None:
        """Forget the counts: another user may sign in."""
        self._refresher.cancel()
        self._totals.clear()

    def close(self) -> None:
        """Ask nothing more."""
        self._subscription.close()
        self._refresher.close()

    @property
    def _incomplete(self) -> bool:
        return self._total() > self._collection.on_server

    @property
    def _needed(self) -> bool:
        return self._watched and self._incomplete

    async def _read(self) -> tuple[list[tuple[Status, int]], int]:
        counted: list[tuple[Status, int]] = []
        for word, status in self._totals.words().items():
            tasks, number = await self._api.tasks(size=1, word=word)
            # A server that does not know the filter lists anything.
            if tasks and tasks[0].word.status is not status:
                return [], self._total()
            counted.append((status, number))
        return counted, self._total()

    def _take(self, answer: tuple[list[tuple[Status, int]], int]) -> None:
        self._totals.take(*answer)
