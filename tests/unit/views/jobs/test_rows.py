"""What the rows of the task lists show (R27)."""

from dataclasses import replace

from app.core.records import Result, Word
from app.core.status import Status
from app.views.jobs.rows import ability_task_row_values, task_row_values
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY_URL, NOW, ability_task, task

T = plain_texts()


def test_a_running_task_shows_its_progress_and_time() -> None:
    """R27: name, status, progress, elapsed time, points, executor; the public attributes are exact."""
    values = task_row_values(T, task(), NOW)
    assert values["@data-task-id"] == "tsk_1"
    assert values["@data-kind"] == "task"
    assert values["@data-status"] == "running"
    assert values["name"] == "Print extraction"
    assert values["name@href"] == "#/tasks/tsk_1"
    assert values["status"] == "Running"
    assert values["bar@aria-valuenow"] == values["bar@value"] == "40"
    assert values["bar@hidden"] is None
    assert values["percent"] == "40%"
    assert values["elapsed"] == "1:00"
    assert values["points"] == "50 pts"
    assert values["executor"] == "web"


def test_without_progress_the_bar_has_no_number() -> None:
    """R27: a running job without one has a bar without `aria-valuenow`; a queued one has no bar."""
    running = ability_task_row_values(T, ability_task(), NOW)
    assert running["bar@aria-valuenow"] is None
    assert running["bar@hidden"] is None
    assert running["elapsed"] == "0:30"
    assert ability_task_row_values(T, ability_task(Status.QUEUED), NOW)["bar@hidden"] == ""


def test_an_ended_task_shows_what_came_of_it() -> None:
    """R27: a preview on success, the error on failure, and no bar; the last progress stays readable."""
    done = task_row_values(T, task(Status.SUCCEEDED, 100, result_url="/api/files/1.png", finished_at=NOW - 20), NOW)
    assert done["preview@src"] == "/api/files/1.png"
    assert done["preview@alt"] == "Result of Print extraction"
    assert done["preview@hidden"] is None
    assert done["bar@hidden"] == ""
    assert done["bar@aria-valuenow"] == "100"
    assert done["elapsed"] == "0:40"
    failed = ability_task_row_values(T, ability_task(Status.FAILED, error="a\n  b", duration_ms=61_000), NOW)
    assert failed["error"] == "a b"
    assert failed["elapsed"] == "1:01"
    assert failed["preview@hidden"] == ""


def test_a_result_of_text_is_previewed_as_text() -> None:
    """R27: an ability that writes shows the beginning of what it wrote."""
    values = ability_task_row_values(T, ability_task(Status.SUCCEEDED, result=Result(texts=("koi " * 500,))), NOW)
    assert str(values["text"]).startswith("koi koi")
    assert len(str(values["text"])) <= 240


def test_an_address_that_may_not_be_shown_is_no_preview() -> None:
    """The first picture that may be shown is the preview; a script never is."""
    result = Result(images=(NASTY_URL, "https://example.org/a.png"))
    values = ability_task_row_values(T, ability_task(Status.SUCCEEDED, result=result), NOW)
    assert values["preview@src"] == "https://example.org/a.png"
    assert task_row_values(T, task(Status.SUCCEEDED, result_url=NASTY_URL), NOW)["preview@src"] is None


def test_an_unknown_word_is_shown_as_it_came_but_not_for_a_lost_id() -> None:
    """The wire's own word for `unknown`; an id that is gone is unknown, whatever it was last (R11)."""
    strange = task(Status.UNKNOWN, None, undated=Word(Status.UNKNOWN, "on_hold"))
    assert task_row_values(T, strange, NOW)["status"] == "on_hold"
    gone = replace(ability_task(), gone=True)
    values = ability_task_row_values(T, gone, NOW)
    assert values["status"] == "Unknown"
    assert values["@data-status"] == "unknown"


def test_a_task_that_says_little_still_has_a_name() -> None:
    """The id stands in for a missing action, an unknown action for itself."""
    assert task_row_values(T, task(action=None), NOW)["name"] == "tsk_1"
    assert task_row_values(T, task(action="new_thing"), NOW)["name"] == "new_thing"
    assert ability_task_row_values(T, ability_task(ability_name=None), NOW)["name"] == "comfyui_koutu"
    assert ability_task_row_values(T, ability_task(executor_id=None, provider="baidu"), NOW)["executor"] == "baidu"


def test_a_huge_error_costs_a_row_one_line() -> None:
    """A 5 MB message does not get into the document."""
    values = task_row_values(T, task(Status.FAILED, None, error="x" * 5_000_000), NOW)
    assert len(str(values["error"])) <= 240


def test_a_failed_row_without_a_reason_says_so() -> None:
    """R27, report 20: a row is as clear as the page of its job."""
    assert task_row_values(T, task(Status.FAILED), NOW)["error"] == "no reason given"
    assert task_row_values(T, task(Status.BLOCKED, error="no binding"), NOW)["error"] == "no binding"
    assert task_row_values(T, task(Status.RUNNING), NOW)["error"] == ""


def test_only_a_picture_is_a_preview() -> None:
    """R27, report 17: a video leaves the icon of its kind."""
    assert task_row_values(T, task(result_url="/a.png"), NOW)["preview@src"] == "/a.png"
    assert task_row_values(T, task(result_url="/a.mp4"), NOW)["preview@src"] is None


def test_a_row_says_when_the_job_was_submitted() -> None:
    """R27: the time alone on the same day, then day and time, then the day; nothing if the server does not say."""
    assert task_row_values(T, task(), NOW)["when"] == "11:19"
    assert task_row_values(T, task(), NOW + 86_400)["when"] == "01-15 11:19"
    assert task_row_values(T, task(), NOW + 400 * 86_400)["when"] == "2026-01-15"
    assert ability_task_row_values(T, ability_task(created_at=None), NOW)["when"] == ""
