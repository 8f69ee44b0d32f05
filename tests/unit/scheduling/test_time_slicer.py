"""Long work in slices."""

from app.scheduling.time_slicer import SLICE_S, TimeSlicer
from testkit.world import ManualClock, ManualTimers

# A little more than a quarter: the fourth one ends a slice.
STEP_S = SLICE_S / 3.9


def work(slice_s: float, items: int) -> list[int]:
    """Return how much was done in each task of the page; of the items four are a usual slice."""
    clock = ManualClock()
    timers = ManualTimers(clock)
    done: list[int] = []

    def one(item: int) -> None:
        clock.now += STEP_S
        done.append(item)

    slicer: TimeSlicer[int] = TimeSlicer(clock, timers, one, slice_s=slice_s)
    slicer.add(range(items))
    tasks = [len(done)]
    while timers.pending:
        before = len(done)
        timers.ring_one()
        tasks.append(len(done) - before)
    assert done == list(range(items))
    return tasks


def test_work_ends_its_slice_when_the_time_is_over_and_goes_on_in_the_next_task() -> None:
    """R37: nothing holds the page up for longer than a slice, and nothing is left out."""
    assert work(SLICE_S, 10) == [4, 4, 2]


def test_who_shares_the_page_takes_shorter_slices() -> None:
    """R37: two lists that are set to work by one key take together what one alone may."""
    assert work(SLICE_S / 2, 5) == [2, 2, 1]
