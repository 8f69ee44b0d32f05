"""The way out: a flush goes first to the views, on the bus, then to the page's scripts, as the public events (R19).

Refuses to know when; ``hooks.delivery`` does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.bus import Bus
from app.core.events import (
    ABILITY_LOG_CREATED,
    ABILITY_TASK_STATUS,
    TASK_STATUS,
    WALLET_POINTS,
    Flush,
)
from app.ports import Ports
from app.scheduling.time_slicer import TimeSlicer
from app.wire.details import ability_task_detail, log_detail, task_detail, wallet_detail

REMOVED = "removed"
# So many events are one step of a slice: a few milliseconds, and then the clock is looked at.
STEP = 100

Key = tuple[str, object]
"""What changed: the public event it is dispatched as, or ``REMOVED``, and which job, move or log record it was."""

DETAILS: dict[str, Callable[[Any], dict[str, object]]] = {
    TASK_STATUS: lambda change: task_detail(change.record),
    ABILITY_TASK_STATUS: lambda change: ability_task_detail(change.record),
    WALLET_POINTS: wallet_detail,
    ABILITY_LOG_CREATED: log_detail,
}


class Publisher:
    """Publishes flushes and dispatches their events, a slice at a time."""

    def __init__(self, ports: Ports, bus: Bus) -> None:
        self._bus = bus
        self._target = ports.target
        self._dispatching: TimeSlicer[tuple[str, Sequence[Any]]] = TimeSlicer(ports.clock, ports.timers, self._dispatch)

    def publish(self, due: Mapping[Key, Any]) -> None:
        """Publish the latest of everything that changed since the last time."""
        by_name: dict[str, dict[Any, Any]] = {name: {} for name in (*DETAILS, REMOVED)}
        for (name, key), value in due.items():
            by_name[name][key] = value
        self._bus.publish(
            Flush(
                by_name[TASK_STATUS],
                by_name[ABILITY_TASK_STATUS],
                frozenset(by_name[REMOVED]),
                tuple(by_name[WALLET_POINTS].values()),
                tuple(by_name[ABILITY_LOG_CREATED].values()),
            )
        )
        for name in DETAILS:
            values = [*by_name[name].values()]
            self._dispatching.add((name, values[start : start + STEP]) for start in range(0, len(values), STEP))

    def clear(self) -> None:
        """Forget what waits to be dispatched: nobody is signed in."""
        self._dispatching.clear()

    def close(self) -> None:
        """Dispatch no more."""
        self._dispatching.close()

    def _dispatch(self, item: tuple[str, Sequence[Any]]) -> None:
        name, values = item
        self._target.dispatch(name, [DETAILS[name](value) for value in values])
