"""What an ability cost the last time it was paid for (R41).

No route says what a call will cost. The ledger says what was taken for which job, and the jobs say of which ability
they were. Points that came back were not paid. Refuses to guess where no job of the ability is in the ledger.
docs/decisions/run-again.md says why.
"""

from collections.abc import Iterable, Mapping

from app.core.amounts import Amount, add, minus
from app.core.ledger import Movement


def last_price(newest_first: Iterable[Movement], abilities: Mapping[str, str | None], ability_id: str) -> Amount | None:
    """Return the points of the newest job of an ability that were taken and did not come back.

    Args:
        newest_first: the ledger's entries.
        abilities: the ability of each job that is known, by the job's id.
        ability_id: the ability in question.
    """
    back: dict[str, Amount] = {}
    for movement in newest_first:
        job_id, amount = movement.job_id, movement.amount
        if job_id is None or abilities.get(job_id) != ability_id:
            continue
        if amount >= 0:
            back[job_id] = add(back.get(job_id, 0), amount)
        else:
            left = minus(add(amount, back.pop(job_id, 0)))
            if left > 0:
                return left
    return None
