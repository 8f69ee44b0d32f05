"""What is asked of a collection by whoever reads the server for it."""

import pytest

from app.core.collection import TaskCollection
from app.core.known_jobs import is_active
from app.core.records import Source, Task, Word
from app.core.status import Status


@pytest.mark.parametrize("status", list(Status))
def test_a_job_is_active_while_it_is_to_be_asked_about(status: Status) -> None:
    """R11, R12: not at a standstill, not after its end, and not if nobody knows it."""
    jobs = TaskCollection()
    jobs.apply_listed([Task(id="a", dated=Word(status, status.value, None, 1.0))], Source.POLL, 1.0, 1.0)
    assert (status in {Status.QUEUED, Status.RUNNING, Status.UNKNOWN}, False) == (
        is_active(jobs, "a"),
        is_active(jobs, "b"),
    )
