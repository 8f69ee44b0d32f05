"""One executor at work: a queue and the workers that empty it."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable

from devserver.simulator.executors import Executor

Job = Callable[[], Awaitable[None]]
BrokeOff = Callable[[], None]

log = logging.getLogger(__name__)


class QueueFull(Exception):
    """The executor has as much work as it takes."""

    def __init__(self, executor: Executor, current: int) -> None:
        super().__init__(executor.id)
        self.executor = executor
        self.current = current


class Node:
    """Runs jobs in the order they came, ``executor.workers`` at a time.

    A job that raises is reported and brought to its end, and the next one runs.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.running = 0
        self._jobs: asyncio.Queue[tuple[int, Job, BrokeOff]] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self.waiting_prompts: dict[int, str] = {}
        """By number of the job, in the order in which they will be run."""
        self.running_prompts: dict[int, str] = {}
        self._workers: list[asyncio.Task[None]] = []

    @property
    def pending(self) -> int:
        """Jobs accepted and not begun."""
        return self._jobs.qsize()

    @property
    def occupied(self) -> int:
        """Running and waiting together: what the limit is about."""
        return self.running + self.pending

    def require_room(self) -> None:
        """Raise ``QueueFull`` unless one more job may be submitted."""
        if self.occupied >= self.executor.limit:
            raise QueueFull(self.executor, self.occupied)

    def submit(self, job: Job, broke_off: BrokeOff, prompt_id: str) -> None:
        """Take a job on, whatever the limit says; who has to respect it asks ``require_room`` first.

        ``broke_off`` brings the job to its end if it raises.
        """
        number = next(self._numbers)
        self.waiting_prompts[number] = prompt_id
        self._jobs.put_nowait((number, job, broke_off))

    def start(self) -> None:
        """Put the workers to work."""
        for index in range(self.executor.workers):
            self._workers.append(asyncio.create_task(self._work(), name=f"{self.executor.id}/{index}"))

    async def _work(self) -> None:
        while True:
            number, job, broke_off = await self._jobs.get()
            self.running += 1
            self.running_prompts[number] = self.waiting_prompts.pop(number)
            try:
                await job()
            except Exception:
                log.exception("a job on %s broke off", self.executor.id)
                self._give_up(broke_off)
            finally:
                self.running -= 1
                del self.running_prompts[number]

    def _give_up(self, broke_off: BrokeOff) -> None:
        try:
            broke_off()
        except Exception:
            log.exception("a job on %s could not even be ended", self.executor.id)

    async def close(self) -> None:
        """Stop at once. Jobs under way stay as the database knows them; the next start takes them up."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers.clear()
