"""The search for the task of a POST whose answer was lost, before anybody is offered to send again (R29).

The POST may have arrived: a second one would make a second job, which costs points. Refuses to send anything.
"""

from collections.abc import Callable

from app.core.newborn import Before, newborn
from app.core.records import AbilityTask, Source
from app.hooks.refresher import Pace, Refresher
from app.monitor import Monitor

# The server may still be at work on the POST when its answer is given up: one look is no proof.
LOOKS = 3
APART = Pace(apart_s=2.0)
NEWEST = 50


class LostAnswer:
    """One search at a time; ``concluded`` is called with the task, or with ``None`` when there is none."""

    def __init__(self, monitor: Monitor, ability_id: str, concluded: Callable[[AbilityTask | None], None]) -> None:
        self._monitor = monitor
        self._ability_id = ability_id
        self._concluded = concluded
        # What was known before the POST that is searched for; ``None`` while none is.
        self._before: Before | None = None
        # How many looks are left before the search gives up.
        self._left = 0
        self._refresher = Refresher(
            monitor.refresh_context, self._read, self._take, pace=APART, needed=lambda: self._before is not None
        )

    @property
    def searching(self) -> bool:
        """Whether a search is under way."""
        return self._before is not None

    def before(self) -> Before:
        """Return what is known now, to compare with after the POST."""
        monitor = self._monitor
        clock = monitor.api.server_clock
        told = clock.ahead_s is not None or not monitor.ability_task_polling.loaded
        since = monitor.server_now if told else None
        return Before(frozenset(monitor.ability_tasks.tasks.order), since)

    def search(self, before: Before) -> None:
        """Look for what came since; a server that cannot be reached is asked until it can."""
        self._before = before
        self._left = LOOKS
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
        found = newborn(tasks, self._ability_id, self._before) if self._before is not None else None
        if found is not None:
            self._conclude(found)
            monitor = self._monitor
            monitor.ability_tasks.intake.apply_listed([found], Source.INVOKE, monitor.ports.clock.monotonic())
        return found is not None

    def _conclude(self, found: AbilityTask | None) -> None:
        self._before = None
        self._concluded(found)
