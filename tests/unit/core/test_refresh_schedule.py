"""When a wish to read something is granted."""

from collections.abc import Callable

import pytest

from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from testkit.chance import longest

RULES = PollingRules()


@pytest.fixture
def wish() -> RefreshSchedule:
    """A wish that was uttered at 100 s."""
    wish = RefreshSchedule(RULES, longest)
    wish.want(100.0)
    return wish


def test_nothing_is_due_before_anything_is_wished_for() -> None:
    """R12: nothing is read anew without a reason."""
    wish = RefreshSchedule(RULES, longest, 60.0)
    assert (None, False) == (wish.deadline, wish.due(1e9))


def test_a_wish_is_due_at_once(wish: RefreshSchedule) -> None:
    """R12: on start, after every connection, on return from hidden: at once."""
    assert (100.0, False, True, True) == (wish.deadline, wish.due(99.9), wish.due(100.0), wish.due(200.0))


def test_a_granted_wish_is_gone(wish: RefreshSchedule) -> None:
    """R12: one full refresh, not two."""
    wish.granted(100.0)
    assert (None, False) == (wish.deadline, wish.due(1e9))


def test_a_steady_wish_comes_back_an_interval_after_its_start() -> None:
    """R12: and every 60 s."""
    wish = RefreshSchedule(RULES, longest, 60.0)
    wish.want(100.0)
    wish.granted(100.5)
    assert (160.5, False, True) == (wish.deadline, wish.due(160.4), wish.due(160.5))


def test_the_first_interval_after_a_wish_is_spread_over_half_of_it() -> None:
    """R12: pages that reconnected together do not read together every minute after; the later intervals are whole."""
    wish = RefreshSchedule(RULES, lambda: 0.5, 60.0)
    wish.want(100.0)
    wish.granted(100.0)
    assert 145.0 == wish.deadline
    wish.granted(145.0)
    assert 205.0 == wish.deadline
    wish.want(150.0)
    wish.granted(150.0)
    assert 195.0 == wish.deadline


def test_the_waits_after_failures_are_spread() -> None:
    """R13: over half of each, above the server's floor."""
    wish = RefreshSchedule(RULES, lambda: 0.0)
    wish.want(100.0)
    waits = []
    for _ in range(7):
        wish.failed(200.0)
        assert wish.deadline is not None
        waits.append(wish.deadline - 200.0)
    assert [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0] == waits
    wish.failed(200.0, 20.0)
    assert 220.0 == wish.deadline


def test_a_wish_uttered_while_one_is_being_granted_stays(wish: RefreshSchedule) -> None:
    """R12: what was begun before the wish may not show what it is about."""
    wish.want(100.7)
    wish.granted(100.5)
    assert 100.7 == wish.deadline


def test_failures_back_off_up_to_thirty_seconds(wish: RefreshSchedule) -> None:
    """R13: ×2 up to 30 s."""
    waits = []
    for _ in range(7):
        wish.failed(200.0)
        assert wish.deadline is not None
        waits.append(wish.deadline - 200.0)
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == waits


@pytest.mark.parametrize(("retry_after_s", "expected"), [(20.0, 220.0), (0.5, 201.0), (-5.0, 201.0), (1e9, 500.0)])
def test_retry_after_is_a_floor_and_bounded(wish: RefreshSchedule, retry_after_s: float, expected: float) -> None:
    """R13: `Retry-After` of 429 and 503 as the floor; an absurd one silences nobody for good."""
    wish.failed(200.0, retry_after_s)
    assert expected == wish.deadline


def test_a_granted_wish_forgets_earlier_failures() -> None:
    """R13: recovery is by itself."""
    wish = RefreshSchedule(RULES, longest, 60.0)
    wish.want(100.0)
    wish.failed(100.0)
    wish.failed(101.0)
    wish.granted(103.0)
    wish.failed(163.0)
    assert 164.0 == wish.deadline


def test_a_wish_is_patient_from_its_first_failure_until_it_is_granted_dropped_or_uttered_again() -> None:
    """R13: only then is a hint that there may be news no reason to hurry."""
    wish = RefreshSchedule(RULES, longest, 60.0)
    steps: list[Callable[[], None]] = [
        lambda: wish.want(100.0),
        lambda: wish.failed(100.0),
        lambda: wish.failed(101.0),
        lambda: wish.want(102.0),
        lambda: wish.failed(102.0),
        lambda: wish.granted(103.0),
        lambda: wish.failed(163.0),
        wish.drop,
    ]
    patient = [wish.patient]
    for step in steps:
        step()
        patient.append(wish.patient)
    assert [False, False, True, True, False, True, False, True, False] == patient


def test_whoever_wishes_again_does_not_wait_for_the_back_off(wish: RefreshSchedule) -> None:
    """R4: a manual refresh is at once, and the back-off begins anew."""
    for _ in range(5):
        wish.failed(100.0)
    wish.want(101.0)
    assert 101.0 == wish.deadline
    wish.failed(102.0)
    assert 103.0 == wish.deadline


def test_a_dropped_wish_is_gone_and_its_back_off_with_it(wish: RefreshSchedule) -> None:
    """R33: the next user's first reads do not wait for the last one's failures."""
    wish.failed(100.0)
    wish.drop()
    assert wish.deadline is None
    wish.want(200.0)
    wish.failed(200.0)
    assert 201.0 == wish.deadline


def test_what_ends_after_the_wish_was_dropped_does_not_bring_it_back() -> None:
    """R5: an answer or a failure after sign-out asks for nothing more."""
    wish = RefreshSchedule(RULES, longest, 60.0)
    wish.want(100.0)
    wish.drop()
    wish.failed(101.0)
    assert wish.deadline is None
    wish.granted(101.0)
    assert wish.deadline is None
