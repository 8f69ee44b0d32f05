"""The pace of flushes, and when gathered frames are read for them."""

import pytest

from app.core.pacing import Pacing

EVERY_S = 0.5
FEW = 1


@pytest.fixture
def pacing() -> Pacing[str, int]:
    """A pace of half a second at which nothing was flushed yet."""
    return Pacing(EVERY_S)


def flush(pacing: Pacing[str, int], now: float) -> None:
    """Let a flush be taken, so that a period begins."""
    pacing.offer("flushed", 0)
    assert {"flushed": 0} == pacing.take(now)


def read(pacing: Pacing[str, int], since: float, until: float, frames: int = FEW) -> None:
    """Let frames be gathered and read."""
    pacing.gathered(frames)
    assert pacing.begin_reading(since)
    pacing.release()
    pacing.take(until)


# Without gathered frames: the throttle


def test_nothing_is_due_while_nothing_waits(pacing: Pacing[str, int]) -> None:
    """R20: no flush without a change."""
    assert (None, False, {}) == (pacing.deadline(10.0), pacing.begin_reading(10.0), pacing.take(10.0))


def test_the_first_change_is_flushed_at_once_and_the_next_a_period_later(pacing: Pacing[str, int]) -> None:
    """R20: the first update at once, then one flush per 500 ms with the latest of each."""
    pacing.offer("a", 1)
    assert (10.0, {"a": 1}) == (pacing.deadline(10.0), pacing.take(10.0))
    pacing.offer("a", 2)
    pacing.offer("a", 3)
    assert (10.5, {}, 3) == (pacing.deadline(10.1), pacing.take(10.4), pacing.waiting("a"))
    assert ({"a": 3}, None) == (pacing.take(10.5), pacing.waiting("a"))


# Holds


def test_nothing_is_due_while_something_is_held(pacing: Pacing[str, int]) -> None:
    """R20: what belongs together is flushed together."""
    pacing.hold()
    pacing.offer("a", 1)
    assert (True, None, {}) == (pacing.held, pacing.deadline(10.0), pacing.take(10.0))
    pacing.offer("b", 2)
    pacing.release()
    assert (False, 10.0, {"a": 1, "b": 2}) == (pacing.held, pacing.deadline(10.0), pacing.take(10.0))


def test_every_hold_has_to_be_released(pacing: Pacing[str, int]) -> None:
    """R20: an answer that comes while a burst is read does not flush half of the burst."""
    pacing.offer("a", 1)
    pacing.hold()
    pacing.hold()
    pacing.release()
    assert (True, None) == (pacing.held, pacing.deadline(10.0))
    pacing.release()
    assert (False, 10.0) == (pacing.held, pacing.deadline(10.0))


def test_a_release_without_a_hold_is_none(pacing: Pacing[str, int]) -> None:
    """R33: what a sign-out ended in the middle is released after it."""
    pacing.hold()
    pacing.clear()
    pacing.release()
    pacing.hold()
    assert pacing.held


# Gathered frames


def test_frames_gathered_after_a_quiet_while_are_read_at_once(pacing: Pacing[str, int]) -> None:
    """R20: a flush may be now, so what was gathered is read now."""
    pacing.gathered(FEW)
    assert pytest.approx(10.0 - 0.0001) == pacing.deadline(10.0)
    assert pacing.begin_reading(10.0)


def test_frames_gathered_within_a_period_are_read_at_its_end(pacing: Pacing[str, int]) -> None:
    """R20: read once per flush, as long before it as reading one is thought to take."""
    flush(pacing, 10.0)
    pacing.gathered(FEW)
    assert pytest.approx(10.5 - 0.0001) == pacing.deadline(10.1)
    assert (False, True) == (pacing.begin_reading(10.499), pacing.begin_reading(10.5))


def test_nothing_is_flushed_while_frames_are_read(pacing: Pacing[str, int]) -> None:
    """R20: the slices of a burst are one flush."""
    pacing.gathered(FEW)
    pacing.begin_reading(10.0)
    pacing.offer("a", 1)
    assert (True, None, {}) == (pacing.held, pacing.deadline(10.1), pacing.take(10.1))
    pacing.release()
    assert (10.2, {"a": 1}) == (pacing.deadline(10.2), pacing.take(10.2))


def test_what_was_read_is_not_read_again(pacing: Pacing[str, int]) -> None:
    """R20: one reading per flush."""
    read(pacing, 10.0, 10.1)
    assert (None, False) == (pacing.deadline(10.1), pacing.begin_reading(10.1))


def test_frames_gathered_during_a_reading_wait_for_the_flush_after_it(pacing: Pacing[str, int]) -> None:
    """R20: the flush of what was read comes first, and a period begins with it."""
    pacing.gathered(FEW)
    pacing.begin_reading(10.0)
    pacing.gathered(FEW)
    pacing.offer("a", 1)
    assert not pacing.begin_reading(10.1)
    pacing.release()
    assert not pacing.begin_reading(10.1)
    assert {"a": 1} == pacing.take(10.1)
    assert pytest.approx(10.5) == pacing.deadline(10.1)


def test_whatever_makes_a_flush_due_gathered_frames_are_read_for_it(pacing: Pacing[str, int]) -> None:
    """R20: a poll's answer in between does not make gathered frames wait for the next flush."""
    flush(pacing, 10.0)
    pacing.gathered(FEW)
    pacing.offer("polled", 1)
    assert pytest.approx(10.5 - 0.0001) == pacing.deadline(10.2)
    assert pacing.begin_reading(10.5)
    pacing.offer("read", 2)
    pacing.release()
    assert {"polled": 1, "read": 2} == pacing.take(10.55)


def test_a_reading_that_brought_nothing_begins_no_period(pacing: Pacing[str, int]) -> None:
    """R20: frames that change nothing make the next change no later."""
    read(pacing, 10.0, 10.1)
    pacing.offer("a", 1)
    assert 10.2 == pacing.deadline(10.2)


# The lead


def test_a_reading_begins_as_long_before_the_flush_as_it_is_thought_to_take(pacing: Pacing[str, int]) -> None:
    """R20: the first burst's reading makes no period longer either, though nothing is measured yet."""
    flush(pacing, 10.0)
    pacing.gathered(1_000)
    assert pytest.approx(10.4) == pacing.deadline(10.1)
    assert (False, True) == (pacing.begin_reading(10.39), pacing.begin_reading(10.41))


def test_each_frame_is_thought_to_take_as_long_as_those_of_the_last_reading(pacing: Pacing[str, int]) -> None:
    """R20: more of them are read earlier, fewer later."""
    pacing.gathered(64)
    pacing.begin_reading(10.0)
    pacing.offer("a", 1)
    pacing.release()
    assert {"a": 1} == pacing.take(10.125)
    pacing.gathered(64)
    assert 10.5 == pacing.deadline(10.2)
    pacing.gathered(128)
    assert 10.375 == pacing.deadline(10.2)
    pacing.gathered(32)
    assert (10.5625, False) == (pacing.deadline(10.2), pacing.begin_reading(10.5))
    assert pacing.begin_reading(10.5625)


def test_a_reading_that_is_done_early_waits_for_the_end_of_the_period(pacing: Pacing[str, int]) -> None:
    """R20: there is never less than a period between two flushes."""
    flush(pacing, 10.0)
    pacing.gathered(1_000)
    pacing.begin_reading(10.4375)
    pacing.offer("a", 2)
    pacing.release()
    assert ({}, 10.5, {"a": 2}) == (pacing.take(10.45), pacing.deadline(10.45), pacing.take(10.5))


def test_what_comes_while_frames_are_read_early_is_read_for_the_same_flush(pacing: Pacing[str, int]) -> None:
    """R20: as long before it as these few take."""
    flush(pacing, 10.0)
    pacing.gathered(1_000)
    pacing.begin_reading(10.4)
    pacing.gathered(100)
    pacing.release()
    assert {} == pacing.take(10.45)
    assert pytest.approx(10.495) == pacing.deadline(10.45)
    assert not pacing.begin_reading(10.49)
    assert pacing.begin_reading(10.4951)
    pacing.offer("a", 1)
    pacing.release()
    assert {"a": 1} == pacing.take(10.5)


def test_how_long_reading_takes_is_known_after_another_has_signed_in(pacing: Pacing[str, int]) -> None:
    """R33: what waits is forgotten, not how fast this page is."""
    read(pacing, 10.0, 10.0625, frames=64)
    pacing.gathered(1)
    pacing.clear()
    assert (None, False) == (pacing.deadline(10.1), pacing.begin_reading(10.1))
    flush(pacing, 11.0)
    pacing.gathered(64)
    assert 11.4375 == pacing.deadline(11.1)


def test_no_reading_begins_earlier_than_half_a_period_before_the_flush(pacing: Pacing[str, int]) -> None:
    """R20: one reading that took long does not have the page read all the time."""
    read(pacing, 10.0, 14.0, frames=64)
    flush(pacing, 14.0)
    pacing.gathered(64)
    assert 14.25 == pacing.deadline(14.0)


def test_the_lead_ends_with_the_burst(pacing: Pacing[str, int]) -> None:
    """R20: few frames are read just before their flush, however long many took."""
    read(pacing, 10.0, 10.0625, frames=64)
    flush(pacing, 10.7)
    pacing.gathered(FEW)
    assert pytest.approx(11.2 - 0.0625 / 64) == pacing.deadline(10.8)


# Clearing


def test_clearing_forgets_what_waits_what_was_gathered_and_what_is_held(pacing: Pacing[str, int]) -> None:
    """R33: nothing of one user is flushed for the next."""
    pacing.gathered(FEW)
    pacing.begin_reading(10.0)
    pacing.offer("a", 1)
    pacing.gathered(FEW)
    pacing.clear()
    assert (False, None, False, {}) == (
        pacing.held,
        pacing.deadline(10.1),
        pacing.begin_reading(10.1),
        pacing.take(10.1),
    )


def test_a_reading_that_was_cleared_counts_for_no_lead(pacing: Pacing[str, int]) -> None:
    """R20: it took as long as nobody was signed in."""
    pacing.gathered(64)
    pacing.begin_reading(10.0)
    pacing.clear()
    flush(pacing, 20.0)
    pacing.gathered(1_000)
    assert pytest.approx(20.4) == pacing.deadline(20.1)
