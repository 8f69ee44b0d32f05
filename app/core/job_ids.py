"""Ids for tasks that the page submits itself: the product takes the id from whoever submits (R41)."""

from collections.abc import Callable

_DIGITS = 32
_BITS = 4


def new_job_id(random: Callable[[], float]) -> str:
    """Return an id that no other task has: 32 hexadecimal digits; ``random`` returns a number in [0, 1)."""
    return "".join(f"{int(random() * (1 << _BITS)):x}" for _ in range(_DIGITS))
