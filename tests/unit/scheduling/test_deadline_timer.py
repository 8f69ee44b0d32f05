"""One machine's one timer."""

from app.scheduling.deadline_timer import DeadlineTimer
from testkit.world import ManualClock, ManualTimers


def make() -> tuple[ManualTimers, list[int], DeadlineTimer]:
    """Return timers, what has rung, and an alarm on them."""
    timers = ManualTimers(ManualClock())
    rung: list[int] = []
    return timers, rung, DeadlineTimer(timers, lambda: rung.append(1))


def test_an_alarm_holds_one_timer_at_most() -> None:
    """R9: another deadline replaces the old one at once; none takes it away."""
    timers, rung, alarm = make()
    for deadline in (1010.0, 1005.0, 1005.0, 1020.0):
        alarm.set(deadline)
        assert (1, deadline, True) == (timers.pending, timers.next_deadline(), alarm.pending)
    alarm.set(None)
    assert (0, None, [], False) == (timers.pending, timers.next_deadline(), rung, alarm.pending)


def test_an_alarm_rings_once_and_can_be_set_to_the_same_time_again() -> None:
    """R9: an alarm that has rung is as good as new."""
    timers, rung, alarm = make()
    for _ in range(2):
        alarm.set(1005.0)
        timers.ring_one()
    assert ([1, 1], 0) == (rung, timers.pending)


def test_a_closed_alarm_rings_no_more() -> None:
    """R5: after closing, setting is in vain; closing twice is as good as once."""
    timers, _, alarm = make()
    alarm.set(1005.0)
    alarm.close()
    alarm.close()
    alarm.set(1006.0)
    assert 0 == timers.pending
