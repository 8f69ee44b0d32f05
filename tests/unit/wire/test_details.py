"""What scripts on the page get: plain objects with camelCase fields."""

import json

from app.core.events import LogNotice
from app.core.points import WalletMove
from app.core.records import AbilityTask, Result, Task, Word
from app.core.status import Status
from app.wire.details import ability_task_detail, log_detail, task_detail, wallet_detail


def test_a_tasks_detail() -> None:
    """R19: what is not known is left out."""
    task = Task(id="t", undated=Word(Status.RUNNING, "processing", 40), points=50)
    assert {"taskId": "t", "status": "running", "progress": 40, "points": 50} == task_detail(task)


def test_an_ability_tasks_detail() -> None:
    """R19: the result is a plain object as well, without the provider's raw answer."""
    task = AbilityTask(
        id="a",
        dated=Word(Status.SUCCEEDED, "succeeded", None, 1768476720.5),
        ability_id="x",
        log_id=7,
        executor_id="node-1",
        result=Result(images=("/a.png",), audios=("/a.mp3",), files=("/a.zip",), raw={"secret": 1}),
    )
    detail = ability_task_detail(task)
    assert {
        "taskId": "a",
        "abilityId": "x",
        "status": "succeeded",
        "logId": 7,
        "executorId": "node-1",
        "updatedAt": "2026-01-15T11:32:00.500000Z",
        "resultPayload": {"images": ["/a.png"], "videos": [], "audios": ["/a.mp3"], "files": ["/a.zip"], "texts": []},
    } == detail
    json.dumps(detail)


def test_a_lost_task_is_reported_as_unknown() -> None:
    """R11, R19: a script sees the same status as the row."""
    task = AbilityTask(id="a", dated=Word(Status.RUNNING, "running", None, 1.0), gone=True)
    assert "unknown" == ability_task_detail(task)["status"]


def test_a_moment_that_is_none_is_left_out() -> None:
    """R19: an absurd time costs its field."""
    task = AbilityTask(id="a", dated=Word(Status.RUNNING, "running", None, 1e30))
    assert {"taskId": "a", "status": "running"} == ability_task_detail(task)


def test_the_details_of_points_and_logs() -> None:
    """R19: the payloads' own fields."""
    assert {"taskId": "t", "status": "frozen", "balance": 5} == wallet_detail(WalletMove("t", "frozen", 5))
    assert {"status": "released"} == wallet_detail(WalletMove(None, "released", None))
    notice = LogNotice(3, "x", Status.FAILED, None)
    assert {"logId": 3, "abilityId": "x", "status": "failed"} == log_detail(notice)
