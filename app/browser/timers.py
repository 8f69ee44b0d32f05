"""Timers: any number of them on one ``setTimeout`` and one proxy.

They are kept by deadline: the browser delays the timeouts of a hidden tab, and whatever is due by then rings then. Why
a timer never rings early: docs/decisions/timers.md.
"""

import heapq
from collections.abc import Callable
from itertools import count
from math import ceil

import js
from pyodide.ffi import JsDoubleProxy, create_proxy

from app.ports import Clock, Report

# A timeout of more than 2^31 - 1 ms would ring at once; one that rings too early is set again.
LONGEST_MS = 2_000_000_000
# The queue is rebuilt without closed timers once it is longer than twice the waiting ones and this.
CLOSED_KEPT = 16


class Timer:
    """One entry in the queue."""

    def __init__(self, timers: "BrowserTimers", callback: Callable[[], None]) -> None:
        self._timers = timers
        self.callback: Callable[[], None] | None = callback

    def close(self) -> None:
        """Cancel the timer."""
        if self.callback is not None:
            self.callback = None
            self._timers.forget_one()


class BrowserTimers:
    """All timers of the page."""

    def __init__(self, clock: Clock, report: Report) -> None:
        self._clock = clock
        self._report = report
        # A heap by deadline, then by order of calls; closed timers are in it until they come up.
        self._queue: list[tuple[float, int, Timer]] = []
        self._order = count()
        # Timers that neither rang nor were closed.
        self._pending = 0
        # The browser's timeout, and the deadline it is set for.
        self._handle: int | None = None
        self._set_for: float | None = None
        # Whether timers ring: the next is set after all of them.
        self._ringing = False
        self._proxy: JsDoubleProxy[Callable[[], None]] | None = create_proxy(self._ring)

    @property
    def pending(self) -> int:
        """How many timers are waiting."""
        return self._pending

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Call back once at ``deadline``, in monotonic seconds."""
        timer = Timer(self, callback)
        heapq.heappush(self._queue, (deadline, next(self._order), timer))
        self._pending += 1
        if not self._ringing:
            self._arm()
        return timer

    def forget_one(self) -> None:
        """Count one timer less: it was closed before its deadline."""
        self._pending -= 1
        if not self._pending:
            self._queue.clear()
            self._disarm()
        elif len(self._queue) > 2 * self._pending + CLOSED_KEPT:
            self._queue = [entry for entry in self._queue if entry[2].callback is not None]
            heapq.heapify(self._queue)

    def close(self) -> None:
        """Cancel all timers, for good."""
        self._queue.clear()
        self._pending = 0
        self._disarm()
        if self._proxy is not None:
            self._proxy.destroy()
            self._proxy = None

    def _arm(self) -> None:
        while self._queue and self._queue[0][2].callback is None:
            heapq.heappop(self._queue)
        if not self._queue or self._proxy is None:
            self._disarm()
            return
        deadline = self._queue[0][0]
        if self._handle is not None and self._set_for is not None and self._set_for <= deadline:
            return
        self._disarm()
        wait_ms = (deadline - self._clock.monotonic()) * 1000
        self._set_for = deadline
        self._handle = js.setTimeout(self._proxy, ceil(min(max(wait_ms, 0), LONGEST_MS)))

    def _disarm(self) -> None:
        if self._handle is not None:
            js.clearTimeout(self._handle)
            self._handle = None
            self._set_for = None

    def _ring(self) -> None:
        self._handle = None
        self._set_for = None
        now = self._clock.monotonic()
        due = []
        while self._queue and self._queue[0][0] <= now:
            due.append(heapq.heappop(self._queue)[2])
        self._ringing = True
        try:
            for timer in due:
                self._ring_one(timer)
        finally:
            self._ringing = False
            self._arm()

    def _ring_one(self, timer: Timer) -> None:
        callback, timer.callback = timer.callback, None
        if callback is None:
            return
        self._pending -= 1
        try:
            callback()
        except Exception as error:  # noqa: BLE001  one timer's fault must not stop the others
            self._report(error)
