"""The running coroutines of one owner: referenced so that they are not collected, cancelled when the owner closes."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial

from app.ports import Report


class BackgroundTasks:
    """Runs coroutines beside the caller; one that raises is reported, and the others go on."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, work: Coroutine[object, object, None], then: Callable[[], None] | None = None) -> None:
        """Start ``work``; after ``close`` it is not started.

        ``then`` is called when it is done, failed or cancelled: work that is cancelled before its first step never
        reaches a ``finally`` of its own.
        """
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(partial(self._ended, then))

    def cancel(self) -> None:
        """Cancel what is running."""
        for task in tuple(self._running):
            task.cancel()

    def close(self) -> None:
        """Cancel what is running and start nothing more."""
        self._closed = True
        self.cancel()

    def _ended(self, then: Callable[[], None] | None, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
        if then is not None:
            then()
