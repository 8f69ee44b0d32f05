"""Several windows of one browser in memory, of which any may crash, stand still, be hidden, robbed or left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from testkit.backend import TERMINAL, MemoryBackend
from testkit.scene import Scene

LISTS = ("/api/tasks/v1?", "/api/ability-tasks?")
KEPT = 4
REPLAYED = 12
STEP_S = 0.2
QUIET_S = 300.0
BEFALLS = ("killed", "frozen", "hidden", "hidden, then frozen", "robbed", "left")
"""What may befall a window."""


class Windows:
    """The windows, their backend, and the work that goes on there."""

    def __init__(self, seed: int, count: int) -> None:
        self._count = count
        self.dice = Random(seed)
        self.pages: list[Scene] = []
        self.forgotten: set[str] = set()
        # How often windows that are no more had asked for the lists.
        self._asked_before = 0

    async def begin(self) -> Windows:
        """Open them all."""
        for _ in range(self._count):
            await self._open()
        return self

    async def _open(self) -> None:
        """Open a window: the first signs in, the others find the session. Each draws other numbers."""
        beside = self.pages[0] if self.pages else None
        page = Scene(beside=beside, seed=self.dice.randrange(2**32))
        if beside is None:
            page.backend.lifetime_s = 1e9
            page.clock.reading_s = 1e-6
            await page.begin()
        else:
            page.monitor.start()
            await page.run(0.5)
        page.monitor.share()
        self.pages.append(page)
        await page.run(0.5)

    @property
    def backend(self) -> MemoryBackend:
        """The backend of all."""
        return self.pages[0].backend

    async def run(self, seconds: float) -> None:
        """Let time pass."""
        await self.pages[0].run(seconds)

    async def close(self) -> None:
        """Sign out and close all, and see that nothing is left."""
        self.pages[0].monitor.session.sign_out()
        await self.run(0)
        assert (0, 0) == self.pages[0].world.group.open
        for page in self.pages:
            page.monitor.close()
        await self.run(0)
        assert {0} == {self.pages[0].world.timers.pending, *(page.world.sockets.alive for page in self.pages)}
        assert [] == [error for page in self.pages for error in page.world.errors]
        assert 1 == len(asyncio.all_tasks())

    # What happens to a window

    async def befall(self, page: Scene, kind: str) -> None:
        """Let a window be killed, frozen, hidden, robbed of the lock, or left for another page of its tab."""
        match kind:
            case "killed":
                if len(self.pages) == 1:
                    # There is always a window that knows the others' world.
                    await self._open()
                await self._crash(page)
            case "frozen":
                page.world.thread.freeze()
            case "hidden":
                page.world.page.hide()
            case "hidden, then frozen":
                page.world.page.hide()
                page.world.thread.freeze()
            case "left":
                page.world.page.hide()
                page.world.page.leave()
            case "robbed":
                for name, claims in page.world.group.claims.items():
                    if claims:
                        page.world.group.steal(name)

    async def recover(self, page: Scene, kind: str) -> None:
        """End what befell a window; in place of a killed one another is opened."""
        match kind:
            case "killed" if len(self.pages) < self._count:
                await self._open()
            case "frozen":
                page.world.thread.thaw()
            case "hidden":
                page.world.page.hide(False)
            case "hidden, then frozen":
                page.world.thread.thaw()
                page.world.page.hide(False)
            case "left":
                page.world.page.leave(False)
                page.world.page.hide(False)
                page.monitor.share()

    async def _crash(self, page: Scene) -> None:
        self._asked_before += asked(page)
        for socket in page.world.sockets.alive_sockets:
            self.backend.sockets.remove(socket)
        page.world.crash()
        page.monitor.close()
        self.pages.remove(page)
        await self.run(0)
        assert [] == page.world.errors

    # What is true of them

    @property
    def watching(self) -> list[Scene]:
        """The windows that are visible and run."""
        return [page for page in self.pages if page.world.thread.running and not page.world.page.hidden]

    @property
    def holder(self) -> Scene:
        """The window that holds; of several the one that runs."""
        holders = [page for page in self.pages if role(page) == "holder"]
        return max(holders, key=lambda page: page.world.thread.running)

    @property
    def settled(self) -> bool:
        """Whether one of the windows that are looked at holds, with the only socket of those that run."""
        return 1 == self.sockets == sum(role(page) == "holder" for page in self.watching)

    @property
    def sockets(self) -> int:
        """How many sockets the windows have that run."""
        return sum(page.world.sockets.alive for page in self.pages if page.world.thread.running)

    @property
    def asked(self) -> int:
        """How often the lists were asked for so far."""
        return self._asked_before + sum(map(asked, self.pages))

    def differences(self) -> list[dict[str, object]]:
        """What the windows that are looked at and the backend do not agree on; nothing if all is right."""
        return [found for page in self.watching if (found := page.losses(besides=self.forgotten))]

    async def until(self, condition: Callable[[], bool], within_s: float) -> float:
        """Let time pass until something holds; how many seconds it took, or more than ``within_s``."""
        took_s = 0.0
        while not condition() and took_s <= within_s:
            await self.run(STEP_S)
            took_s += STEP_S
        return took_s

    # Work

    def work(self) -> None:
        """Let a job begin, move on or end, and the backend forget old ones."""
        backend = self.backend
        backend.clock.server_offset += 1e-3
        active = [job for jobs in (backend.tasks, backend.ability_tasks) for job in jobs if self._active(job)]
        if len(active) < 2 or (len(active) < 4 and self.dice.random() < 0.4):
            if self.dice.random() < 0.5:
                backend.submit_task(self.dice.randint(1, 5))
            else:
                backend.submit_ability_task("x")
        else:
            job = self.dice.choice(active)
            if job in backend.tasks:
                backend.move_task(job, self.dice.choice(["processing", "completed", "failed"]), 50)
            else:
                backend.move_ability_task(job, self.dice.choice(["running", "succeeded", "failed"]))
        self._forget_old()

    def finish(self) -> None:
        """Let all jobs end."""
        for job in tuple(self.backend.tasks):
            if self._active(job):
                self.backend.move_task(job, "completed", 100)
        for job in tuple(self.backend.ability_tasks):
            if self._active(job):
                self.backend.move_ability_task(job, "succeeded")

    def _active(self, job: str) -> bool:
        task = self.backend.tasks.get(job) or self.backend.ability_tasks[job]
        return task["status"] not in TERMINAL

    def _forget_old(self) -> None:
        for jobs in (self.backend.tasks, self.backend.ability_tasks):
            ended = [job for job in jobs if not self._active(job)]
            for job in ended[:-KEPT]:
                del jobs[job]
                self.forgotten.add(job)
        del self.backend.history[:-REPLAYED]


def role(page: Scene) -> str:
    """The part of a window."""
    sharing = page.monitor.diagnostics()["sharing"]
    assert isinstance(sharing, dict)
    return str(sharing["role"])


def asked(page: Scene) -> int:
    """How often a window asked for the lists."""
    return sum(path.startswith(LISTS) for _, _, path in page.world.http.requests)
