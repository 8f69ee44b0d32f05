"""What happened while nobody looked, however the page came to know it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.absence import Absence, Left, compare, leave, owned
from app.core.collection import TaskCollection
from app.core.points import Points
from app.core.records import Source, Task, Word
from app.core.status import Status

LEFT_AT = 1000.0


def task(job: str, status: Status, *, updated: float, created: float = 900.0) -> Task:
    """Return what a list says of a task."""
    return Task(
        id=job,
        dated=Word(status, status.value, None, updated),
        created_at=created,
        finished_at=updated if status.terminal else None,
    )


def test_what_ended_failed_and_still_runs() -> None:
    """R45: a job that ran then and has ended, a new one that came and went, and one that still runs."""
    left = leave(
        [task("a", Status.RUNNING, updated=990), task("b", Status.QUEUED, updated=990)], Points(100, 30), LEFT_AT
    )
    now = [
        task("a", Status.SUCCEEDED, updated=1100),
        task("b", Status.RUNNING, updated=1100),
        task("c", Status.FAILED, updated=1200, created=1150),
        task("d", Status.CANCELLED, updated=1200, created=1160),
    ]
    expected = Absence(LEFT_AT, frozenset("a"), frozenset("c"), frozenset("d"), frozenset("b"), spent=10, oldest=900.0)
    found = compare(left, now, owned(Points(90, 30)))
    assert expected == found
    assert found.happened


def test_what_had_ended_before_is_not_new() -> None:
    """R45: not even if the lists reach further back now."""
    left = leave([task("a", Status.FAILED, updated=1005)], None, LEFT_AT)
    now = [task("a", Status.FAILED, updated=1005), task("old", Status.SUCCEEDED, updated=950)]
    found = compare(left, now, 90)
    assert (False, None, None) == (found.happened, found.spent, found.oldest)


def test_that_something_still_runs_is_nothing_new() -> None:
    """R45: nothing is shown for it alone."""
    found = compare(Left(LEFT_AT, frozenset("a")), [task("a", Status.RUNNING, updated=1100)], None)
    assert (False, frozenset("a")) == (found.happened, found.running)


def test_a_job_that_the_server_lost_is_distinguished() -> None:
    """R45, R11: it is over, and nobody knows how."""
    gone = replace(task("a", Status.RUNNING, updated=990), gone=True)
    found = compare(Left(LEFT_AT, frozenset("a")), [gone], None)
    assert (frozenset("a"), True) == (found.others, found.happened)


def test_a_standstill_is_neither_an_end_nor_running() -> None:
    """R45: a blocked job waits for an admin."""
    found = compare(Left(LEFT_AT, frozenset("a")), [task("a", Status.BLOCKED, updated=1100)], None)
    assert (False, frozenset()) == (found.happened, found.running)


BEFORE, AFTER = LEFT_AT - 1, LEFT_AT + 1


@pytest.mark.parametrize(
    ("finished", "updated", "created", "ended"),
    [
        (AFTER, BEFORE, BEFORE, True),
        (BEFORE, AFTER, AFTER, False),
        (None, AFTER, BEFORE, True),
        (None, BEFORE, AFTER, False),
        (None, None, AFTER, True),
        (None, None, BEFORE, False),
        (None, None, LEFT_AT, False),
        (None, None, None, False),
    ],
)
def test_an_unknown_job_counts_by_its_own_times(
    finished: float | None, updated: float | None, created: float | None, *, ended: bool
) -> None:
    """R45: by its end, else by its last word, else by its submission, where they are known."""
    word = Word(Status.SUCCEEDED, "succeeded", None, updated)
    job = Task(id="a", created_at=created, finished_at=finished, undated=word)
    if updated is not None:
        job = replace(job, dated=word, undated=None)
    assert ended == compare(Left(LEFT_AT, frozenset()), [job], None).happened


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED])
def test_one_end_is_enough_to_be_shown(status: Status) -> None:
    """R45: however it ended."""
    assert compare(Left(LEFT_AT, frozenset("a")), [task("a", status, updated=1100)], None).happened


@pytest.mark.parametrize(("before", "after", "spent"), [(Points(100, 30), Points(100), 30), (Points(5), Points(9), -4)])
def test_what_it_cost_counts_frozen_points_as_owned(before: Points, after: Points, spent: int) -> None:
    """R45: a freeze is no cost, a deduction is; points that were given are taken off."""
    assert spent == compare(leave([], before, LEFT_AT), [], owned(after)).spent


STATES = (Status.QUEUED, Status.RUNNING, Status.SUCCEEDED, Status.FAILED)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans())),
    st.randoms(use_true_random=False),
)
def test_the_order_of_push_and_poll_does_not_matter(jobs: dict[str, tuple[int, int, bool]], chance: Random) -> None:
    """R45: updates in any order and number lead to the same story, which is the difference of the two states."""
    then = {job: task(job, STATES[before], updated=900 + before) for job, (before, _, known) in jobs.items() if known}
    updates = [
        task(job, STATES[step], updated=1100 + step)
        for job, (before, after, _) in jobs.items()
        for step in range(before + 1 if STATES[before].terminal else before, after + 1)
        if not STATES[before].terminal
    ]
    stories = set()
    for _ in range(3):
        collection = TaskCollection()
        collection.apply_listed(then.values(), Source.POLL, 0.0)
        left = leave(then.values(), None, LEFT_AT)
        shuffled = [*updates, *updates]
        chance.shuffle(shuffled)
        for update in shuffled:
            collection.apply_listed([update], chance.choice([Source.PUSH, Source.POLL]), 1.0)
        records = [record for job in collection.order if (record := collection.get(job))]
        stories.add(compare(left, records, None))
    (story,) = stories
    for job, (before, after, known) in jobs.items():
        ended = STATES[after].terminal and after >= before and not STATES[before].terminal
        reported = job in story.succeeded | story.failed
        assert reported is ended or (known and STATES[before].terminal and not reported)
