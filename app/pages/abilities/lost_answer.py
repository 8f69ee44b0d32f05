"""The search for the task of a POST whose answer was lost, before anybody is offered to send again (R29).

The POST may have arrived: a second one would make a second job, which costs points. Refuses to send anything.
"""

from collections.abc import Callable

from app.core.lost_answer import NEWEST, SEARCHES, SEARCHES_APART_S, Before, made_since
from app.core.records import AbilityTask, Source
from app.hooks.refresher import Pace, Refresher
from app.monitor import Monitor

APART = Pace(apart_s=SEARCHES_APART_S)


def known_before(monitor: Monitor) -> Before:
    """Return what is known now, to compare with after the POST of an ability task.

    Without a list, all that the server has would be new: then even the device's clock is better than none.
    """
    clock_known = monitor.api.server_clock.ahead_s is not None
    since = monitor.server_now if clock_known or not monitor.ability_task_polling.loaded else None
    return Before(frozenset(monitor.ability_tasks.tasks.order), since)


class LostAnswer:
    """One search at a time; ``concluded`` is called with the task, or with ``None`` when there is none."""

    def __init__(self, monitor: Monitor, ability_id: str, concluded: Callable[[AbilityTask | None], None]) -> None:
        self._monitor = monitor
        self._ability_id = ability_id
        self._concluded = concluded
        # What was known before the POST that is searched for; ``None`` while none is.
        self._before: Before | None = None
        # How many searches are left before it gives up.
        self._left = 0
        self._refresher = Refresher(
            monitor.refresh_context, self._read, self._take, pace=APART, needed=lambda: self._before is not None
        )

    @property
    def searching(self) -> bool:
        """Whether a search is under way."""
        return self._before is not None

    def search(self, before: Before) -> None:
        """Look for what came since; a server that cannot be reached is asked until it can."""
        self._before = before
        self._left = SEARCHES
        self._refresher.request()

    def check(self) -> None:
        """See whether the task has come by itself, by push or poll."""
        tasks = self._monitor.ability_tasks.tasks
        self._find([task for task in map(tasks.get, tasks.order[:NEWEST]) if task is not None])

    def close(self) -> None:
        """Search no more."""
        self._before = None
        self._refresher.close()

    async def _read(self) -> list[AbilityTask]:
        tasks, _ = await self._monitor.api.ability_tasks(limit=NEWEST)
        return tasks

    def _take(self, tasks: list[AbilityTask]) -> None:
        if self._find(tasks):
            return
        self._left -= 1
        if self._left > 0:
            self._refresher.request()
        else:
            self._conclude(None)

    def _find(self, tasks: list[AbilityTask]) -> bool:
        found = made_since(tasks, self._ability_id, self._before) if self._before is not None else None
        if found is not None:
            self._conclude(found)
            monitor = self._monitor
            monitor.ability_tasks.intake.apply_listed([found], Source.INVOKE, monitor.ports.clock.monotonic())
        return found is not None

    def _conclude(self, found: AbilityTask | None) -> None:
        self._before = None
        self._concluded(found)
