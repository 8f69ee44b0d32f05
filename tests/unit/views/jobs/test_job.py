"""Everything known of one job (R31)."""

from app.core.records import Result
from app.core.stages import Span, Stage, Usual
from app.core.status import Status
from app.views.jobs.job import again_values, job_json, job_result, job_values, stage_values
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY_URL, NOW, ability_task, task

T = plain_texts()


def test_trace_and_callback_are_shown() -> None:
    """R31: with the address as a link where it is one."""
    values = job_values(T, ability_task(), NOW)
    assert values["trace"] == "tr-1"
    assert values["trace-fact@hidden"] is None
    assert values["callback@href"] == "https://hooks.example.org/done"
    assert values["log@href"] == "#/admin/abilities/comfyui_koutu?log=4567"
    refused = job_values(T, ability_task(callback_url=NASTY_URL), NOW)
    assert refused["callback"] == NASTY_URL
    assert refused["callback@href"] is None


def test_both_kinds_have_their_own_facts() -> None:
    """What one kind does not know is hidden."""
    values = job_values(T, task(), NOW)
    assert values["page@data-kind"] == "task"
    assert values["trace-fact@hidden"] == ""
    assert values["channel"] == "web"
    assert job_result(task(result_url="/a.png")) == Result(images=("/a.png",))
    assert job_json(task(parameters={"a": 1}), "request") == {"a": 1}
    assert job_json(ability_task(result=Result(raw=[1])), "raw") == [1]


def test_missing_results_are_explained() -> None:
    """Not yet, or never."""
    assert "when the task has ended" in str(job_values(T, ability_task(), NOW)["no-results"])
    assert "no results" in str(job_values(T, ability_task(Status.FAILED), NOW)["no-results"])
    assert job_values(T, ability_task(Status.SUCCEEDED, result=Result(texts=("x",))), NOW)["no-results"] == ""


def test_a_task_s_address_says_what_it_leads_to() -> None:
    """R27, report 17: a video is no broken picture."""
    urls = ("/a.mp4", "/a.mp3?x=1", "/a.zip", "/a", None)
    assert [job_result(task(result_url=url)) for url in urls] == [
        Result(videos=("/a.mp4",)),
        Result(audios=("/a.mp3?x=1",)),
        Result(files=("/a.zip",)),
        Result(images=("/a",)),
        Result(),
    ]


def test_a_failure_without_a_reason_says_so() -> None:
    """R27, report 20: and a job that stands still says what that means; one that is well says nothing."""
    assert "gave no reason" in str(job_values(T, task(Status.FAILED), NOW)["error"])
    assert "administrator" in str(job_values(T, task(Status.BLOCKED), NOW)["error"])
    assert job_values(T, task(Status.BLOCKED, error="no binding"), NOW)["error"] == "no binding"
    assert job_values(T, task(Status.SUCCEEDED), NOW)["error@hidden"] == ""


def test_the_last_update_does_not_repeat_the_end() -> None:
    """R38: the same moment is shown once; one that differs is a fact of its own."""
    ended = {"finished_at": NOW - 5}
    assert job_values(T, ability_task(Status.SUCCEEDED, **ended), NOW)["updated-fact@hidden"] == ""
    later = ability_task(Status.SUCCEEDED, finished_at=NOW - 60)
    assert job_values(T, later, NOW)["updated-fact@hidden"] is None


def test_everybody_is_led_to_the_ability() -> None:
    """R41: an end user to the page without the log."""
    assert job_values(T, ability_task(), NOW, admin=False)["ability@href"] == "#/abilities/comfyui_koutu"
    assert job_values(T, ability_task(), NOW)["ability@href"] == "#/admin/abilities/comfyui_koutu"


def test_stages_are_drawn_beside_what_is_usual() -> None:
    """R38: the longest is a whole bar, and it is said of how many jobs the usual is."""
    spans = [Span(Stage.WAITED, 5.0), Span(Stage.RAN, 20.0, running=True)]
    values = stage_values(T, spans, {Stage.RAN: Usual(12.0, 7)})
    assert (values["stage-waited-bar@value"], values["stage-ran-bar@value"]) == ("25", "100")
    assert (values["stage-ran-time"], values["stage-ran-usual"]) == ("20 s", "usually 12 s")
    assert (values["stage-waited-usual"], values["stage-total@hidden"]) == ("", "")
    assert "7" in str(values["usual"])
    assert stage_values(T, [], {})["stages@hidden"] == ""


def test_running_again_says_the_price_first() -> None:
    """R41: of a task what it cost; an ability task's price is said on its form."""
    ended = task(Status.SUCCEEDED)
    assert again_values(T, ended, possible=True)["again-text"] == "Run again for 50 points"
    assert again_values(T, ended, possible=False)["again@hidden"] == ""
    values = again_values(T, ability_task(Status.FAILED), possible=True)
    assert values["again-link@href"] == f"#/abilities/comfyui_koutu?again={'a' * 32}"
    assert (values["again@hidden"], values["again-link@hidden"]) == ("", None)
