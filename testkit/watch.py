"""What must not happen on a page at any moment, whatever befalls it: seen as it happens."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.contexts.session import SignedOut
from app.core.collection import Change
from app.core.events import AbilityTasksChanged, Flush, TasksChanged
from app.core.status import Status
from testkit.scene import Scene

MOST_TIMERS = 30
SHORTEST_FLUSH_S = 0.5
ONE_AT_A_TIME = ("GET /api/ability-tasks", "GET /api/tasks")


class Watch:
    """Watches one scene until it is closed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._wrong: list[str] = []
        self._flushed_at: float | None = None
        self._ended: dict[str, Status] = {}
        self._begun_anew: set[str] = set()
        bus = scene.monitor.bus
        scene.world.http.on_request = self._asked
        self._subscriptions = (
            bus.subscribe(Flush, self._flushed),
            bus.subscribe(TasksChanged, lambda event: self._changed(event.batch.changes)),
            bus.subscribe(AbilityTasksChanged, lambda event: self._changed(event.batch.changes)),
            bus.subscribe(SignedOut, self._signed_out),
        )

    @property
    def wrong(self) -> list[str]:
        """What went wrong so far, or is wrong now (R2, R10, R15, R17, R20, R23)."""
        world = self._scene.world
        reported = Counter(task.id for task in (*self._scene.succeeded, *self._scene.failed))
        return [
            *self._wrong,
            *(repr(error) for error in world.errors),
            *(f"{job} was reported {times} times" for job, times in reported.items() if times > 1),
            *(
                f"{most} of {kind} at once"
                for kind in ONE_AT_A_TIME
                if (most := world.http.most_in_flight.get(kind, 0)) > 1
            ),
            *([f"{world.sockets.alive} sockets"] if world.sockets.alive > 1 else []),
            *([f"{world.timers.pending} timers"] if world.timers.pending > MOST_TIMERS else []),
        ]

    def forget(self, jobs: set[str]) -> None:
        """Keep no more of what was seen of jobs that are no longer anywhere."""
        for job in jobs & self._ended.keys():
            del self._ended[job]

    def begin_anew(self, job: str) -> None:
        """Take it for right that a job which has ended is open again: it was submitted under its id once more."""
        self._begun_anew.add(job)

    def close(self) -> None:
        """Watch no more."""
        for subscription in self._subscriptions:
            subscription.close()

    def _asked(self, method: str, path: str) -> None:
        by_the_user = path.startswith("/api/auth/") or method == "POST"
        if self._scene.monitor.paused and not by_the_user:
            self._wrong.append(f"{method} {path} while paused")

    def _flushed(self, _: Flush) -> None:
        now = self._scene.clock.now
        if self._flushed_at is not None and now - self._flushed_at < SHORTEST_FLUSH_S - 1e-9:
            self._wrong.append(f"a flush {now - self._flushed_at} s after the last")
        self._flushed_at = now

    def _changed(self, changes: tuple[Change[Any], ...]) -> None:
        for change in changes:
            job, status = change.record.id, change.record.status
            if job in self._ended and job not in self._begun_anew and not status.terminal:
                self._wrong.append(f"{job} was {self._ended[job]} and is {status}")
            if status.terminal:
                self._ended[job] = status

    def _signed_out(self, _: SignedOut) -> None:
        """Begin anew with the next session."""
        self._flushed_at = None
        self._ended.clear()
