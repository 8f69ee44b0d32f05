"""What the server noted of a job."""

from __future__ import annotations

from app.core.job_history import HistoryEvent, JobHistory, NotedStage, last_run


def event(kind: str, at: float | None = None, reason: str | None = None, task: str = "a") -> HistoryEvent:
    """Return an event."""
    return HistoryEvent(task, kind, at, reason)


def test_only_the_last_run_of_the_task_counts() -> None:
    """R38: a task may be submitted again under its id; others' events are in between."""
    entries = [
        event("started", 9.0),
        event("created", 8.5, task="b"),
        event("recreated", 8.0),
        event("failed", 7.0, "no node"),
        event("created", 5.0),
    ]
    assert [one.kind for one in last_run(entries, "a")] == ["recreated", "started"]
    assert last_run(entries, "c") == ()
    assert [one.kind for one in last_run(entries[:1], "a")] == ["started"]


def test_the_reason_is_that_of_the_standstill() -> None:
    """R38: and none once the task went on."""
    blocked = (event("created", 1.0), event("blocked", 2.0, "NO_BINDING"))
    assert JobHistory(blocked).reason == "NO_BINDING"
    assert JobHistory((*blocked, event("started", 3.0))).reason is None
    assert JobHistory().reason is None


def test_stages_of_a_task_are_those_between_its_events() -> None:
    """R38: what runs, runs until now; what was not noted is no stage."""
    events = (event("created", 1.0), event("started", 3.0))
    assert JobHistory(events).stages(10.0) == (NotedStage("waited", 2.0), NotedStage("ran", 7.0, running=True))
    ended = JobHistory((*events, event("succeeded", 8.0)))
    assert ended.stages(10.0) == (NotedStage("waited", 2.0), NotedStage("ran", 5.0))
    assert JobHistory(events[:1]).stages(10.0) == ()
    assert JobHistory((event("created"), event("started", 3.0))).stages(10.0) == ()


def test_a_run_that_was_begun_anew_has_stages() -> None:
    """R38: however short they are, and however it ended; a clock that was set back makes none shorter than nothing."""
    failed = JobHistory((event("recreated", 1.0), event("started", 1.25), event("failed", 1.75)))
    assert (NotedStage("waited", 0.25), NotedStage("ran", 0.5)) == failed.stages(10.0)
    back = JobHistory((event("created", 3.0), event("started", 2.0)), callback_begun=3.0)
    expected = NotedStage("waited", 0.0), NotedStage("ran", 0.0, running=True)
    assert (*expected, NotedStage("called_back", 0.0, running=True)) == back.stages(1.0)


def test_a_result_is_stored_and_called_back_with() -> None:
    """R38: a callback that has no end yet is under way."""
    history = JobHistory(stored=True, callback_begun=5.0)
    assert history.stages(9.0) == (NotedStage("stored"), NotedStage("called_back", 4.0, running=True))
    done = JobHistory(callback_begun=5.0, callback_ended=6.5)
    assert (history.pending, done.pending) == (True, False)
    assert done.stages(9.0) == (NotedStage("called_back", 1.5),)
