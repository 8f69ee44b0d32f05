"""What a query leaves, job by job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.filter_result import Result, Standing
from app.core.query import parse
from app.core.query_match import Matcher
from app.core.records import Task, Word
from app.core.status import Status

RUNNING: Standing = (Status.RUNNING, True)
FAILED: Standing = (Status.FAILED, False)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.sampled_from([RUNNING, FAILED]))))
def test_counts_are_those_of_the_jobs_as_they_stand_last(steps: list[tuple[str, Standing | None]]) -> None:
    """R36: whatever comes, changes and goes, each job is counted once."""
    result = Result(Matcher(parse("a")))
    for job_id, standing in steps:
        result.count(job_id, standing)
    last = {job_id: standing for job_id, standing in dict(steps).items() if standing is not None}
    assert last == result.counted
    for standing in (RUNNING, FAILED):
        assert list(last.values()).count(standing) == result.counts.get(standing, 0)


def test_the_order_holds_until_a_job_stands_otherwise() -> None:
    """R37: what changes nothing leaves it; a job that comes or goes does not."""
    result, order = Result(Matcher(parse("a"))), ["a", "b"]
    seen = []
    for job_id, standing in (("a", RUNNING), ("a", RUNNING), ("a", FAILED), ("a", None), ("b", None)):
        result.ordered_as = order
        result.count(job_id, standing)
        seen.append(result.ordered_as is order)
    assert [False, True, False, False, True] == seen


def test_a_job_that_is_dropped_is_counted_nowhere() -> None:
    """R34: it is said whether it had matched; by what it was sorted stays, for as long as it lingers."""
    result = Result(Matcher(parse("a")), counted={"a": RUNNING}, counts={RUNNING: 1}, matched={"a"}, keys={"a": 1})
    assert [True, False] == [result.drop("a"), result.drop("a")]
    assert ({}, {RUNNING: 0}, set(), {"a": 1}) == (result.counted, result.counts, result.matched, result.keys)


def test_one_answer_for_all_jobs_that_stand_alike() -> None:
    """R34: the conditions on the status are asked once for each standing."""
    result = Result(Matcher(parse("status:failed")))
    failed = Task(id="f", undated=Word(Status.FAILED, "failed"))
    running = Task(id="r", undated=Word(Status.RUNNING, "running"))
    assert [True, False] == [result.admits(FAILED, failed), result.admits(RUNNING, running)]
    assert result.admits(FAILED, running)


@pytest.mark.parametrize(
    ("text", "moves"),
    [("a", False), ("since:1h", True), ("longer:1m", True), ("sort:-elapsed", True), ("sort:name", False)],
)
def test_what_time_alone_changes(text: str, *, moves: bool) -> None:
    """R34: spans of time, and the order by how long jobs have taken."""
    assert moves == Result(Matcher(parse(text))).moves
