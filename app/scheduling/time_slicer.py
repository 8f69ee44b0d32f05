"""Long work in slices, so that no single task of the page takes long enough to be felt."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from app.ports import Clock, Timers
from app.scheduling.deadline_timer import DeadlineTimer

T = TypeVar("T")

SLICE_S = 0.012


class TimeSlicer(Generic[T]):
    """Works through what is added, in order: as much as fits into a slice at once, the rest in slices to come.

    ``work`` takes one item; what it raises is its own affair.
    """

    def __init__(self, clock: Clock, timers: Timers, work: Callable[[T], None]) -> None:
        self._clock = clock
        self._work = work
        self._queue: deque[T] = deque()
        self._alarm = DeadlineTimer(timers, self._go_on)
        self._working = False

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, items: Iterable[T]) -> None:
        """Take more work."""
        waiting = bool(self._queue)
        self._queue.extend(items)
        if not waiting and not self._working:
            self._go_on()

    def clear(self) -> None:
        """Forget what waits."""
        self._queue.clear()
        self._alarm.set(None)

    def close(self) -> None:
        """Forget what waits, and work no more."""
        self.clear()
        self._alarm.close()

    def _go_on(self) -> None:
        until = self._clock.monotonic() + SLICE_S
        self._working = True
        try:
            while self._queue:
                self._work(self._queue.popleft())
                if self._clock.monotonic() >= until:
                    break
        finally:
            self._working = False
            self._alarm.set(self._clock.monotonic() if self._queue else None)
