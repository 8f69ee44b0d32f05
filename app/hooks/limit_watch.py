"""Watches the admins' limits (R44, R51): the newest calls of all abilities and the queues, while the page is in sight.

A hidden page asks for nothing (R17); on return both are read at once. A server without one of the routes cannot be
watched for what stands on it, and for the other it can.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.api.admin import AdminApi
from app.api.client import Api
from app.core.limits import QUEUE, Crossings, Limits, Reading, Step, failures_of, queues_of
from app.core.logs import LogPage
from app.core.queues import QueueSummary
from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import Pace, RefreshContext

PACE = Pace(every_s=30.0, apart_s=5.0)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is above its limit (in percent)."""

    reading: Reading
    limit: int


class LimitWatch:
    """Reads what the limits are about; ``crossed`` and ``cleared`` are called once for each crossing of one.

    ``limits`` returns those that are wanted now; ``changed`` is called when other alarms are on.
    """

    def __init__(
        self,
        context: RefreshContext,
        api: Api,
        *,
        limits: Callable[[], Limits],
        crossed: Callable[[Alarm], None],
        cleared: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._limits = limits
        self._crossed = crossed
        self._cleared = cleared
        self._changed = changed
        self._crossings = Crossings()
        # What is above its limit, by its key.
        self._alarms: dict[str, Alarm] = {}
        # What was wanted when it was last planned.
        self._planned = Limits()
        admin = AdminApi(api)
        self._calls: OptionalRead[LogPage] = OptionalRead(
            context,
            # Some of the newest calls may still run: as many again are asked for.
            lambda: admin.calls({}, limit=2 * limits().last),
            self._calls_read,
            pace=PACE,
            needed=lambda: limits().failures_on,
        )
        self._queues: OptionalRead[QueueSummary] = OptionalRead(
            context, api.queues, self._queues_read, pace=PACE, needed=lambda: limits().queue_on
        )
        self.plan()

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What is above its limit now."""
        return tuple(self._alarms.values())

    def plan(self) -> None:
        """Read what is wanted; forget what was seen of a limit that has changed: another limit is another crossing."""
        wanted, planned = self._limits(), self._planned
        if wanted == planned:
            return
        self._planned = wanted
        for key in self._crossings.keys:
            if not wanted.concern_alike(planned, key):
                self._forget(key)
        self._calls.request()
        self._queues.request()

    def close(self) -> None:
        """Watch no more."""
        self._calls.close()
        self._queues.close()

    def _calls_read(self) -> None:
        wanted, page = self._limits(), self._calls.value
        reading = None if page is None else failures_of(page.items, wanted.last)
        if reading is not None and wanted.failures_on:
            self._observe(reading, wanted.failures)

    def _queues_read(self) -> None:
        wanted, summary = self._limits(), self._queues.value
        readings = queues_of(summary.servers) if summary is not None and wanted.queue_on else []
        for reading in readings:
            self._observe(reading, wanted.queue)
        there = {reading.key for reading in readings}
        for key in [*self._alarms]:
            if key.startswith(QUEUE) and key not in there and summary is not None:
                # The executor was taken away, and its queue with it.
                self._forget(key)

    def _observe(self, reading: Reading, limit: int) -> None:
        step = self._crossings.observe(reading, limit)
        if step is Step.CLEARED:
            self._end(reading.key)
        elif self._crossings.above(reading.key):
            alarm = Alarm(reading, limit)
            if self._alarms.get(reading.key) != alarm:
                self._alarms[reading.key] = alarm
                self._changed()
            if step is Step.CROSSED:
                self._crossed(alarm)

    def _forget(self, key: str) -> None:
        self._crossings.forget(key)
        self._end(key)

    def _end(self, key: str) -> None:
        self._cleared(key)
        if self._alarms.pop(key, None) is not None:
            self._changed()
