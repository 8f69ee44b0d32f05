"""Typed publish and subscribe inside the page; a listener that raises harms nobody but itself (R21)."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

E = TypeVar("E")
Listener = Callable[[Any], None]


class Report(Protocol):
    """Called with what a listener raised."""

    def __call__(self, error: Exception) -> None:
        """Take the error."""


class Subscription:
    """One listener's place on the bus; closing it twice is as good as once."""

    def __init__(self, listeners: "dict[Subscription, None]", listener: Listener) -> None:
        self._listeners = listeners
        self.listener: Listener | None = listener

    def close(self) -> None:
        """Stop listening, to an event that is going round just now too."""
        self._listeners.pop(self, None)
        self.listener = None


class Bus:
    """Listeners by event type, called in the order in which they subscribed."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._listeners: dict[type, dict[Subscription, None]] = {}

    def __len__(self) -> int:
        return sum(len(listeners) for listeners in self._listeners.values())

    def subscribe(self, event_type: type[E], listener: Callable[[E], None]) -> Subscription:
        """Call ``listener`` with every event of exactly ``event_type`` until the subscription is closed."""
        listeners = self._listeners.setdefault(event_type, {})
        subscription = Subscription(listeners, cast(Listener, listener))
        listeners[subscription] = None
        return subscription

    def publish(self, event: object) -> None:
        """Give ``event`` to the listeners of its type; who subscribes meanwhile gets the next one."""
        for subscription in tuple(self._listeners.get(type(event), ())):
            if subscription.listener is not None:
                try:
                    subscription.listener(event)
                except Exception as error:  # noqa: BLE001  a listener may raise anything (R21)
                    self._report(error)
