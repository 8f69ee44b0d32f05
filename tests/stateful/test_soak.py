"""An hour of the soak: it goes well, and would say so if it did not."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from app.core.events import TransportChanged
from bench.failures import BenchFailure
from bench.soak import __main__ as command
from bench.soak.day import Day
from bench.soak.series import Bound, Series


@pytest.fixture(autouse=True)
def traced() -> Iterator[None]:
    """Memory is traced, as in a real run."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


# An hour whose second half has as many quiet moments as it takes to say that something grows.
SEED = 6


def note(_: str) -> None:
    """Take a line of progress."""


async def test_an_hour() -> None:
    """After an hour of load and faults nothing differs (R12, R15), nothing grew, and nothing is left."""
    series = Series()
    await Day(series, SEED, 1.0).live(note)
    assert 1.0 <= series.hours[-1]
    assert 1 == len(set(series["listeners"]))


async def test_a_leak_is_noticed() -> None:
    """A listener that keeps what it gets makes the page grow, and that is said."""
    day = Day(Series(), SEED, 1.0)
    kept: list[TransportChanged] = []
    leak = day.scene.monitor.bus.subscribe(TransportChanged, kept.append)
    with pytest.raises(BenchFailure, match="objects grew by"):
        await day.live(note)
    leak.close()


async def test_a_difference_is_noticed() -> None:
    """A page that reads no tasks any more, and so misses what push did, differs, and that is said with the hour."""
    day = Day(Series(), 1, 1.0)
    day.scene.monitor.task_polling.close()
    with pytest.raises(BenchFailure, match=r"hour 0\.\d\d: .*(differs from its backend|backend and page said)"):
        await day.live(note)


def test_growth_is_a_trend_of_the_second_half() -> None:
    """What grows in the first half, goes up and down, or has a few peaks, is no growth."""
    series = Series()
    for hour in range(24):
        series.add(
            hour,
            jobs=hour * 4,
            early=min(hour, 12),
            wave=hour % 2 * 10,
            leak=hour * 2,
            peaks=hour in {19, 21, 23} and 40,
        )
    bounds = [Bound(name, 3) for name in ("early", "wave", "leak", "peaks")]
    assert ["leak grew by 22.0 in the second half, more than 3.0"] == series.grown(bounds)
    assert [] == series.grown([Bound("leak", 3, each=0.5)])


@pytest.mark.parametrize(
    "wrong", [("--hours", "x"), ("--hours", "nan"), ("--hours", "0"), ("--seed", "-1"), ("--day", "1")]
)
def test_bad_use_is_one_line(wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A value that cannot be gets one line that says what can."""
    with pytest.raises(SystemExit) as ended:
        command.main(wrong)
    assert 2 == ended.value.code
    said = capsys.readouterr().err
    assert said.startswith("podi: ")
    assert 1 == said.count("\n")
