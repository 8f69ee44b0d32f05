"""When the wall clock ran ahead of the heartbeat, the device slept."""

import pytest

from app.core.rules import DisplayRules
from app.core.sleep import SleepWatch

RULES = DisplayRules()
NOON = 1_800_000_000.0


@pytest.fixture
def watch() -> SleepWatch:
    """A watch that began at noon, 100 s after the monotonic clock did."""
    watch = SleepWatch(RULES)
    watch.begin(100.0, NOON)
    return watch


def test_the_heart_beats_every_five_seconds(watch: SleepWatch) -> None:
    """R18: counted from the beat itself."""
    deadlines = [watch.deadline]
    watch.beat(105.5, NOON + 5.5)
    deadlines.append(watch.deadline)
    assert [105.0, 110.5] == deadlines


def test_nobody_watches_before_the_beginning_and_after_the_end(watch: SleepWatch) -> None:
    """R17: no timer rings while the page rests."""
    watch.end()
    assert (None, None) == (SleepWatch(RULES).deadline, watch.deadline)


@pytest.mark.parametrize(
    ("passed_s", "jump"),
    [(5.0, None), (35.0, None), (35.5, 30.5), (8 * 3600.0, 8 * 3600.0 - 5.0), (0.0, None), (-3600.0, None)],
)
def test_more_than_half_a_minute_is_sleep(watch: SleepWatch, passed_s: float, jump: float | None) -> None:
    """R18: beyond the heartbeat itself; a clock that is set back is none."""
    assert jump == watch.beat(105.0, NOON + passed_s)


def test_each_beat_counts_from_the_one_before(watch: SleepWatch) -> None:
    """R18: small delays do not add up to a sleep."""
    jumps = [watch.beat(100.0 + 10.0 * beat, NOON + 10.0 * beat) for beat in range(1, 20)]
    assert {None} == set(jumps)


def test_what_passed_while_nobody_watched_is_no_jump(watch: SleepWatch) -> None:
    """R17: the end of the pause caught up on it."""
    watch.end()
    watch.begin(200.0, NOON + 7200.0)
    assert None is watch.beat(205.0, NOON + 7205.0)
