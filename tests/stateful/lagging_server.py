"""A server whose lists lag behind its truth and whose clock is its own, as machines of this folder have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.records import Task, Word
from app.core.status import Status


def word_of(status: Status) -> str:
    """Return the server's word for a status."""
    return "pending" if status is Status.QUEUED else status.value


@dataclass(frozen=True, slots=True)
class State:
    """What the server says of a job: its status, since when by the server's clock, and when it ended."""

    status: Status
    at: float
    finished_at: float | None = None


class LaggingServer:
    """Its jobs by id, now and before. Moments are the page's monotonic seconds; its own clock is ahead of them."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self._ahead_s = ahead_s
        self._past: list[tuple[float, dict[str, State]]] = [(0.0, {})]
        # No list is older than the one before it.
        self._listed_up_to = 0.0

    @property
    def ids(self) -> list[str]:
        """The ids of all its jobs, the oldest first."""
        return sorted(self.jobs)

    def __contains__(self, job_id: str) -> bool:
        return job_id in self.jobs

    def __getitem__(self, job_id: str) -> Status:
        return self.jobs[job_id].status

    @property
    def jobs(self) -> dict[str, State]:
        """The truth."""
        return self._past[-1][1]

    def clock(self, now: float) -> float:
        """Return what the server's clock says."""
        return now + self._ahead_s

    def move(self, job_ids: Iterable[str], status: Status, now: float) -> None:
        """Let jobs stand somewhere from now on; those that are not there are submitted."""
        at = self.clock(now)
        state = State(status, at, at if status.terminal else None)
        self._become({**self.jobs, **dict.fromkeys(job_ids, state)}, now)

    def lose(self, job_id: str, now: float) -> None:
        """Have a job no longer: it was deleted, or the server was restored."""
        self._become({other: state for other, state in self.jobs.items() if other != job_id}, now)

    def clear(self, now: float) -> None:
        """Have the jobs of another user, who has none, and never had."""
        self._past = [(now, {})]

    def _become(self, jobs: dict[str, State], now: float) -> None:
        self._past.append((now, jobs))

    def lagging(self, now: float, lag_s: float) -> dict[str, State]:
        """Return what a list says that is asked for now and lags behind; not further than the one before it."""
        self._listed_up_to = max(self._listed_up_to, now - lag_s)
        return next((jobs for at, jobs in reversed(self._past) if at <= self._listed_up_to), self._past[0][1])


def as_listed(job_id: str, state: State) -> Task:
    """Return a job as a list has it."""
    word = Word(state.status, word_of(state.status), None, state.at)
    return Task(id=job_id, dated=word, created_at=1.0 + int(job_id), finished_at=state.finished_at)


def as_read(job_id: str, state: State, *, dated: bool) -> Task:
    """Return a job as a frame or a single read has it, which for tasks carries no time."""
    word = Word(state.status, word_of(state.status), None, state.at if dated else None)
    return Task(id=job_id, dated=word) if dated else Task(id=job_id, undated=word)
