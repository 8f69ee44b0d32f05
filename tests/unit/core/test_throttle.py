"""The pace of flushes."""

import pytest

from app.core.throttle import Throttle


@pytest.fixture
def throttle() -> Throttle[str, str]:
    """A throttle of half a second that nobody has used."""
    return Throttle(0.5)


def test_nothing_is_due_while_nothing_waits(throttle: Throttle[str, str]) -> None:
    """R20: no flush without a change."""
    assert (None, {}) == (throttle.deadline(10.0), throttle.take(10.0))


def test_the_first_value_is_due_at_once(throttle: Throttle[str, str]) -> None:
    """R20: the first update goes out at once."""
    throttle.offer("a", "running")
    assert 10.0 == throttle.deadline(10.0)
    assert {"a": "running"} == throttle.take(10.0)


def test_what_was_taken_does_not_come_again(throttle: Throttle[str, str]) -> None:
    """R20: a flush empties the throttle."""
    throttle.offer("a", "running")
    throttle.take(10.0)
    assert (None, {}) == (throttle.deadline(20.0), throttle.take(20.0))


def test_a_value_within_the_period_waits_for_its_end(throttle: Throttle[str, str]) -> None:
    """R20: at most one flush per 500 ms."""
    throttle.offer("a", "queued")
    throttle.take(10.0)
    throttle.offer("a", "running")
    assert 10.5 == throttle.deadline(10.1)
    assert {} == throttle.take(10.499)
    assert 10.5 == throttle.deadline(10.499)
    assert {"a": "running"} == throttle.take(10.5)


def test_every_flush_begins_a_period(throttle: Throttle[str, str]) -> None:
    """R20: the second flush is followed by a pause like the first."""
    throttle.offer("a", "queued")
    throttle.take(10.0)
    throttle.offer("a", "running")
    throttle.take(10.7)
    throttle.offer("a", "succeeded")
    assert 11.2 == throttle.deadline(10.8)


def test_a_take_that_finds_nothing_begins_no_period(throttle: Throttle[str, str]) -> None:
    """R20: a take in vain does not make the next value late."""
    throttle.take(10.0)
    throttle.offer("a", "running")
    assert {"a": "running"} == throttle.take(10.1)


def test_after_a_quiet_period_an_update_is_due_at_once_again(throttle: Throttle[str, str]) -> None:
    """R20: the period ends by itself; the deadline is never in the past."""
    throttle.offer("a", "queued")
    throttle.take(10.0)
    throttle.offer("a", "running")
    assert 20.0 == throttle.deadline(20.0)


def test_the_latest_state_of_each_id_goes_out_together(throttle: Throttle[str, str]) -> None:
    """R20: each id's latest state is in the flush, a terminal one included."""
    throttle.offer("a", "queued")
    throttle.offer("b", "queued")
    throttle.offer("a", "running")
    throttle.offer("a", "succeeded")
    assert {"a": "succeeded", "b": "queued"} == throttle.take(10.0)


def test_clearing_forgets_updates_and_period(throttle: Throttle[str, str]) -> None:
    """R20: after signing out nothing of the old user is flushed, and the next user's first update is not late."""
    throttle.offer("a", "queued")
    throttle.take(10.0)
    throttle.offer("a", "running")
    throttle.clear()
    assert throttle.deadline(10.1) is None
    throttle.offer("b", "queued")
    assert 10.1 == throttle.deadline(10.1)
