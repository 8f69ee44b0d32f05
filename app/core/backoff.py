"""How long to wait before trying again: yields numbers, never sleeps.

docs/decisions/outages.md says why.
"""

from collections.abc import Callable


def reconnect_delay(attempt: int, random: Callable[[], float], *, first_s: float, longest_s: float) -> float:
    """Return the wait in seconds after the ``attempt``-th failure in a row, counted from 0 (R3).

    Uniform in [½·b, b] with b = min(longest, first·2ⁿ). ``random`` returns a number in [0, 1).
    """
    return spread(min(longest_s, first_s * 2.0 ** min(attempt, 32)), random())


def spread(longest_s: float, share: float) -> float:
    """Return a wait in [½·longest, longest], so that what began together does not go on together.

    ``share`` in [0, 1) says where in it.
    """
    return longest_s * (0.5 + 0.5 * share)


def poll_delay(interval_s: float, failures: int, *, longest_s: float) -> float:
    """Return the most seconds from one poll to the next after ``failures`` failed ones in a row (R13).

    Doubles up to ``longest_s``; never shorter than the interval itself.
    """
    return max(interval_s, min(longest_s, interval_s * 2.0 ** min(failures, 32)))
