"""When something that is refreshed again and again is due."""

from collections.abc import Callable

import pytest

from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from testkit.chance import longest

RULES = PollingRules()


@pytest.fixture
def schedule() -> RefreshSchedule:
    """A schedule whose refresh was requested at 100 s."""
    schedule = RefreshSchedule(RULES, longest)
    schedule.request(100.0)
    return schedule


def test_nothing_is_due_before_anything_is_requested() -> None:
    """R12: nothing is read anew without a reason."""
    schedule = RefreshSchedule(RULES, longest, 60.0)
    assert (None, False) == (schedule.deadline, schedule.due(1e9))


def test_a_request_is_due_at_once(schedule: RefreshSchedule) -> None:
    """R12: on start, after every connection, on return from hidden: at once."""
    assert (100.0, False, True, True) == (
        schedule.deadline,
        schedule.due(99.9),
        schedule.due(100.0),
        schedule.due(200.0),
    )


def test_a_request_that_succeeded_is_over(schedule: RefreshSchedule) -> None:
    """R12: one full refresh, not two."""
    schedule.succeeded(100.0)
    assert (None, False) == (schedule.deadline, schedule.due(1e9))


def test_a_steady_refresh_follows_an_interval_after_the_start_of_the_last() -> None:
    """R12: and every 60 s."""
    schedule = RefreshSchedule(RULES, longest, 60.0)
    schedule.request(100.0)
    schedule.succeeded(100.5)
    assert (160.5, False, True) == (schedule.deadline, schedule.due(160.4), schedule.due(160.5))


def test_the_first_interval_after_a_request_is_spread_over_half_of_it() -> None:
    """R12: pages that reconnected together do not read together every minute after; the later intervals are whole."""
    schedule = RefreshSchedule(RULES, lambda: 0.5, 60.0)
    schedule.request(100.0)
    schedule.succeeded(100.0)
    assert 145.0 == schedule.deadline
    schedule.succeeded(145.0)
    assert 205.0 == schedule.deadline
    schedule.request(150.0)
    schedule.succeeded(150.0)
    assert 195.0 == schedule.deadline


def test_the_waits_after_failures_are_spread() -> None:
    """R13: over half of each, above the server's floor."""
    schedule = RefreshSchedule(RULES, lambda: 0.0)
    schedule.request(100.0)
    waits = []
    for _ in range(7):
        schedule.failed(200.0)
        assert schedule.deadline is not None
        waits.append(schedule.deadline - 200.0)
    assert [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0] == waits
    schedule.failed(200.0, 20.0)
    assert 220.0 == schedule.deadline


def test_a_request_made_during_a_refresh_stays(schedule: RefreshSchedule) -> None:
    """R12: what was begun before the request may not show what it is about."""
    schedule.request(100.7)
    schedule.succeeded(100.5)
    assert 100.7 == schedule.deadline


def test_failures_back_off_up_to_thirty_seconds(schedule: RefreshSchedule) -> None:
    """R13: ×2 up to 30 s."""
    waits = []
    for _ in range(7):
        schedule.failed(200.0)
        assert schedule.deadline is not None
        waits.append(schedule.deadline - 200.0)
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == waits


@pytest.mark.parametrize(("retry_after_s", "expected"), [(20.0, 220.0), (0.5, 201.0), (-5.0, 201.0), (1e9, 500.0)])
def test_retry_after_is_a_floor_and_bounded(schedule: RefreshSchedule, retry_after_s: float, expected: float) -> None:
    """R13: `Retry-After` of 429 and 503 as the floor; an absurd one silences nobody for good."""
    schedule.failed(200.0, retry_after_s)
    assert expected == schedule.deadline


def test_success_forgets_earlier_failures() -> None:
    """R13: recovery is by itself."""
    schedule = RefreshSchedule(RULES, longest, 60.0)
    schedule.request(100.0)
    schedule.failed(100.0)
    schedule.failed(101.0)
    schedule.succeeded(103.0)
    schedule.failed(163.0)
    assert 164.0 == schedule.deadline


def test_it_backs_off_from_the_first_failure_until_it_succeeds_is_cancelled_or_requested() -> None:
    """R13: only then is a hint of something new no reason to hurry."""
    schedule = RefreshSchedule(RULES, longest, 60.0)
    steps: list[Callable[[], None]] = [
        lambda: schedule.request(100.0),
        lambda: schedule.failed(100.0),
        lambda: schedule.failed(101.0),
        lambda: schedule.request(102.0),
        lambda: schedule.failed(102.0),
        lambda: schedule.succeeded(103.0),
        lambda: schedule.failed(163.0),
        schedule.cancel,
    ]
    backing_off = [schedule.backing_off]
    for step in steps:
        step()
        backing_off.append(schedule.backing_off)
    assert [False, False, True, True, False, True, False, True, False] == backing_off


def test_a_new_request_does_not_wait_for_the_back_off(schedule: RefreshSchedule) -> None:
    """R4: a manual refresh is at once, and the back-off begins anew."""
    for _ in range(5):
        schedule.failed(100.0)
    schedule.request(101.0)
    assert 101.0 == schedule.deadline
    schedule.failed(102.0)
    assert 103.0 == schedule.deadline


def test_a_cancelled_request_is_over_and_its_back_off_with_it(schedule: RefreshSchedule) -> None:
    """R33: the next user's first reads do not wait for the last one's failures."""
    schedule.failed(100.0)
    schedule.cancel()
    assert schedule.deadline is None
    schedule.request(200.0)
    schedule.failed(200.0)
    assert 201.0 == schedule.deadline


def test_what_ends_after_a_cancel_does_not_bring_the_request_back() -> None:
    """R5: an answer or a failure after sign-out asks for nothing more."""
    schedule = RefreshSchedule(RULES, longest, 60.0)
    schedule.request(100.0)
    schedule.cancel()
    schedule.failed(101.0)
    assert schedule.deadline is None
    schedule.succeeded(101.0)
    assert schedule.deadline is None


def test_a_hint_is_due_at_once_unless_failures_hold_it_back(schedule: RefreshSchedule) -> None:
    """R13: what may be new is read soon, from a server that answers."""
    fresh = RefreshSchedule(RULES, longest)
    fresh.hint(50.0)
    assert (50.0, True) == (fresh.deadline, fresh.due(50.0))
    schedule.failed(100.0)
    schedule.hint(100.5)
    assert (101.0, True) == (schedule.deadline, schedule.backing_off)


def test_a_hint_given_before_a_retry_is_served_by_it(schedule: RefreshSchedule) -> None:
    """R12: one refresh, not two."""
    schedule.failed(100.0)
    schedule.hint(101.0)
    schedule.succeeded(101.0)
    assert schedule.deadline is None


def test_a_hint_given_during_a_retry_that_succeeds_is_due_at_once(schedule: RefreshSchedule) -> None:
    """R12, R13: the server is well again, but what it answered is older than the hint."""
    schedule.failed(100.0)
    schedule.hint(101.5)
    schedule.succeeded(101.0)
    assert (101.5, False) == (schedule.deadline, schedule.backing_off)


def test_a_hint_given_during_a_retry_that_fails_does_not_make_the_next_one_hurry(schedule: RefreshSchedule) -> None:
    """R13: the next retry serves it, in its own time."""
    schedule.failed(100.0)
    schedule.hint(101.5)
    schedule.failed(102.0)
    assert 104.0 == schedule.deadline
    schedule.succeeded(104.0)
    assert schedule.deadline is None


def test_a_hint_does_not_outlive_a_cancel(schedule: RefreshSchedule) -> None:
    """R33: it was about what the last user saw."""
    schedule.failed(100.0)
    schedule.hint(101.5)
    schedule.cancel()
    schedule.succeeded(101.0)
    assert schedule.deadline is None
    schedule.request(101.2)
    schedule.succeeded(101.2)
    assert schedule.deadline is None


def test_a_hint_at_the_moment_of_a_refresh_is_answered_by_it() -> None:
    """R12, R13: another would follow for nothing, and the interval stays whole: nobody else requested at once."""
    schedule = RefreshSchedule(RULES, lambda: 0.0, 60.0)
    schedule.request(0.0)
    schedule.succeeded(0.0)
    schedule.failed(100.0)
    assert schedule.backing_off
    schedule.hint(130.0)
    schedule.succeeded(130.0)
    assert 190.0 == schedule.deadline
