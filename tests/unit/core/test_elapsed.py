"""How long a job has been waiting or running, or took."""

from dataclasses import replace

import pytest

from app.core.elapsed import elapsed_s
from app.core.records import AbilityTask, Task, Word
from app.core.status import Status

NOW = 1_768_476_000.0


@pytest.mark.parametrize("hours", [-1, -8])
def test_a_clock_that_runs_behind_shows_no_negative_time(hours: int) -> None:
    """Faults, case 15."""
    task = Task(id="a", undated=Word(Status.RUNNING, "running"), created_at=NOW - 60)
    assert elapsed_s(task, NOW + hours * 3600) == 0.0


def test_what_the_server_measured_goes_before_what_the_stamps_say() -> None:
    """R27: an ability task that ended took as long as its duration says; one that runs, since it was started."""
    ended = AbilityTask(id="a", undated=Word(Status.SUCCEEDED, "ok"), created_at=1.0, finished_at=9.0, duration_ms=2500)
    assert elapsed_s(ended, NOW) == 2.5
    assert elapsed_s(replace(ended, duration_ms=40), NOW) == 0.04
    running = AbilityTask(id="a", undated=Word(Status.RUNNING, "running"), created_at=NOW - 60, started_at=NOW - 7)
    assert elapsed_s(running, NOW) == 7.0
    assert elapsed_s(Task(id="a"), NOW) is None


@pytest.mark.parametrize("now", [0.0, 9.0, NOW, NOW + 86400])
@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED])
def test_an_end_without_a_date_is_when_the_job_was_last_updated(status: Status, now: float) -> None:
    """R27, report 10: the lists name no end of some jobs; their time stands still all the same."""
    word = Word(status, status.value, None, 9.0)
    assert elapsed_s(Task(id="a", dated=word, created_at=1.0), now) == 8.0
    assert elapsed_s(AbilityTask(id="a", dated=word, created_at=1.0, started_at=4.0), now) == 5.0
    undated = Task(id="a", undated=Word(status, status.value), created_at=1.0)
    assert elapsed_s(undated, now) is None
