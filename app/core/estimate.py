"""Why a job waits, and for how long still (R47): from its place, and from how long its like took.

The range goes from the median to the third quartile of the last twenty of that ability on that executor. It is shown
only with five of them, and only while ranges like it have held: of the jobs that ended in this visit, as many as
``TRUSTED`` within the range that the jobs before them would have given. docs/decisions/estimates.md says how well that
works. Refuses to guess where nothing is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from app.core.records import AbilityTask, Record, Task
from app.core.status import Status

SAMPLES = 20
LEAST_SAMPLES = 5
TRUSTED = 0.7

Job = Task | AbilityTask
Sample = tuple[float, float]
"""When a job ended (epoch seconds), and how long it took (seconds)."""


class Reason(StrEnum):
    """What a job waits for."""

    PLACE = "place"
    OWN_JOBS = "own-jobs"
    NEXT = "next"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Range:
    """From the median to the third quartile, in seconds."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Why a job has not ended, and what is to be expected.

    ``ahead`` is how many jobs come first, ``place`` the job's place among those that wait, from 1, where it is known.
    ``left`` is how long until it begins or, if it is running, ends; ``None`` where nobody can say. ``longer`` if it has
    been running for longer than its like. ``starts`` if ``left`` is until it begins.
    """

    reason: Reason
    ahead: int = 0
    place: int | None = None
    left: Range | None = None
    longer: bool = False
    starts: bool = False


@dataclass(frozen=True, slots=True)
class QueuePlaces:
    """The prompts on one executor: those that run, and those that wait, the next one first."""

    running: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def place(self, prompt_id: str) -> tuple[int, int] | None:
        """Return a prompt's place among those that wait, from 1, and how many run; ``None`` if it does not wait."""
        if prompt_id not in self.waiting:
            return None
        return self.waiting.index(prompt_id) + 1, len(self.running)


def service_s(record: Record) -> float | None:
    """Return how long a job took from its beginning; of a task, whose beginning nobody knows, from its submission."""
    begun = record.created_at
    if isinstance(record, AbilityTask):
        if record.duration_ms is not None:
            return record.duration_ms / 1000
        begun = record.started_at
    if begun is None or record.finished_at is None or record.finished_at < begun:
        return None
    return record.finished_at - begun


def alike(record: Job, other: Job) -> bool:
    """Whether two jobs are of the same sort: the same ability on the same executor, or the same action."""
    if isinstance(record, AbilityTask):
        if not isinstance(other, AbilityTask) or record.ability_id is None or other.ability_id != record.ability_id:
            return False
        return record.executor_id is None or other.executor_id == record.executor_id
    return isinstance(other, Task) and record.action is not None and other.action == record.action


def samples(job: Job, records: Iterable[Job]) -> list[Sample]:
    """Return the jobs of the same sort that succeeded, the latest end first."""
    found: list[Sample] = []
    for record in records:
        if record.status is Status.SUCCEEDED and record.id != job.id and alike(job, record):
            took = service_s(record)
            if took is not None and record.finished_at is not None:
                found.append((record.finished_at, took))
    return sorted(found, reverse=True)


def usual(found: Sequence[Sample]) -> Range | None:
    """Return the range of the last twenty; ``None`` of fewer than five."""
    took = sorted(seconds for _, seconds in found[:SAMPLES])
    if len(took) < LEAST_SAMPLES:
        return None
    return Range(_quantile(took, 0.5), _quantile(took, 0.75))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    return ordered[ceil(share * len(ordered)) - 1]


def trusted(found: Sequence[Sample], since: float) -> bool:
    """Whether ranges have held in this visit, which began at ``since`` (epoch seconds); true if none could yet."""
    held = tried = 0
    for place, (ended, took) in enumerate(found[:SAMPLES]):
        if ended < since:
            break
        before = usual(found[place + 1 :])
        if before is not None:
            tried += 1
            held += took <= before.high
    return held >= TRUSTED * tried


def ahead_of(job: Job, active: Iterable[Job]) -> int:
    """Return how many of the user's own jobs come before a waiting one: active, on its executor, submitted earlier.

    Without an executor those of the same sort count.
    """
    submitted = job.created_at
    if submitted is None:
        return 0
    return sum(
        other.id != job.id and other.created_at is not None and other.created_at < submitted and _shares(job, other)
        for other in active
    )


def _shares(job: Job, other: Job) -> bool:
    if isinstance(job, AbilityTask) and isinstance(other, AbilityTask) and job.executor_id is not None:
        return other.executor_id == job.executor_id
    return alike(job, other)


def outlook(
    job: Job, active: Sequence[Job], expected: Range | None, now: float, place: tuple[int, int] | None = None
) -> Outlook | None:
    """Return why ``job`` has not ended at ``now`` (epoch seconds); ``None`` if it has, or stands still.

    ``expected`` is what is usual for its sort, where that may be shown. ``place`` is its place among those that wait on
    its executor, from 1, and how many run there, where the server says so.
    """
    if not job.active:
        return None
    begun = job.started_at if isinstance(job, AbilityTask) else job.created_at
    waits = job.status is Status.QUEUED
    if waits and isinstance(job, AbilityTask):
        ahead = place[0] - 1 + place[1] if place else ahead_of(job, active)
        reason = Reason.PLACE if place else Reason.OWN_JOBS if ahead else Reason.NEXT
        left = Range(max(0, ahead - 1) * expected.low, ahead * expected.high) if expected and ahead else None
        return Outlook(reason, ahead, place[0] if place else None, left, starts=left is not None)
    ahead = ahead_of(job, active) if waits else 0
    reason = Reason.RUNNING if not waits else Reason.OWN_JOBS if ahead else Reason.NEXT
    if begun is None or expected is None:
        return Outlook(reason, ahead)
    spent = max(0.0, now - begun)
    if spent > expected.high:
        return Outlook(reason, ahead, longer=True)
    return Outlook(reason, ahead, left=Range(max(0.0, expected.low - spent), expected.high - spent))
