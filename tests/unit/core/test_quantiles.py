"""Quantiles without ``statistics``."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.quantiles import median_and_p95, quantile


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=200), st.integers(1, 99))
def test_quantiles_are_those_of_statistics(values: list[int], percent: int) -> None:
    """R51: p50 and p95 are what anybody else would compute from the same durations."""
    expected = statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
    found = quantile(sorted(values), percent / 100)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=200))
def test_the_median_is_that_of_statistics(values: list[int]) -> None:
    """R51: and the 95th percentile is between the median and the longest."""
    median, p95 = median_and_p95(values)
    assert median == pytest.approx(statistics.median(values))
    assert median is not None
    assert p95 is not None
    assert median <= p95 <= max(values)


def test_nothing_has_no_quantiles_and_one_value_is_all_of_them() -> None:
    """R51: a sample of one is not a fault."""
    assert (None, None) == median_and_p95([])
    assert (7.0, 7.0) == median_and_p95([7])
    assert (1.0, 3.0) == (quantile([1, 2, 3], -1), quantile([1, 2, 3], 2))
