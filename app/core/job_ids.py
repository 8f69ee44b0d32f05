"""Ids of jobs: those of tasks that the page submits itself, and the long form in which some are handed out.

The product takes a task's id from whoever submits it (R41); docs/decisions/run-again.md says why.
"""

from collections.abc import Callable

_DIGITS = 32
_LAST = 15
_HANDED_OUT = "t1."
_DOTS = 3


def new_job_id(random: Callable[[], float]) -> str:
    """Return an id that no other task has: 32 hexadecimal digits; ``random`` returns a number in [0, 1)."""
    return "".join(f"{min(_LAST, int(random() * (_LAST + 1))):x}" for _ in range(_DIGITS))


def short_id(job_id: str) -> str:
    """Return the id under which a job is listed.

    The product hands ids of ability tasks out as ``t1.<provider>.<executor>.<id>`` too, and takes either
    (docs/contract.md).
    """
    handed_out = job_id.startswith(_HANDED_OUT) and job_id.count(".") == _DOTS
    return job_id.rpartition(".")[2] if handed_out else job_id
