"""How long each stage of a job took, and how long it usually does (R38).

All moments are the server's, so that a device whose clock is off changes nothing. What is usual is the median of the
jobs that are known, have succeeded and are of the same ability or action; from fewer than ``LEAST_SAMPLES`` nothing is
said. docs/decisions/estimates.md says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.core.records import AbilityTask, Task
from app.core.status import Status

LEAST_SAMPLES = 5
MOST_SAMPLES = 200


class Stage(StrEnum):
    """The stages of a job, in their order. ``TOTAL``: where the server does not say when a job was begun."""

    WAITED = "waited"
    RAN = "ran"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Span:
    """How long a stage took, or has taken so far while ``running``, in seconds."""

    stage: Stage
    seconds: float
    running: bool = False


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a stage: the median in seconds, of how many jobs."""

    seconds: float
    samples: int


def spans(record: Task | AbilityTask, now: float) -> list[Span]:
    """Return the stages of a job at the server's time ``now`` (epoch seconds); none that its times do not say."""
    created = record.created_at
    if created is None:
        return []
    active = record.active
    finished = record.updated_at if record.finished_at is None else record.finished_at
    end = now if active else finished
    started = record.started_at if isinstance(record, AbilityTask) else None
    if started is None:
        if end is None:
            return []
        waiting = active and record.status is Status.QUEUED
        return [Span(Stage.WAITED if waiting else Stage.TOTAL, max(0.0, end - created), running=active)]
    found = [Span(Stage.WAITED, max(0.0, started - created))]
    if end is not None:
        found.append(Span(Stage.RAN, max(0.0, end - started), running=active))
    return found


def usual(records: Iterable[Task | AbilityTask], like: Task | AbilityTask) -> dict[Stage, Usual]:
    """Return what is usual for jobs like this one, by stage, of the first ``MOST_SAMPLES`` that are; not of itself."""
    samples: dict[Stage, list[float]] = {}
    count = 0
    for record in records:
        if not _alike(record, like) or record.status is not Status.SUCCEEDED or record.id == like.id:
            continue
        for span in spans(record, 0.0):
            samples.setdefault(span.stage, []).append(span.seconds)
        count += 1
        if count >= MOST_SAMPLES:
            break
    return {
        stage: Usual(_median(seconds), len(seconds))
        for stage, seconds in samples.items()
        if len(seconds) >= LEAST_SAMPLES
    }


def _alike(record: Task | AbilityTask, like: Task | AbilityTask) -> bool:
    if isinstance(record, AbilityTask):
        return isinstance(like, AbilityTask) and like.ability_id is not None and record.ability_id == like.ability_id
    return isinstance(like, Task) and like.action is not None and record.action == like.action


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
