"""The clock and the timers."""

from __future__ import annotations

import time

from tests.browser.adapters.conftest import Python


def test_the_clock_says_the_browsers_time(python: Python) -> None:
    """R18: wall time is epoch seconds; monotonic time goes on in seconds, however little has passed."""
    before = time.time()
    wall, first, second = python(
        """
        first = clock.monotonic()
        await wait(0.05)
        return [clock.wall(), first, clock.monotonic()]
        """
    )
    assert before - 1 < wall < time.time() + 1
    assert 0.04 < second - first < 5


def test_no_moment_comes_twice(python: Python) -> None:
    """R12, R24: the browser's clock stands still for 0.1 ms or longer; what happens within that has an order."""
    assert python(
        """
        import time
        times = [time.monotonic() for _ in range(5000)]
        stands_still = len(set(times)) < len(times)
        readings = [clock.monotonic() for _ in range(5000)]
        later = all(one < other for one, other in zip(readings, readings[1:]))
        return [stands_still, later, readings[-1] - time.monotonic() < 1e-3]
        """
    ) == [True, True, True]


def test_timers_ring_once_in_order(python: Python) -> None:
    """R3: timers ring in the order of their deadlines, each once, on a single one of the browser's."""
    assert python(
        """
        rung = []
        now = clock.monotonic()
        for name, after in (("c", 0.09), ("a", 0.01), ("b", 0.05), ("now", -1.0)):
            timers.call_at(now + after, lambda name=name: rung.append(name))
        waiting = timers.pending
        await until(lambda: timers.pending == 0)
        await wait(0.05)
        return [waiting, rung, timers._handle]
        """
    ) == [4, ["now", "a", "b", "c"], None]


def test_what_rings_together_sets_the_browsers_timer_once(python: Python) -> None:
    """R18: each setting is a crossing into the browser; what many that ring ask for is set after the last of them."""
    assert python(
        """
        import js
        set_timeout, long_waits, asked = js.setTimeout, [], []
        def counted(callback, wait_ms=0):
            if wait_ms > 1000:
                long_waits.append(wait_ms)
            return set_timeout(callback, wait_ms)
        def ask(after):
            asked.append(timers.call_at(clock.monotonic() + after, lambda: None))
        now = clock.monotonic()
        for after in (30, 20, 10):
            timers.call_at(now + 0.02, lambda after=after: ask(after))
        js.setTimeout = counted
        try:
            await until(lambda: len(asked) == 3)
        finally:
            js.setTimeout = set_timeout
        for timer in asked:
            timer.close()
        return [len(long_waits), timers.pending]
        """
    ) == [1, 0]


def test_no_deadline_stops_the_others(python: Python) -> None:
    """R3, R18: what has always been due rings at once, what never will be never rings, and the rest rings in time."""
    assert python(
        """
        rung = []
        now = clock.monotonic()
        never = timers.call_at(float("inf"), lambda: rung.append("never"))
        timers.call_at(now + 0.03, lambda: rung.append("soon"))
        timers.call_at(float("-inf"), lambda: rung.append("always"))
        await until(lambda: timers.pending == 1)
        never.close()
        return [rung, timers.pending]
        """
    ) == [["always", "soon"], 0]


def test_a_closed_timer_never_rings(python: Python) -> None:
    """R5: closing a timer, once or twice, before or after its time, leaves nothing pending."""
    assert python(
        """
        rung = []
        first = timers.call_at(clock.monotonic() + 0.03, lambda: rung.append("first"))
        second = timers.call_at(clock.monotonic() + 0.03, lambda: rung.append("second"))
        first.close()
        first.close()
        await until(lambda: rung)
        second.close()
        return [rung, timers.pending, timers._queue]
        """
    ) == [["second"], 0, []]


def test_a_timer_may_set_and_close_others(python: Python) -> None:
    """R3: a callback that sets a timer and closes another one due at the same moment gets what it asked for."""
    assert python(
        """
        rung = []
        at = clock.monotonic() + 0.02

        def first():
            rung.append("first")
            second.close()
            timers.call_at(clock.monotonic() + 0.01, lambda: rung.append("third"))

        timers.call_at(at, first)
        second = timers.call_at(at, lambda: rung.append("second"))
        await until(lambda: timers.pending == 0)
        return rung
        """
    ) == ["first", "third"]


def test_a_fault_in_one_timer_does_not_stop_the_others(python: Python) -> None:
    """R21: what a callback raises is reported, and the rest ring."""
    assert python(
        """
        errors.clear()
        rung = []
        at = clock.monotonic() + 0.01
        timers.call_at(at, lambda: 1 / 0)
        timers.call_at(at, lambda: rung.append("next"))
        await until(lambda: timers.pending == 0)
        return [rung, [type(error).__name__ for error in errors]]
        """
    ) == [["next"], ["ZeroDivisionError"]]


def test_many_timers_leave_nothing(python: Python) -> None:
    """R5: ten thousand timers set and closed leave no entry and no timer of the browser's behind."""
    assert python(
        """
        count = 10_000
        for _ in range(count):
            timers.call_at(clock.monotonic() + 60.0, print).close()
        keep = timers.call_at(clock.monotonic() + 60.0, print)
        for _ in range(count):
            timers.call_at(clock.monotonic() + 60.0, print).close()
        left = len(timers._queue)
        keep.close()
        return [left < count // 10, timers.pending, len(timers._queue), timers._handle]
        """
    ) == [True, 0, 0, None]


def test_closed_timers_take_no_more(python: Python) -> None:
    """R5: after `close` nothing rings, and a timer that is set by mistake does no harm."""
    assert (
        python(
            """
        rung = []
        own = BrowserTimers(clock, errors.append)
        own.call_at(clock.monotonic() + 0.01, lambda: rung.append("early"))
        own.close()
        own.close()
        own.call_at(clock.monotonic(), lambda: rung.append("late"))
        await wait(0.05)
        return rung
        """
        )
        == []
    )
