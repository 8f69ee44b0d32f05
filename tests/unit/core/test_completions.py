"""Each completion that was watched is reported exactly once."""

import pytest

from app.core.collection import Change
from app.core.completions import Completions, whole
from app.core.records import AbilityTask, Result, Source
from app.core.status import Status
from testkit.words import ability_task

RUNNING, SUCCEEDED, FAILED, UNKNOWN = Status.RUNNING, Status.SUCCEEDED, Status.FAILED, Status.UNKNOWN


@pytest.fixture
def completions() -> Completions:
    """No completion yet."""
    return Completions()


def change(
    status: Status, before: Status | None = RUNNING, source: Source = Source.PUSH, job: str = "a"
) -> Change[AbilityTask]:
    """Return a change of a job's status; ``before`` is ``None`` for a new job."""
    known = None if before is None else ability_task(before, id=job)
    return Change(ability_task(status, id=job), known, source)


def take(completions: Completions, status: Status, before: Status | None = RUNNING, job: str = "a") -> bool:
    """Take in a change of a job after the list was read."""
    return completions.take(change(status, before, job=job), loaded=True)


@pytest.mark.parametrize("status", [SUCCEEDED, FAILED])
def test_a_completion_waits_until_it_is_reported(completions: Completions, status: Status) -> None:
    """R23: a result may have to be read first."""
    assert not completions.unreported("a")
    assert take(completions, status)
    assert completions.unreported("a")
    assert take(completions, status, status)
    completions.reported("a")
    assert not completions.unreported("a")


def test_a_completion_that_was_reported_is_not_reported_again(completions: Completions) -> None:
    """R23: `on_success` and `on_failure` are called exactly once per task."""
    take(completions, SUCCEEDED)
    completions.reported("a")
    assert [False, False] == [take(completions, SUCCEEDED), take(completions, FAILED, SUCCEEDED)]


def test_what_goes_on_has_not_completed(completions: Completions) -> None:
    """R23: nor has what the server no longer knows."""
    assert [False, False] == [take(completions, RUNNING, Status.QUEUED), take(completions, RUNNING, None)]
    gone = ability_task(UNKNOWN, id="a")
    gone.gone = True
    assert not completions.take(Change(gone, ability_task(RUNNING), Source.POLL), loaded=True)


@pytest.mark.parametrize(
    ("before", "source", "loaded", "watched"),
    [
        (RUNNING, Source.POLL, False, True),
        (None, Source.POLL, False, False),
        (None, Source.PUSH, False, False),
        (None, Source.INVOKE, False, True),
        (None, Source.PUSH, True, True),
    ],
)
def test_only_what_is_watched_completes(
    completions: Completions, before: Status | None, source: Source, loaded: bool, watched: bool
) -> None:
    """R23: what had ended when the list was read is history."""
    assert watched is completions.take(change(SUCCEEDED, before, source), loaded=loaded)


def test_completions_go_by_id(completions: Completions) -> None:
    """R23: one job's completion is not another's."""
    take(completions, SUCCEEDED, job="a")
    take(completions, SUCCEEDED, job="b")
    completions.reported("a")
    assert (False, True) == (completions.unreported("a"), completions.unreported("b"))


def test_a_job_that_was_begun_anew_completes_once_more(completions: Completions) -> None:
    """R15, R23: what waited of its first run is not reported, and what was reported is no second time of it."""
    for job in ("a", "b", "c"):
        take(completions, SUCCEEDED, job=job)
    completions.reported("b")
    assert [False, False] == [take(completions, RUNNING, SUCCEEDED, job) for job in ("a", "b")]
    assert [False, False, True] == [completions.unreported(job) for job in ("a", "b", "c")]
    assert take(completions, SUCCEEDED, job="b")


def test_clearing_forgets_what_waits_and_what_was_reported(completions: Completions) -> None:
    """R33: the next user's completions are their own."""
    take(completions, SUCCEEDED, job="a")
    completions.reported("a")
    take(completions, SUCCEEDED, job="b")
    completions.clear()
    assert not completions.unreported("b")
    assert take(completions, SUCCEEDED, job="a")


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        (SUCCEEDED, {}, False),
        (SUCCEEDED, {"result": Result()}, True),
        (SUCCEEDED, {"error": "E"}, False),
        (FAILED, {}, False),
        (FAILED, {"error": "E"}, True),
        (FAILED, {"result": Result()}, False),
    ],
)
def test_a_completion_is_whole_with_its_result_or_its_error(
    status: Status, more: dict[str, object], expected: bool
) -> None:
    """R23: without them the task is worth a read."""
    bare: dict[str, object] = {"result": None, "error": None}
    assert expected is whole(ability_task(status, **bare | more))
