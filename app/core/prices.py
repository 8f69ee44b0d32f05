"""What an ability cost the last time it was paid for (R41).

No route tells what a call will cost. The ledger tells what was taken for which job, and the jobs tell of which ability
they were. Points that came back were not paid. Refuses to guess where no job of the ability is in the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.amounts import Amount


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of the ledger that belongs to a job: less than 0 was taken, more was given back."""

    job_id: str
    points: Amount


def last_price(newest_first: Iterable[Movement], abilities: Mapping[str, str | None], ability_id: str) -> Amount | None:
    """Return the points of the newest job of an ability that were taken and did not come back.

    Args:
        newest_first: the ledger's entries.
        abilities: the ability of each job that is known, by the job's id.
        ability_id: the ability in question.
    """
    back: dict[str, Amount] = {}
    for movement in newest_first:
        if abilities.get(movement.job_id) != ability_id:
            continue
        if movement.points > 0:
            back[movement.job_id] = back.get(movement.job_id, 0) + movement.points
        else:
            left = -movement.points - back.pop(movement.job_id, 0)
            if left > 0:
                return left
    return None
