"""What ``core.sync`` reads of a collection; the simulation of many pages gives it less than a collection.

docs/decisions/sync.md says why.
"""

from collections.abc import Sequence
from typing import Protocol

from app.core.records import AbilityTask, Task


class Touched(Protocol):
    """When a job was last updated."""

    @property
    def at(self) -> float:
        """The moment, in monotonic seconds."""


class KnownJobs(Protocol):
    """The jobs that a page knows."""

    @property
    def active_count(self) -> int:
        """How many jobs are active."""

    @property
    def active(self) -> Sequence[str]:
        """The ids of the active jobs, newest first."""

    @property
    def standing(self) -> Sequence[str]:
        """The ids of the jobs that are blocked, or active under a word that nobody knows, newest first."""

    def was_listed(self, job_id: str) -> bool:
        """Return whether a list has held a job."""

    @property
    def order(self) -> Sequence[str]:
        """The ids of all jobs, newest first."""

    def get(self, job_id: str) -> Task | AbilityTask | None:
        """Return what is known of a job."""

    def touched(self, job_id: str) -> Touched | None:
        """Return when a job was last updated."""

    def positions(self) -> dict[str, int]:
        """Return how many newer jobs stand before an id in the server's list, as far as is known."""

    def seen(self, job_id: str) -> float | None:
        """Return when a job last gave a sign of life, in monotonic seconds."""
