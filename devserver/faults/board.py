"""The switchboard: what is armed, how often it struck, and the sockets that are open."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from devserver.faults import places
from devserver.faults.order import Occasion, Order
from devserver.faults.sockets import LiveSocket
from devserver.faults.wire import Wire, abort

REMEMBERED = 200


class Armed:
    """One order that is in force, or was."""

    def __init__(self, number: int, order: Order, monotonic: Callable[[], float]) -> None:
        self.number = number
        self.order = order
        self.fired = 0
        self._monotonic = monotonic
        self._left = order.times
        self._to_pass = order.after
        self._struck = asyncio.Event()
        self._deadline = None if order.seconds is None else monotonic() + order.seconds

    @property
    def live(self) -> bool:
        """Whether it can still strike."""
        return self._left != 0 and (self._deadline is None or self._monotonic() < self._deadline)

    def about(self, at: Occasion, method: str, path: str, socket: int | None, frame: str) -> bool:
        """Whether this is its occasion."""
        order = self.order
        return (
            order.at == at
            and order.method in {None, method}
            and (order.path is None or places.matches(order.path, path))
            and order.socket in {None, socket}
            and (order.containing is None or order.containing in frame)
        )

    def strikes(self) -> bool:
        """Count an occasion; answers whether it is one to strike on."""
        if not self.live:
            return False
        if self._to_pass:
            self._to_pass -= 1
            return False
        self.fired += 1
        self._struck.set()
        if self._left is not None:
            self._left -= 1
        return True

    async def reached(self, times: int) -> None:
        """Return once it has struck so often; never, if it never does."""
        while self.fired < times:
            self._struck.clear()
            await self._struck.wait()

    def struck_now(self, times: int) -> None:
        """It happened at once and is over."""
        self.fired, self._left = times, 0

    def shown(self) -> dict[str, Any]:
        """As the interface lists it."""
        left_s = None if self._deadline is None else max(0.0, round(self._deadline - self._monotonic(), 3))
        return {
            "id": self.number,
            "order": self.order.model_dump(exclude_unset=True) | {"fault": self.order.fault, "at": self.order.at},
            "armed": self.live,
            "fired": self.fired,
            "left": self._left,
            "secondsLeft": left_s,
        }


class Board:
    """Everything armed, in order of arming. Used from the event loop's thread alone."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._numbers = itertools.count(1)
        self._armed: dict[int, Armed] = {}
        self.sockets: dict[int, LiveSocket] = {}
        self.carried: set[Wire] = set()
        """The connections of the requests and sockets under way."""

    def arm(self, order: Order) -> Armed:
        """Put an order in force; of those that are over, only so many are remembered."""
        over = [armed.number for armed in self._armed.values() if not armed.live]
        for number in over[: max(0, len(over) - REMEMBERED + 1)]:
            del self._armed[number]
        armed = Armed(next(self._numbers), order, self._monotonic)
        self._armed[armed.number] = armed
        return armed

    def disarm(self, number: int) -> Armed | None:
        """Take one back; answers it, or ``None`` if there is none of that number."""
        return self._armed.pop(number, None)

    def find(self, number: int) -> Armed | None:
        """One of those that were armed since the last clearing."""
        return self._armed.get(number)

    def striking(
        self, at: Occasion, method: str, path: str, socket: int | None = None, frame: str = ""
    ) -> Iterator[Order]:
        """The orders that strike on this occasion; each is counted when it is reached."""
        for armed in list(self._armed.values()):
            if armed.about(at, method, path, socket, frame) and armed.strikes():
                yield armed.order

    def aimed_at(self, order: Order) -> list[LiveSocket]:
        """The open sockets that an order for now is about."""
        return [
            live
            for live in self.sockets.values()
            if live.usable
            and order.socket in {None, live.number}
            and (order.path is None or places.matches(order.path, live.path))
        ]

    def clear(self) -> None:
        """Disarm everything, let swallowed sockets speak again, and end what would never end by itself."""
        self._armed.clear()
        for live in self.sockets.values():
            live.swallowing = False
        for wire in list(self.carried):
            if wire.stuck:
                abort(wire)

    def shown(self) -> list[dict[str, Any]]:
        """Everything armed since the last clearing."""
        return [armed.shown() for armed in self._armed.values()]
