"""Ended jobs across visits: bounded, the newest kept, and never beside what the server says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Change
from app.core.records import AbilityTask, Result, Source, Task, Word
from app.core.remembered import AT_ONCE, LONGEST_ID, MOST_REMEMBERED, RememberedJobs, Seen, Unwritten, worth_remembering
from app.core.status import Status


def job(job_id: str, status: Status = Status.SUCCEEDED, created_at: float | None = 1.0, **facts: object) -> Task:
    """Return a task as a list has it."""
    return Task(id=job_id, dated=Word(status, status.value, None, 2.0), created_at=created_at, **facts)  # type: ignore[arg-type]


def change(record: Task, before: Task | None = None) -> Change[Task]:
    """Return an accepted update."""
    return Change(record, before, Source.POLL)


@pytest.mark.parametrize(
    ("record", "worth"),
    [
        (job("a"), True),
        (job("a", Status.FAILED), True),
        (job("a", Status.CANCELLED), True),
        (job("a", Status.RUNNING), False),
        (job("a", Status.BLOCKED), False),
        (job("a", Status.UNKNOWN, finished_at=3.0), False),
        (job("a", gone=True), False),
        (job("a", created_at=None), False),
        (job("a" * LONGEST_ID), True),
        (job("a" * (LONGEST_ID + 1)), False),
    ],
)
def test_only_what_the_server_calls_ended_is_remembered(record: Task, worth: bool) -> None:
    """R48: what is remembered never counts as active."""
    assert worth is worth_remembering(record)


def test_an_end_waits_to_be_written_as_a_row() -> None:
    """R48: rows, no payloads; of several states of a job the last; what was taken waits no longer."""
    unwritten: Unwritten[Task] = Unwritten()
    assert not unwritten
    unwritten.changed(change(job("a", Status.FAILED, parameters={"prompt": "koi"})))
    unwritten.changed(change(job("a", parameters={"prompt": "koi"})))
    assert unwritten
    ((row,), forgotten) = unwritten.take()
    assert (Status.SUCCEEDED, None, True, []) == (row.status, row.parameters, row.row_only, forgotten)
    assert not unwritten


def test_of_a_call_neither_request_nor_answer_is_taken() -> None:
    """R48: an ability task's payloads stay where they are."""
    unwritten: Unwritten[AbilityTask] = Unwritten()
    word = Word(Status.SUCCEEDED, "succeeded", None, 2.0)
    unwritten.known([AbilityTask(id="a", dated=word, created_at=1.0, request={"x": 1}, result=Result(raw={"y": 1}))])
    ((row,), _) = unwritten.take()
    assert (None, None) == (row.request, row.result and row.result.raw)


def test_a_job_that_is_begun_anew_is_forgotten() -> None:
    """R48: the server calls it open, in this visit or when it is first listed; a mere step of it costs nothing."""
    unwritten: Unwritten[Task] = Unwritten()
    unwritten.changed(change(job("a", Status.QUEUED), job("a", Status.FAILED)))
    unwritten.changed(change(job("b", Status.RUNNING)))
    unwritten.changed(change(job("c", Status.RUNNING), job("c", Status.QUEUED)))
    unwritten.known([job("d", Status.BLOCKED), job("e", created_at=None)])
    assert ([], ["a", "b", "d"]) == unwritten.take()


def test_what_could_not_be_written_waits_again() -> None:
    """R48: unless something newer has been noted meanwhile."""
    unwritten: Unwritten[Task] = Unwritten()
    unwritten.known([job("a", Status.FAILED), job("b"), job("c", Status.RUNNING)])
    rows, forgotten = unwritten.take()
    unwritten.changed(change(job("a")))
    unwritten.changed(change(job("c")))
    unwritten.put_back(rows, [*forgotten, "d"])
    rows, forgotten = unwritten.take()
    assert {"a": Status.SUCCEEDED, "b": Status.SUCCEEDED, "c": Status.SUCCEEDED} == {row.id: row.status for row in rows}
    assert ["d"] == forgotten


def test_much_is_written_in_portions_and_no_more_than_is_remembered() -> None:
    """R48: the newest are kept; cleared, nothing waits."""
    unwritten: Unwritten[Task] = Unwritten()
    unwritten.known(job(f"t{number}", created_at=float(number)) for number in range(MOST_REMEMBERED + 3))
    unwritten.known([job("again", Status.RUNNING)])
    rows, _ = unwritten.take()
    taken = {row.id for row in rows}
    assert AT_ONCE == len(rows)
    while unwritten:
        rows, forgotten = unwritten.take()
        taken |= {row.id for row in rows} | set(forgotten)
    assert MOST_REMEMBERED == len(taken)
    assert not {"t0", "t1", "t2", "t3"} & taken
    assert "again" in taken
    assert not unwritten


def test_what_the_server_speaks_of_is_no_longer_remembered() -> None:
    """R48: neither what is listed already is shown, nor what is listed or pushed later."""
    remembered: RememberedJobs[Task] = RememberedJobs(lambda job_id: job_id == "listed")
    remembered.add([Seen(job("a"), 5.0), Seen(job("listed"), 5.0), Seen(job("b"), 5.0)])
    assert ["a", "b"] == remembered.collection.order
    assert frozenset({"a"}) == remembered.replaced(["a", "x"])
    assert (["b"], None, 5.0) == (remembered.collection.order, remembered.seen_at("a"), remembered.seen_at("b"))
    remembered.clear()
    assert ([], None) == (remembered.collection.order, remembered.seen_at("b"))


def test_the_later_of_two_rows_of_a_job_holds() -> None:
    """R48: another page may have written meanwhile."""
    remembered: RememberedJobs[Task] = RememberedJobs(lambda _: False)
    remembered.add([Seen(job("a", Status.FAILED), 5.0), Seen(job("a"), 6.0), Seen(job("a", Status.CANCELLED), 4.0)])
    record = remembered.collection.get("a")
    assert record
    assert (Status.SUCCEEDED, 6.0) == (record.status, remembered.seen_at("a"))
    remembered.add([Seen(job("a", Status.CANCELLED), 6.0), Seen(job("b"), 1.0)])
    assert record is remembered.collection.get("a")
    assert ["a", "b"] == remembered.collection.order


STATUSES = st.sampled_from([Status.SUCCEEDED, Status.FAILED, Status.RUNNING, Status.QUEUED])
ROWS = st.tuples(st.integers(0, 9), STATUSES, st.integers(0, 20), st.integers(0, 5))


@given(steps=st.lists(st.one_of(ROWS, st.integers(0, 9))), listed=st.sets(st.integers(0, 9)), most=st.integers(1, 6))
def test_union_with_the_listed_shows_no_job_twice(
    steps: list[tuple[int, Status, int, int] | int], listed: set[int], most: int
) -> None:
    """R48: whatever is read and spoken of in whatever order, what is shown is bounded, ended and not listed."""
    known = {str(number) for number in listed}
    remembered: RememberedJobs[Task] = RememberedJobs(known.__contains__, most)
    for step in steps:
        if isinstance(step, int):
            known.add(str(step))
            remembered.replaced([str(step)])
        else:
            number, status, created, seen = step
            remembered.add([Seen(job(str(number), status, float(created)), float(seen))])
        order = remembered.collection.order
        assert len(order) == len(set(order)) <= most
        assert not known & set(order)
        assert 0 == remembered.collection.active_count
        assert all(remembered.seen_at(job_id) is not None for job_id in order)


@given(ages=st.lists(st.integers(0, 99), unique=True, max_size=20), most=st.integers(1, 10))
def test_the_newest_are_kept(ages: list[int], most: int) -> None:
    """R48: in whatever order they are read."""
    remembered: RememberedJobs[Task] = RememberedJobs(lambda _: False, most)
    for age in ages:
        remembered.add([Seen(job(f"t{age}", created_at=float(age)), 1.0)])
    assert [f"t{age}" for age in sorted(ages, reverse=True)[:most]] == remembered.collection.order
