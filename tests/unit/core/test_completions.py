"""Each completion is reported exactly once."""

import pytest

from app.core.completions import Completions


@pytest.fixture
def completions() -> Completions:
    """No completion yet."""
    return Completions()


def test_a_completion_waits_until_it_is_reported(completions: Completions) -> None:
    """R23: a result may have to be read first."""
    assert not completions.unreported("a")
    completions.completed("a")
    assert completions.unreported("a")
    completions.reported("a")
    assert not completions.unreported("a")


def test_a_completion_that_was_reported_is_not_reported_again(completions: Completions) -> None:
    """R23: `on_success` and `on_failure` are called exactly once per task."""
    completions.completed("a")
    completions.reported("a")
    completions.completed("a")
    assert not completions.unreported("a")


def test_completions_go_by_id(completions: Completions) -> None:
    """R23: one job's completion is not another's."""
    completions.completed("a")
    completions.completed("b")
    completions.reported("a")
    assert (False, True) == (completions.unreported("a"), completions.unreported("b"))


def test_a_job_that_was_begun_anew_completes_once_more(completions: Completions) -> None:
    """R15, R23: what waited of its first run is not reported, and what was reported is no second time of it."""
    for job_id in ("a", "b", "c"):
        completions.completed(job_id)
    completions.reported("b")
    completions.reopened("a")
    completions.reopened("b")
    assert [False, False, True] == [completions.unreported(job_id) for job_id in ("a", "b", "c")]
    completions.completed("b")
    assert completions.unreported("b")


def test_clearing_forgets_what_waits_and_what_was_reported(completions: Completions) -> None:
    """R33: the next user's completions are their own."""
    completions.completed("a")
    completions.reported("a")
    completions.completed("b")
    completions.clear()
    assert not completions.unreported("b")
    completions.completed("a")
    assert completions.unreported("a")


def test_reporting_a_completion_that_was_not_noted_keeps_it_from_being_reported(completions: Completions) -> None:
    """R23: whoever reported it another way reported it."""
    completions.reported("a")
    completions.completed("a")
    assert not completions.unreported("a")
