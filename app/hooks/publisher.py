"""The pace of the page: what was accepted reaches views and scripts at most twice a second (R19, R20).

One throttle for everything, so that there is one flush, however many kinds of news there are. Gathered frames are asked
for as long before a flush is due as it took to read those of the last one, so that reading makes no period longer.
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.core.bus import Bus
from app.core.collection import Change
from app.core.events import (
    ABILITY_LOG_CREATED,
    ABILITY_TASK_STATUS,
    TASK_STATUS,
    WALLET_POINTS,
    AbilityTasksChanged,
    Flush,
    LogNotice,
    NewsDue,
    NewsGathered,
    Notified,
    TasksChanged,
)
from app.core.points import WalletMove
from app.core.records import R
from app.core.throttle import Throttle
from app.ports import Ports
from app.scheduling.deadline_timer import DeadlineTimer
from app.scheduling.time_slicer import TimeSlicer
from app.wire.details import ability_task_detail, log_detail, task_detail, wallet_detail

REMOVED = "removed"
AT_ONCE = 100

Key = tuple[str, object]

DETAILS: dict[str, Callable[[Any], dict[str, object]]] = {
    TASK_STATUS: lambda change: task_detail(change.record),
    ABILITY_TASK_STATUS: lambda change: ability_task_detail(change.record),
    WALLET_POINTS: wallet_detail,
    ABILITY_LOG_CREATED: log_detail,
}


class Publisher:
    """Collects accepted news and flushes it: first to the views on the bus, then to the page's scripts."""

    def __init__(self, ports: Ports, bus: Bus, every_s: float) -> None:
        self._bus = bus
        self._target = ports.target
        self._clock = ports.clock
        self._throttle: Throttle[Key, Any] = Throttle(every_s)
        self._before: dict[Key, Any] = {}
        self._longest_lead_s = every_s / 2
        self._lead_s = self._reading_s = 0.0
        self._asked_at: float | None = None
        self._gathered = False
        self._holding = False
        self._alarm = DeadlineTimer(ports.timers, self._flush)
        self._dispatching: TimeSlicer[tuple[str, Sequence[Any]]] = TimeSlicer(ports.clock, ports.timers, self._dispatch)
        self._subscriptions = (
            bus.subscribe(
                TasksChanged, lambda event: self._changed(TASK_STATUS, event.batch.changes, event.batch.removed)
            ),
            bus.subscribe(
                AbilityTasksChanged,
                lambda event: self._changed(ABILITY_TASK_STATUS, event.batch.changes, event.batch.removed),
            ),
            bus.subscribe(Notified, self._notified),
            bus.subscribe(NewsGathered, self._news_gathered),
        )

    def offer_move(self, move: WalletMove) -> None:
        """Tell of a movement of the user's own points."""
        self._throttle.offer((WALLET_POINTS, (move.task_id, move.status)), move)
        self._plan()

    def clear(self) -> None:
        """Forget what waits: nobody is signed in."""
        self._throttle.clear()
        self._dispatching.clear()
        self._before.clear()
        self._asked_at = None
        self._gathered = False
        self._holding = False
        self._plan()

    def close(self) -> None:
        """Flush no more."""
        self._alarm.close()
        self._dispatching.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _changed(self, name: str, changes: tuple[Change[R], ...], removed: tuple[str, ...]) -> None:
        """Keep the latest of each job; what it was before is what the last flush told of it."""
        for change in changes:
            key = (name, change.record.id)
            before = self._before.setdefault(key, change.before)
            self._throttle.offer(
                key, change if change.before is before else Change(change.record, before, change.source)
            )
        for job in removed:
            self._throttle.offer((REMOVED, job), None)
        self._plan()

    def _notified(self, event: Notified) -> None:
        """Note log records; hold the flush until what a batch says of anything has been accepted."""
        for item in event.notifications:
            if isinstance(item, LogNotice):
                self._throttle.offer((ABILITY_LOG_CREATED, item.log_id), item)
        self._holding = self._holding or event.more or len(event.notifications) > 1
        if self._holding:
            self._alarm.set(None if event.more else self._clock.monotonic())
        else:
            self._plan()

    def _news_gathered(self, _: NewsGathered) -> None:
        self._gathered = True
        self._plan()

    def _plan(self) -> None:
        if self._holding:
            return
        now = self._clock.monotonic()
        deadline = self._throttle.opens(now) - self._lead_s if self._gathered else self._throttle.deadline(now)
        if deadline is not None and deadline <= now:
            self._flush()
        else:
            self._alarm.set(deadline)

    def _flush(self) -> None:
        now = self._clock.monotonic()
        if self._gathered and not self._holding:
            self._holding = True
            self._asked_at = now
            self._bus.publish(NewsDue())
            self._gathered = False
            return
        self._holding = False
        if self._asked_at is not None:
            self._reading_s += now - self._asked_at
            self._asked_at = None
        due = self._throttle.take(now)
        if due:
            self._lead_s, self._reading_s = min(self._reading_s, self._longest_lead_s), 0.0
        self._plan()
        if not due:
            return
        self._before.clear()
        told: dict[str, dict[Any, Any]] = {name: {} for name in (*DETAILS, REMOVED)}
        for (name, key), value in due.items():
            told[name][key] = value
        self._bus.publish(
            Flush(
                told[TASK_STATUS],
                told[ABILITY_TASK_STATUS],
                frozenset(told[REMOVED]),
                tuple(told[WALLET_POINTS].values()),
                tuple(told[ABILITY_LOG_CREATED].values()),
            )
        )
        for name in DETAILS:
            values = [*told[name].values()]
            self._dispatching.add((name, values[start : start + AT_ONCE]) for start in range(0, len(values), AT_ONCE))

    def _dispatch(self, item: tuple[str, Sequence[Any]]) -> None:
        name, values = item
        self._target.dispatch(name, [DETAILS[name](value) for value in values])
