"""Points that stay frozen though nothing runs."""

from __future__ import annotations

import pytest

from app.core.frozen_points import ALARM_AFTER_S, UNWATCHED_S, FrozenPoints


def watched(*steps: tuple[int, int], every_s: float = 1.0, times: int = 600) -> FrozenPoints:
    """Return the watch after each step (frozen, active) was seen so many times."""
    watch = FrozenPoints()
    now = 0.0
    for frozen, active in steps:
        for _ in range(times):
            watch.observe(frozen, active, now, now)
            now += every_s
    watch.observe(*steps[-1], now, now)
    return watch


def test_ten_minutes_raise_the_alarm() -> None:
    """R46: not one second less."""
    assert 0 == watched((30, 0), times=int(ALARM_AFTER_S) - 1).stuck
    assert 30 == watched((30, 0)).stuck
    assert 1 == watched((1, 0)).stuck


def test_nothing_is_stuck_before_points_were_frozen_for_ten_minutes() -> None:
    """R46: however long nothing was frozen before."""
    assert 0 == FrozenPoints().stuck
    assert 0 == watched((0, 0), (30, 0), times=599).stuck


@pytest.mark.parametrize("between", [(30, 1), (0, 0)])
def test_whatever_runs_or_comes_back_begins_anew(between: tuple[int, int]) -> None:
    """R46: frozen for work is as it should be."""
    watch = FrozenPoints()
    for second in range(1201):
        watch.observe(*((30, 0) if second != 599 else between), float(second), float(second))
    assert 30 == watch.stuck
    assert 0 == watched((30, 0), between).stuck


def test_the_time_when_nobody_looked_does_not_count() -> None:
    """R46: something may have run in it."""
    assert 0 == watched((30, 0), every_s=60.0, times=20).stuck
    assert 0 == watched((30, 0), every_s=UNWATCHED_S + 0.5, times=20).stuck
    assert 30 == watched((30, 0), every_s=UNWATCHED_S, times=20).stuck


@pytest.mark.parametrize(("read_at", "stuck"), [(650.0, 30), (649.0, 0), (None, 0)])
def test_points_that_were_read_long_ago_raise_no_alarm(read_at: float | None, stuck: int) -> None:
    """R46, R13: what was frozen then may be free by now."""
    watch = FrozenPoints()
    watch.observe(30, 0, 200.0, 200.0)
    for second in range(210, 801, 10):
        watch.observe(30, 0, float(second), None if read_at is None else min(read_at, float(second)))
    assert stuck == watch.stuck
