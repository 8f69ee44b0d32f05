"""The work that goes on around a page: jobs are submitted, move on and end, each at its time on the server's clock."""

from __future__ import annotations

import copy
import heapq
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final

from testkit.backend import TERMINAL
from testkit.scene import Scene

ABILITY: Final = "x"
KEPT_TASKS: Final = 20
KEPT_ABILITY_TASKS: Final = 40
OUTCOMES: Final = ("good",) * 17 + ("failed",) * 2 + ("cancelled",)
PUSHED_TO_ALL: Final = ("task.status", "ability-task.status", "wallet.points")
TICK_S: Final = 1e-6

Jobs = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The backend's database as it once was."""

    tasks: Jobs
    ability_tasks: Jobs
    logs: list[dict[str, Any]]
    points: tuple[int, int]
    refresh_tokens: frozenset[str]


class Work:
    """Plans what happens at the backend, and does it when its time has come."""

    def __init__(self, scene: Scene, dice: random.Random) -> None:
        self._scene = scene
        self._backend = scene.backend
        self._dice = dice
        self._plans: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._life = 0
        self.submitted = 0

    def plan(self, after_s: float, act: Callable[[], None]) -> None:
        """Do something so much later."""
        heapq.heappush(self._plans, (self._scene.clock.server() + after_s, next(self._order), act))

    async def run(self, seconds: float) -> None:
        """Let time pass on the page, and do what is planned meanwhile; what a sleeping page missed is done at once."""
        clock, world = self._scene.clock, self._scene.world
        until = clock.now + seconds
        while self._plans and (at := self._plans[0][0] - clock.server_offset) <= until:
            await world.advance(max(0.0, at - clock.now))
            heapq.heappop(self._plans)[2]()
        await world.advance(until - clock.now)

    # Jobs

    def submit(self, count_: int, within_s: float) -> None:
        """Plan so many submissions at random times."""
        for _ in range(count_):
            self.plan(self._dice.uniform(0.0, within_s), self._dice.choice((self.task, self.ability_task)))

    def task(self) -> None:
        """Begin a task, somewhere else."""
        self.submitted += 1
        self._live(self._backend.submit_task(self._dice.randint(1, 60)))

    def ability_task(self) -> None:
        """Begin an ability task, in another tab."""
        self.submitted += 1
        self._live(str(self._backend.submit_ability_task(ABILITY)["id"]))

    def adopt(self) -> None:
        """Let those live that the page itself submitted."""
        for job, task in self._backend.ability_tasks.items():
            if task["status"] == "queued" and "planned" not in task:
                self.submitted += 1
                self._live(job)

    def other_users(self, count_: int, within_s: float) -> None:
        """Plan so many events of other users' jobs, which the backend pushes to everybody."""
        for _ in range(count_):
            self.plan(self._dice.uniform(0.0, within_s), self._other_user)

    def flood(self, frames: int) -> None:
        """Push so many other jobs at once, so that whatever remembers a bounded number of them is full."""
        for socket in self._backend.sockets:
            socket.push(
                *(json.dumps({"type": kind, "payload": event}) for kind, event in map(self._other, range(frames)))
            )

    def _other_user(self) -> None:
        self._backend.send(*self._other())

    def _other(self, _: int = 0) -> tuple[str, dict[str, Any]]:
        job = f"foreign{self._dice.randrange(10**6)}"
        return self._dice.choice(PUSHED_TO_ALL), {"taskId": job, "status": "running", "balance": 7}

    def _live(self, job: str) -> None:
        """Plan a job's life: a wait, some steps, an end; seconds or minutes in all."""
        lasts_s = min(300.0, max(3.0, self._dice.lognormvariate(3.4, 0.9)))
        waits_s = min(60.0, self._dice.expovariate(1 / 3))
        steps = max(1, min(12, int(lasts_s / 6)))
        for step in range(steps):
            self.plan(
                waits_s + lasts_s * step / steps, partial(self._move, job, "running", 100 * step // steps, self._life)
            )
        self.plan(waits_s + lasts_s, partial(self._move, job, self._dice.choice(OUTCOMES), 100, self._life))
        if job in self._backend.ability_tasks:
            self._backend.ability_tasks[job]["planned"] = True

    def _move(self, job: str, word: str, progress: int, life: int) -> None:
        backend = self._backend
        self._scene.clock.server_offset += TICK_S
        task = backend.tasks.get(job) or backend.ability_tasks.get(job)
        if life != self._life or task is None or task["status"] in TERMINAL:
            return
        if job in backend.tasks:
            backend.move_task(job, {"good": "completed", "running": "processing"}.get(word, word), progress)
        else:
            backend.move_ability_task(job, {"good": "succeeded"}.get(word, word))

    @property
    def active(self) -> int:
        """How many jobs have not ended."""
        return sum(task["status"] not in TERMINAL for jobs in self._jobs for task in jobs.values())

    @property
    def _jobs(self) -> tuple[Jobs, Jobs]:
        return self._backend.tasks, self._backend.ability_tasks

    # The database

    def clean_up(self) -> set[str]:
        """Forget the oldest jobs that have ended, as a backend does now and then; their ids."""
        cleared: set[str] = set()
        for jobs, kept in zip(self._jobs, (KEPT_TASKS, KEPT_ABILITY_TASKS), strict=True):
            ended = [job for job, task in jobs.items() if task["status"] in TERMINAL]
            cleared.update(ended[:-kept])
        for jobs in self._jobs:
            for job in cleared & jobs.keys():
                del jobs[job]
        del self._backend.history[:-100]
        return cleared

    def checkpoint(self) -> Checkpoint:
        """Keep the database as it is."""
        it = self._backend
        return Checkpoint(
            copy.deepcopy(it.tasks),
            copy.deepcopy(it.ability_tasks),
            it.logs.copy(),
            (it.total, it.frozen),
            frozenset(it.refresh_tokens),
        )

    def restart(self, then: Checkpoint) -> set[str]:
        """Restart with an older database; return the ids of what has changed since, of which nobody is right."""
        it = self._backend
        changed = {
            job
            for now, before in zip(self._jobs, (then.tasks, then.ability_tasks), strict=True)
            for job in now.keys() | before.keys()
            if now.get(job) != before.get(job)
        }
        it.tasks, it.ability_tasks = copy.deepcopy(then.tasks), copy.deepcopy(then.ability_tasks)
        it.logs = then.logs.copy()
        it.total, it.frozen = then.points
        it.refresh_tokens &= then.refresh_tokens
        it.history.clear()
        self._life += 1
        for jobs in self._jobs:
            for job, task in jobs.items():
                if task["status"] not in TERMINAL:
                    self._live(job)
        return changed
