"""Waits between attempts and between polls."""

import pytest

from app.core.backoff import poll_delay, reconnect_delay


@pytest.mark.parametrize(
    ("attempt", "ceiling"), [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 30.0), (6, 30.0), (5000, 30.0)]
)
def test_the_nth_wait_lies_between_half_its_ceiling_and_its_ceiling(attempt: int, ceiling: float) -> None:
    """R3: the n-th wait is uniform in [½·b, b] with b = min(30, 2ⁿ) seconds."""
    shortest = reconnect_delay(attempt, lambda: 0.0, first_s=1.0, longest_s=30.0)
    middle = reconnect_delay(attempt, lambda: 0.5, first_s=1.0, longest_s=30.0)
    longest = reconnect_delay(attempt, lambda: 1.0, first_s=1.0, longest_s=30.0)
    assert (ceiling / 2, ceiling * 0.75, ceiling) == (shortest, middle, longest)


def test_the_first_wait_is_a_setting() -> None:
    """R3: the numbers are defaults, never literals."""
    assert 4.0 == reconnect_delay(1, lambda: 0.0, first_s=4.0, longest_s=60.0)


@pytest.mark.parametrize(("failures", "expected"), [(0, 1.0), (1, 2.0), (2, 4.0), (4, 16.0), (5, 30.0), (4000, 30.0)])
def test_failed_polls_double_the_delay_up_to_its_longest(failures: int, expected: float) -> None:
    """R13: failures back off ×2 up to 30 s."""
    assert expected == poll_delay(1.0, failures, longest_s=30.0)


def test_a_long_interval_is_not_shortened_by_the_longest_back_off() -> None:
    """R13: backing off never means asking more often than when all is well."""
    assert 60.0 == poll_delay(60.0, 3, longest_s=30.0)
