"""How the answers of a server say what time it is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.server_clock import ServerClock


def test_the_device_is_believed_until_an_answer_says_otherwise() -> None:
    """R27: nothing better is known at first."""
    assert 50.0 == ServerClock().now(50.0)


@given(
    ahead=st.floats(-1e7, 1e7),
    answers=st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=30),
)
def test_the_estimate_is_never_further_off_than_the_best_answer_allows(
    ahead: float, answers: list[tuple[float, float, float]]
) -> None:
    """R27: one answer bounds the difference by its second and its way; all of them together do it better."""
    clock = ServerClock()
    best = float("inf")
    for asked, took_s, share in sorted(answers):
        dated = float(int(asked + took_s * share + ahead + 1e8)) - 1e8
        clock.observe(dated, asked, asked + took_s)
        best = min(best, 1.0 + took_s)
        assert clock.ahead_s is not None
        assert abs(clock.ahead_s - ahead) <= best + 1e-6


def test_the_estimate_stays_while_no_answer_rules_it_out() -> None:
    """R27: a running time does not tremble with every answer."""
    clock = ServerClock()
    clock.observe(1000.0, 0.0, 0.0)
    first = clock.ahead_s
    clock.observe(1001.0, 0.9, 0.9)
    assert first == clock.ahead_s


@pytest.mark.parametrize(
    ("date", "at", "ahead"),
    [
        (1001.0, 0.0, 1001.0),
        (1002.0, 1.25, 1000.875),
        (1001.0, 0.5, 1000.5),
        (1000.0, 0.5, 1000.5),
        (999.0, 0.0, 1000.0),
    ],
)
def test_the_estimate_moves_to_the_middle_of_what_all_answers_allow(date: float, at: float, ahead: float) -> None:
    """R27: only where it is outside of that; a bound belongs to what is allowed."""
    clock = ServerClock()
    clock.observe(1000.0, 0.0, 0.0)
    clock.observe(date, at, at)
    assert ahead == clock.ahead_s


def test_a_clock_that_was_set_is_noticed() -> None:
    """R27: an answer that contradicts what was known is the truth of today."""
    clock = ServerClock()
    clock.observe(1000.0, 0.0, 0.0)
    clock.observe(5000.0, 10.0, 10.0)
    assert abs(clock.now(10.0) - 5000.5) <= 0.5


def test_after_a_jump_the_next_answer_says_alone() -> None:
    """R18: what was known before is no bound any more, and stays the estimate until then."""
    clock = ServerClock()
    clock.observe(1000.0, 0.0, 0.0)
    clock.forget()
    assert 1000.5 == clock.now(0.0)
    clock.observe(1007.0, 0.0, 0.0)
    assert 1007.5 == clock.now(0.0)


def test_a_device_clock_that_went_back_during_the_call_says_nothing() -> None:
    """R27: an answer cannot have come before it was asked for."""
    clock = ServerClock()
    clock.observe(1000.0, 10.0, 9.0)
    assert clock.ahead_s is None
