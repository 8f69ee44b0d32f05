"""Long work in slices, so that no task of the page blocks it for long enough to be felt (docs/decisions/bursts.md)."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from app.ports import Clock, Timers
from app.scheduling.deadline_timer import DeadlineTimer

T = TypeVar("T")

# Less than a frame of the screen at 60 Hz (16.7 ms), with room for what the browser does in it.
SLICE_S = 0.012


class TimeSlicer(Generic[T]):
    """Works through added items in order: what fits into a slice at once, the rest in later slices.

    ``work`` takes one item. What it raises goes to whoever added the items, or to the timer; the rest still follows.
    ``slice_s`` is shorter where several work side by side: their slices may come in one task of the page. With none,
    each item has a slice of its own.
    """

    def __init__(self, clock: Clock, timers: Timers, work: Callable[[T], None], *, slice_s: float = SLICE_S) -> None:
        self._clock = clock
        self._slice_s = slice_s
        self._work = work
        self._queue: deque[T] = deque()
        self._timer = DeadlineTimer(timers, self._continue)
        # Inside a slice: work that adds items only queues them.
        self._working = False

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, items: Iterable[T]) -> None:
        """Add work."""
        waiting = bool(self._queue)
        self._queue.extend(items)
        if not waiting and not self._working:
            self._continue()

    def clear(self) -> None:
        """Drop what waits."""
        self._queue.clear()
        self._timer.set(None)

    def close(self) -> None:
        """Drop what waits, and take no more work."""
        self.clear()
        self._timer.close()

    def _continue(self) -> None:
        until = self._clock.monotonic() + self._slice_s
        self._working = True
        try:
            while self._queue:
                self._work(self._queue.popleft())
                if self._clock.monotonic() >= until:
                    break
        finally:
            self._working = False
            self._timer.set(self._clock.monotonic() if self._queue else None)
