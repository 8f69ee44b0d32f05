"""Says how updates reach the page, publishes when that changes by itself, and reports what push missed (R6, R32).

The rules are ``core.transport``'s; docs/decisions/half-open.md says why a poll that finds something is held against an
open socket.
"""

from collections.abc import Callable
from typing import Protocol

from app.core.bus import Bus
from app.core.events import AbilityTasksChanged, Paused, Resumed, TasksChanged, TransportChanged
from app.core.pause import PauseReasons
from app.core.transport import Name, Transport, push_missed
from app.ports import Ports
from app.scheduling.deadline_timer import DeadlineTimer


class Channel(Protocol):
    """What is asked of the realtime channel."""

    @property
    def up(self) -> bool:
        """Whether push is there."""

    @property
    def first_attempt(self) -> bool:
        """Whether it is connecting, and nothing has failed so far."""

    @property
    def last_frame_at(self) -> float:
        """When the connection opened or a frame last arrived, in monotonic seconds."""

    def missed(self) -> None:
        """A read found what push should have brought; whether that means anything the channel knows."""


class TransportStatus:
    """How updates reach this page."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        takeover_s: float,
        reasons: PauseReasons,
        channel: Channel,
        server_now: Callable[[], float],
    ) -> None:
        self._server_now = server_now
        self._clock = ports.clock
        self._bus = bus
        self._reasons = reasons
        self._channel = channel
        self._transport = Transport(takeover_s)
        # Rings when "connecting" gives way to "polling", with nothing else having happened.
        self._timer = DeadlineTimer(ports.timers, lambda: bus.publish(TransportChanged()))
        self._subscriptions = (
            bus.subscribe(Paused, self._pause),
            bus.subscribe(Resumed, self._resume),
            bus.subscribe(TasksChanged, self._changed),
            bus.subscribe(AbilityTasksChanged, self._changed),
        )

    @property
    def name(self) -> Name:
        """How updates reach the page, as ``data-podi-transport`` says it."""
        channel = self._channel
        return self._transport.name(
            self._reasons, self._clock.monotonic(), up=channel.up, first_attempt=channel.first_attempt
        )

    def close(self) -> None:
        """Say nothing by itself any more."""
        self._timer.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _pause(self, _: Paused) -> None:
        self._transport.pause()
        self._timer.set(self._transport.deadline)

    def _resume(self, _: Resumed) -> None:
        self._transport.resume(self._clock.monotonic())
        self._timer.set(self._transport.deadline)

    def _changed(self, event: TasksChanged | AbilityTasksChanged) -> None:
        silent_s = self._clock.monotonic() - self._channel.last_frame_at
        if push_missed(event.batch.source, event.batch.changes, self._server_now() - silent_s):
            self._channel.missed()
