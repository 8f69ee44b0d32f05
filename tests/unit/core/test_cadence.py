"""Poll intervals by number of active ids."""

import pytest

from app.core.cadence import interval
from app.core.rules import ABILITY_TASK_CADENCE, TASK_CADENCE


@pytest.mark.parametrize(
    ("active", "expected"), [(0, None), (1, 1.0), (2, 1.0), (3, 2.0), (10, 2.0), (11, 5.0), (5000, 5.0)]
)
def test_ability_tasks_are_polled_at_1_2_or_5_seconds(active: int, expected: float | None) -> None:
    """R9: fewer than 3 → 1 s, 3 to 10 → 2 s, more → 5 s, none → not at all."""
    assert expected == interval(active, ABILITY_TASK_CADENCE)


@pytest.mark.parametrize(
    ("active", "expected"), [(0, None), (1, 1.0), (2, 1.0), (3, 2.0), (10, 2.0), (11, 3.0), (5000, 3.0)]
)
def test_tasks_are_polled_at_1_2_or_3_seconds(active: int, expected: float | None) -> None:
    """R9: traditional tasks likewise, at 1, 2 and 3 s."""
    assert expected == interval(active, TASK_CADENCE)


def test_a_count_below_none_is_none() -> None:
    """R9: nothing is asked for a count that makes no sense."""
    assert interval(-1, TASK_CADENCE) is None
