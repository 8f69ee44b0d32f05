"""What a record says of itself."""

from dataclasses import replace

import pytest

from app.core.records import AbilityTask, Result, as_row
from app.core.status import Status
from testkit.words import dated, shown, task, undated

QUEUED, RUNNING, BLOCKED, SUCCEEDED, FAILED, CANCELLED, UNKNOWN = Status


def test_a_record_without_any_word_is_unknown_and_active() -> None:
    """R11: nothing is known of it yet, so more is to be expected."""
    record = task()
    assert (UNKNOWN, None, None, "", True) == (*shown(record), record.updated_at, record.word.text, record.active)


@pytest.mark.parametrize("status", list(Status))
def test_a_job_is_active_until_it_has_ended(status: Status) -> None:
    """R11: a terminal id leaves the active set at once; an unfamiliar word is no end."""
    assert (not status.terminal and status is not BLOCKED) == task(undated(status)).active
    assert status.terminal == task(undated(status)).ended


def test_a_job_the_server_no_longer_knows_is_unknown_and_not_active() -> None:
    """R11: shown as unknown, never as done."""
    gone = task(dated(RUNNING, 10.5), gone=True)
    assert (UNKNOWN, False) == (gone.status, gone.active)


def test_a_record_of_undated_words_has_no_time() -> None:
    """R15: only the server's own time counts."""
    assert task(undated(RUNNING)).updated_at is None


def test_a_blocked_job_is_neither_over_nor_asked_about() -> None:
    """R11: nobody looks at it until an admin acts."""
    blocked = task(dated(BLOCKED, 10.5))
    assert (False, False) == (blocked.active, blocked.ended)


def test_an_end_time_ends_a_job_whose_word_nobody_knows() -> None:
    """R11: `expired` with an end time is over, and keeps its own word."""
    expired = task(dated(UNKNOWN, 10.5, text="expired"), finished_at=10.4)
    assert (True, False, "expired") == (expired.ended, expired.active, expired.word.text)


def test_an_end_time_does_not_end_a_job_that_is_known_to_run() -> None:
    """R11: a job that was submitted again may carry the end time of before."""
    assert task(dated(QUEUED, 20.5), finished_at=10.4).active


def test_a_row_keeps_what_it_shows_and_nothing_else() -> None:
    """R48, report 43: name, status, points, error and a picture; no request, no raw answer."""
    result = Result(images=("/1.png", "/2.png", "/3.png", "/4.png"), texts=("x" * 9000, "y"), raw={"big": 1})
    whole = AbilityTask(
        id="a", dated=dated(SUCCEEDED, 9.5), ability_name="N", result=result, request={"image": "…"}, created_at=1.0
    )
    row = as_row(whole)
    assert replace(whole, request=None, row_only=True, result=row.result) == row
    assert Result(images=("/1.png", "/2.png", "/3.png"), texts=("x" * 200,)) == row.result
    two = ("/a", "/b")
    played = as_row(replace(whole, result=Result(videos=two, audios=two, files=two)))
    assert Result(videos=two[:1], audios=two[:1], files=two[:1]) == played.result
    assert task(dated(SUCCEEDED, 9.5), None, row_only=True) == as_row(
        task(dated(SUCCEEDED, 9.5), None, parameters={"a": 1})
    )
