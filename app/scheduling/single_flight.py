"""One piece of work at a time, shared by everybody who asks for it meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine


class SingleFlight:
    """The work is no caller's own task: one who gives up does not take it away from the others."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether there is work to join."""
        return self._task is not None

    async def join(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Begin ``work``, or join what is under way, and wait until it is over.

        Raises what the work raises; returns if it was cancelled.
        """
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(work())
            self._task.add_done_callback(self._over)
        task = self._task
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    def cancel(self) -> None:
        """Give up the work under way; whoever asks next begins anew. Work that calls this goes on to its end."""
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _over(self, task: asyncio.Task[None]) -> None:
        if self._task is task:
            self._task = None
        if not task.cancelled():
            task.exception()  # Its callers have it; without any, asyncio would report it as never retrieved.
