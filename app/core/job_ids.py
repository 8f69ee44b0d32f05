"""Ids for tasks that the page submits itself: the product takes the id from whoever submits (R41).

docs/decisions/run-again.md says why.
"""

from collections.abc import Callable

_DIGITS = 32
_LAST = 15


def new_job_id(random: Callable[[], float]) -> str:
    """Return an id that no other task has: 32 hexadecimal digits; ``random`` returns a number in [0, 1)."""
    return "".join(f"{min(_LAST, int(random() * (_LAST + 1))):x}" for _ in range(_DIGITS))
