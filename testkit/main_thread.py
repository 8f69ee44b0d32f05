"""The main thread of a page in memory: it can stand still, as a frozen page's does, and it can end."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from app.ports import Closable, Timers


class MainThread:
    """What comes to the page from outside goes through here: while it stands still, that waits."""

    def __init__(self) -> None:
        self._stands_still = self._ended = False
        self._waiting: deque[Callable[[], None]] = deque()

    @property
    def running(self) -> bool:
        """Whether the page does what it is called for."""
        return not (self._stands_still or self._ended)

    def run(self, callback: Callable[..., None], *arguments: object) -> None:
        """Call the page: now, or once it goes on."""
        if self.running:
            callback(*arguments)
        elif not self._ended:
            self._waiting.append(lambda: callback(*arguments))

    async def going(self) -> None:
        """Return once it goes on; of a page that has ended never."""
        if not self.running:
            goes_on: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.run(_settle, goes_on)
            await goes_on

    def freeze(self) -> None:
        """Stand still."""
        self._stands_still = True

    def thaw(self) -> None:
        """Go on, with all that has come meanwhile, in its order."""
        self._stands_still = False
        while self._waiting and self.running:
            self._waiting.popleft()()

    def end(self) -> None:
        """Do nothing more, ever: the page has crashed."""
        self._ended = True
        self._waiting.clear()


class PageTimers:
    """The timers of one page: they ring when it runs."""

    def __init__(self, timers: Timers, thread: MainThread) -> None:
        self._timers = timers
        self._thread = thread
        self.pending = 0

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Closable:
        return _PageTimer(self, self._timers, self._thread, deadline, callback)


class _PageTimer:
    """A timer that can still be closed after it was due, while its page stands still."""

    def __init__(
        self,
        owner: PageTimers,
        timers: Timers,
        thread: MainThread,
        deadline: float,
        callback: Callable[[], None],
    ) -> None:
        self._owner = owner
        self._callback: Callable[[], None] | None = callback
        self._timer = timers.call_at(deadline, lambda: thread.run(self._ring))
        owner.pending += 1

    def close(self) -> None:
        self._take()
        self._timer.close()

    def _ring(self) -> None:
        if (callback := self._take()) is not None:
            callback()

    def _take(self) -> Callable[[], None] | None:
        callback, self._callback = self._callback, None
        if callback is not None:
            self._owner.pending -= 1
        return callback


def _settle(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_result(None)
