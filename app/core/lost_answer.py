"""Which job a POST made whose answer was lost (R29).

Nothing in a list says which POST a job came of. It is taken for the one that was not known before the POST, is of the
same ability, and was submitted since. docs/decisions/one-job-per-intention.md says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.records import AbilityTask

TOLERANCE_S = 2.0
"""By how much the estimate of the server's clock may be off."""
SEARCHES = 3
"""The server may still be at work on a POST when its answer is given up: one search is no proof."""
SEARCHES_APART_S = 2.0
NEWEST = 50
"""Among so many of the newest jobs it is searched for."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was known when the POST began; ``since`` in the server's epoch seconds, ``None`` if its time is unknown."""

    known: frozenset[str]
    since: float | None


def made_since(tasks: Iterable[AbilityTask], ability_id: str, before: Before) -> AbilityTask | None:
    """Return the task that the POST made, the oldest if several fit; ``None`` if there is none."""
    born = [
        task
        for task in tasks
        if task.ability_id == ability_id and task.id not in before.known and _since(task.created_at, before.since)
    ]
    return min(born, key=lambda task: task.created_at or 0.0, default=None)


def _since(created_at: float | None, since: float | None) -> bool:
    return created_at is None or since is None or created_at >= since - TOLERANCE_S
