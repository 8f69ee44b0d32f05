"""How long each stage of a job took, and how long it usually does."""

from __future__ import annotations

import statistics

from hypothesis import given
from hypothesis import strategies as st

from app.core.records import AbilityTask, Task, Word
from app.core.stages import LEAST_SAMPLES, MOST_SAMPLES, Span, Stage, Usual, spans, usual
from app.core.status import Status


def ability_task(name: str, status: Status = Status.SUCCEEDED, **more: object) -> AbilityTask:
    """An ability task of the ability ``cut`` unless asked otherwise."""
    facts: dict[str, object] = {"dated": Word(status, status.value, None, 100.0), "ability_id": "cut"} | more
    return AbilityTask(id=name, **facts)  # type: ignore[arg-type]  # a test names facts by their names


def task(name: str, status: Status, **more: object) -> Task:
    """A task."""
    facts: dict[str, object] = {"dated": Word(status, status.value, None, 100.0), "action": "cut"} | more
    return Task(id=name, **facts)  # type: ignore[arg-type]  # a test names facts by their names


def ran(name: str, seconds: float, **more: object) -> AbilityTask:
    """An ability task that waited for a second and ran for so many."""
    facts: dict[str, object] = {"created_at": 10.0, "started_at": 11.0, "finished_at": 11.0 + seconds} | more
    return ability_task(name, Status.SUCCEEDED, **facts)


def test_a_job_that_has_ended_waited_and_ran() -> None:
    """R38: from its submission to its beginning, and from there to its end."""
    job = ability_task("a", created_at=10.0, started_at=13.0, finished_at=33.0)
    assert [Span(Stage.WAITED, 3.0), Span(Stage.RAN, 20.0)] == spans(job, 999.0)


def test_a_job_that_runs_has_run_until_now() -> None:
    """R38: the stage it is in grows with the server's time."""
    job = ability_task("a", Status.RUNNING, created_at=10.0, started_at=13.0)
    assert [Span(Stage.WAITED, 3.0), Span(Stage.RAN, 7.0, running=True)] == spans(job, 20.0)
    queued = ability_task("a", Status.QUEUED, created_at=10.0)
    assert [Span(Stage.WAITED, 10.0, running=True)] == spans(queued, 20.0)


def test_without_a_beginning_the_whole_is_one_stage() -> None:
    """R38: of tasks the server does not say when they were begun, and nothing is made up."""
    assert [Span(Stage.TOTAL, 5.0)] == spans(task("t", Status.FAILED, created_at=10.0, finished_at=15.0), 99.0)
    assert [Span(Stage.TOTAL, 89.0, running=True)] == spans(task("t", Status.RUNNING, created_at=10.0), 99.0)
    assert [Span(Stage.WAITED, 89.0, running=True)] == spans(task("t", Status.QUEUED, created_at=10.0), 99.0)
    assert [] == spans(task("t", Status.RUNNING), 99.0)


def test_an_end_that_has_no_time_was_when_the_job_was_last_updated() -> None:
    """R38: the server does not say it of each job; where it does, that holds."""
    ended = Word(Status.FAILED, "failed", None, 40.0)
    assert [Span(Stage.TOTAL, 30.0)] == spans(task("t", Status.FAILED, dated=ended, created_at=10.0), 99.0)
    dated = task("t", Status.FAILED, dated=ended, created_at=10.0, finished_at=15.0)
    assert [Span(Stage.TOTAL, 5.0)] == spans(dated, 99.0)


def test_times_in_the_wrong_order_are_no_negative_duration() -> None:
    """R38: a server's times may contradict each other."""
    job = ability_task("a", created_at=10.0, started_at=8.0, finished_at=7.0)
    assert [0.0, 0.0] == [span.seconds for span in spans(job, 99.0)]
    assert [Span(Stage.TOTAL, 0.0)] == spans(task("t", Status.FAILED, created_at=10.0, finished_at=9.0), 99.0)


@given(st.lists(st.floats(0, 1e4), min_size=LEAST_SAMPLES, max_size=30))
def test_what_is_usual_is_the_median(seconds: list[float]) -> None:
    """R38: of all that are known and alike, and it says of how many."""
    jobs = [ability_task(str(index), created_at=0.0, started_at=0.0, finished_at=s) for index, s in enumerate(seconds)]
    found = usual(jobs, ability_task("x"))
    assert Usual(statistics.median(seconds), len(seconds)) == found[Stage.RAN]


def test_only_what_is_alike_counts() -> None:
    """R38: not another ability, not what failed, not the job itself."""
    jobs = [ran(str(number), 4.0) for number in range(LEAST_SAMPLES)]
    others: list[Task | AbilityTask] = [
        ran("o", 900.0, ability_id="paint"),
        ran("f", 900.0, dated=Word(Status.FAILED, "failed", None, 1.0)),
        ran("x", 900.0),
        task("t", Status.SUCCEEDED, created_at=0.0, finished_at=900.0),
    ]
    assert {Stage.WAITED: Usual(1.0, 5), Stage.RAN: Usual(4.0, 5)} == usual([*others, *jobs], ran("x", 900.0))


def test_few_samples_say_nothing() -> None:
    """R38: what four jobs took is no rule, and jobs of no known ability are not alike."""
    assert {} == usual([ran(str(number), 4.0) for number in range(LEAST_SAMPLES - 1)], ran("x", 1.0))
    nameless = [ran(str(number), 4.0, ability_id=None) for number in range(LEAST_SAMPLES)]
    assert {} == usual(nameless, ran("x", 1.0, ability_id=None))


def test_the_latest_of_many_say_what_is_usual() -> None:
    """R38: so many, in the order in which they are known."""
    jobs = [ran(str(number), float(number)) for number in range(MOST_SAMPLES + 50)]
    expected = {Stage.WAITED: Usual(1.0, MOST_SAMPLES), Stage.RAN: Usual((MOST_SAMPLES - 1) / 2, MOST_SAMPLES)}
    assert expected == usual(jobs, ran("x", 1.0))


def test_tasks_are_alike_by_their_action() -> None:
    """R38: a traditional task is compared with those of its action."""
    jobs = [task(str(number), Status.SUCCEEDED, created_at=0.0, finished_at=8.0) for number in range(LEAST_SAMPLES)]
    assert {Stage.TOTAL: Usual(8.0, 5)} == usual(jobs, task("x", Status.RUNNING))
    assert {} == usual(jobs, task("x", Status.RUNNING, action="other"))
