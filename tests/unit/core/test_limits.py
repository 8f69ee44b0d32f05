"""The limits that admins are notified of: once per crossing, and again only after the share was clearly below."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.limits import FAILURES, QUEUE, Crossings, Limits, Reading, Step, failures_of, queues_of
from app.core.logs import LogRecord
from app.core.queues import QueueServer
from app.core.status import Status

GOOD, BAD, OPEN = Status.SUCCEEDED, Status.FAILED, Status.RUNNING


def calls(*statuses: Status) -> list[LogRecord]:
    """Return calls that stand so, the newest first."""
    return [LogRecord(id=number, status=status) for number, status in enumerate(statuses)]


def test_failures_are_of_the_newest_calls_that_ended() -> None:
    """R44: what still runs is neither; fewer than asked for say nothing."""
    assert Reading(FAILURES, 2, 4) == failures_of(calls(OPEN, BAD, GOOD, OPEN, BAD, GOOD, BAD, BAD), 4)
    assert failures_of(calls(BAD, BAD, OPEN, BAD), 4) is None


def test_a_queue_counts_where_its_places_are_known() -> None:
    """R44: running and waiting together; without a limit nothing is full."""
    servers = [
        QueueServer(executor_id="a", running=1, waiting=7, limit=10),
        QueueServer(executor_id="b", running=1, waiting=7),
        QueueServer(executor_id="c", running=9, waiting=9, limit=10, supported=False),
    ]
    assert [Reading(QUEUE + "a", 8, 10)] == queues_of(servers)
    assert [80] == [reading.percent for reading in queues_of(servers)]
    assert "66" == str(Reading(FAILURES, 2, 3).percent)


@pytest.mark.parametrize(
    ("key", "part", "step"),
    [
        (FAILURES, 4, None),
        (FAILURES, 5, Step.CROSSED),
        (FAILURES, 3, Step.CLEARED),
        (QUEUE + "a", 3, Step.CLEARED),
        (QUEUE + "a", 4, Step.CROSSED),
    ],
)
def test_failures_exceed_their_limit_and_a_queue_reaches_it(key: str, part: int, step: Step | None) -> None:
    """R44: more than 20 % of the last 20; as many places as the limit, or more."""
    assert step == Crossings().observe(Reading(key, part, 20), 20)


def test_a_share_that_swings_around_its_limit_is_reported_once() -> None:
    """R44: until it was down to three quarters of the limit."""
    crossings = Crossings()
    steps = [crossings.observe(Reading(FAILURES, part, 20), 20) for part in (2, 5, 4, 5, 4, 6, 3, 4, 5)]
    assert [Step.CLEARED, Step.CROSSED, None, None, None, None, Step.CLEARED, None, Step.CROSSED] == steps


def test_what_is_forgotten_may_cross_again() -> None:
    """R44: another limit is another crossing."""
    crossings = Crossings()
    crossings.observe(Reading(FAILURES, 9, 20), 20)
    assert (True, (FAILURES,)) == (crossings.above(FAILURES), crossings.keys)
    crossings.forget(FAILURES)
    assert (False, ()) == (crossings.above(FAILURES), crossings.keys)
    assert Step.CROSSED == crossings.observe(Reading(FAILURES, 9, 20), 10)
    crossings.forget(QUEUE + "never seen")
    assert crossings.above(FAILURES)


@given(st.sampled_from([FAILURES, QUEUE + "a"]), st.integers(1, 99), st.lists(st.integers(0, 40), max_size=60))
def test_crossings_and_clearings_take_turns(key: str, limit: int, parts: list[int]) -> None:
    """R44: one for each time the share has risen above the limit from clearly below; every other reading is silent."""
    crossings = Crossings()
    steps = []
    for part in parts:
        step = crossings.observe(Reading(key, part, 20), limit)
        over = part * 100 > limit * 20 or (key != FAILURES and part * 100 == limit * 20)
        if step is Step.CROSSED:
            assert over
        if step is Step.CLEARED:
            assert 4 * part * 100 <= 3 * limit * 20
        if over:
            assert crossings.above(key)
        if step is not None:
            steps.append(step)
    assert all(one is not other for one, other in pairwise(steps))


@given(st.permutations(["a", "b", "c"]), st.lists(st.integers(0, 10), min_size=3, max_size=3))
def test_one_queue_says_nothing_of_another(order: list[str], parts: list[int]) -> None:
    """R44: each has its own crossing, in whatever order they are read."""
    full = dict(zip("abc", parts, strict=True))
    crossings = Crossings()
    for name in order:
        crossings.observe(Reading(QUEUE + name, full[name], 10), 80)
    assert {name for name, part in full.items() if part >= 8} == {
        name for name in full if crossings.above(QUEUE + name)
    }


@pytest.mark.parametrize(
    ("changed", "failures", "queue"),
    [
        (Limits(), True, True),
        (Limits(failures_on=True), False, True),
        (Limits(failures=21), False, True),
        (Limits(last=21), False, True),
        (Limits(queue_on=True), True, False),
        (Limits(queue=81), True, False),
    ],
    ids=str,
)
def test_another_limit_is_another_crossing(changed: Limits, failures: bool, queue: bool) -> None:
    """R44: only for what it is about."""
    alike = Limits().concern_alike
    assert (failures, queue) == (alike(changed, FAILURES), alike(changed, f"{QUEUE}comfyui"))
