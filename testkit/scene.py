"""One page in a world in memory, its backend, and what has to be true of both when the dust has settled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Set
from typing import Any, TypeVar

from app.contexts.session import SignedOut
from app.core.events import AbilityTasksChanged
from app.core.records import AbilityTask
from app.core.status import Status, parse_status
from app.monitor import Monitor
from app.ports import Response
from app.settings import Settings
from testkit.backend import TERMINAL, MemoryBackend
from testkit.world import ManualClock, MemorySocket, MemoryWorld

E = TypeVar("E")

SETTLED_S = 130.0


class _Line:
    """What connects a world to a backend that is made after it."""

    backend: MemoryBackend

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        return self.backend.answer(method, path, headers, body)

    def connect(self, socket: MemorySocket) -> None:
        self.backend.connect(socket)


class Scene:
    """A monitor and everything around it."""

    def __init__(
        self,
        *,
        seed: int = 0,
        chance: Callable[[], float] | None = None,
        role: str = "admin",
        beside: Scene | None = None,
        locks: bool = True,
        **settings: Any,
    ) -> None:
        line = _Line()
        self.world: MemoryWorld = MemoryWorld(
            line, seed=seed, chance=chance, beside=beside.world if beside else None, locks=locks
        )
        self.backend: MemoryBackend = beside.backend if beside else MemoryBackend(self.world.clock, role=role)
        line.backend = self.backend
        self.world.sockets.on_text = self.backend.receive
        self.succeeded: list[AbilityTask] = []
        self.failed: list[AbilityTask] = []
        self._watched: set[str] = set()
        self._working: set[asyncio.Task[None]] = set()
        self.monitor = Monitor(
            self.world.ports, Settings(**settings), on_success=self.succeeded.append, on_failure=self.failed.append
        )
        self._subscriptions = [
            self.monitor.bus.subscribe(AbilityTasksChanged, self._watch),
            self.monitor.bus.subscribe(SignedOut, lambda _: self._watched.clear()),
        ]

    @property
    def clock(self) -> ManualClock:
        return self.world.clock

    def _watch(self, event: AbilityTasksChanged) -> None:
        self._watched.update(change.record.id for change in event.batch.changes if change.record.active)

    async def begin(self, settle_s: float = 1.0) -> Scene:
        """Start, sign in, and let the first reads end."""
        self.monitor.start()
        await self.monitor.session.sign_in("demo", "demo")
        await self.run(settle_s)
        return self

    def events(self, kind: type[E]) -> list[E]:
        """Return a list to which every event of a kind on the bus is added."""
        received: list[E] = []
        self._subscriptions.append(self.monitor.bus.subscribe(kind, received.append))
        return received

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Do something beside the passing of time, as a user does."""
        task = asyncio.get_running_loop().create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def run(self, seconds: float) -> None:
        """Let time pass."""
        await self.world.advance(seconds)

    def paths(self, since: float = 0.0) -> list[str]:
        """Return method and path, without its query, of the requests since a moment."""
        return [path.partition("?")[0] for path in self.world.http.paths(since)]

    def times(self, path: str, since: float = 0.0) -> list[float]:
        """Return when a path was asked for, in seconds since a moment."""
        return [
            round(at - since, 3) for at, _, asked in self.world.http.requests if asked.startswith(path) and at >= since
        ]

    @property
    def requests(self) -> int:
        return len(self.world.http.requests)

    def unplug(self, code: int = 1006) -> None:
        """Drop every socket and accept no other."""
        self.backend.accepts_sockets = False
        self.drop(code)

    def drop(self, code: int = 1006, reason: str = "") -> None:
        """Drop every socket."""
        sockets, self.backend.sockets = self.backend.sockets, []
        for socket in sockets:
            socket.drop(code, reason)

    def status(self, job: str) -> Status | None:
        """Return what the page thinks of a job."""
        task = self.monitor.summary.tasks.get(job) or self.monitor.ability_tasks.tasks.get(job)
        return task.status if task else None

    # What has to be true

    def truth(self) -> dict[str, Status]:
        """Return every job's status as the backend has it."""
        return {
            job: parse_status(str(task["status"]))
            for jobs in (self.backend.tasks, self.backend.ability_tasks)
            for job, task in jobs.items()
        }

    def shown(self) -> dict[str, Status]:
        """Return every job's status as the page has it."""
        records = (
            collection.get(job)
            for collection in (self.monitor.summary.tasks, self.monitor.ability_tasks.tasks)
            for job in collection.order
        )
        return {record.id: record.status for record in records if record is not None}

    def losses(self, besides: Set[str] = frozenset()) -> dict[str, object]:
        """Return what the page and its backend do not agree on; nothing if nothing was lost.

        Every state is the backend's, every ending was reported once, and the balance is the ledger's. ``besides`` are
        ids that the backend itself has lost.
        """
        truth, shown = self.truth(), self.shown()
        reported = Counter(task.id for task in (*self.succeeded, *self.failed))
        ended = {job: task["status"] for job, task in self.backend.ability_tasks.items() if task["status"] in TERMINAL}
        points = self.monitor.points.points
        owned, seen = (self.backend.total, self.backend.frozen), (points.total, points.frozen) if points else None
        lost = {
            "backend, page": {
                job: (truth.get(job), shown.get(job))
                for job in (truth.keys() | shown.keys()) - besides
                if truth.get(job) != shown.get(job)
            },
            "reported more than once": {job: times for job, times in reported.items() if times > 1},
            "not reported": {job for job in self._watched if job in ended} - reported.keys() - besides,
            "reported to have succeeded": {task.id for task in self.succeeded if ended.get(task.id) != "succeeded"}
            - besides,
            "points of the ledger, of the page": (owned, seen) if owned != seen else (),
            "errors": self.world.errors,
        }
        return {name: what for name, what in lost.items() if what}

    def assert_nothing_lost(self, besides: Set[str] = frozenset()) -> None:
        """See that page and backend agree."""
        assert {} == self.losses(besides)

    def forget(self, jobs: Set[str]) -> None:
        """Keep no more of what was reported of jobs that are no longer anywhere, in a scene that goes on for long."""
        self._watched -= jobs
        for reported in (self.succeeded, self.failed):
            reported[:] = [task for task in reported if task.id not in jobs]

    async def settle(self) -> None:
        """Let everything be healthy and quiet for a while, then see that nothing was lost."""
        self.backend.mend()
        await self.run(SETTLED_S)
        self.assert_nothing_lost()

    async def leave(self) -> None:
        """Sign out and close, and see that nothing is left behind."""
        self.monitor.session.sign_out()
        await self.world.settle()
        assert (0, 0) == (self.world.timers.pending, self.world.sockets.alive)
        await self.close()

    async def close(self) -> None:
        """Close, and see that nothing is left behind."""
        self.monitor.close()
        for subscription in self._subscriptions:
            subscription.close()
        await self.world.settle()
        assert {} == self.left()
        assert [] == self.world.errors

    def left(self) -> dict[str, int]:
        """Return what is still held; nothing once everything is closed."""
        held = {
            "timers": self.world.timers.pending,
            "sockets": self.world.sockets.alive,
            "page listeners": self.world.page.listeners,
            "store listeners": len(self.world.store.listeners.callbacks),
            "bus listeners": len(self.monitor.bus),
            "requests": self.world.http.in_flight,
            "coroutines": len(asyncio.all_tasks()) - 1,
        }
        return {name: count for name, count in held.items() if count}
