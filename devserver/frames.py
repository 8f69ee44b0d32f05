"""The frames that are pushed, one function each.

Only shapes: who gets a frame, and when, is decided elsewhere. Names are camelCase here, whatever REST calls the same
thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devserver.clock import zulu
from devserver.models import AbilityLog, AbilityTask, Task

RESULTS = frozenset({"executorId", "resultPayload"})
"""What came of a call, where and under which trace id, is its owner's business."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; ``owner`` is the only user who may have it, or ``None`` if everyone may.

    Of one that everyone may have, ``private`` names the fields that are for the user ``about`` alone.
    """

    type: str
    payload: dict[str, Any]
    owner: str | None = None
    about: str | None = None
    private: frozenset[str] = frozenset()


def task_status(task: Task, *, points: bool = True) -> Frame:
    """Where a traditional task stands. Carries no time; terminal ones are sent without ``points``."""
    payload: dict[str, Any] = {"taskId": task.id, "status": task.status, "progress": task.progress}
    if points:
        payload["points"] = task.points
    return Frame("task.status", payload)


def has_result(task_id: str) -> bool:
    """Whether the terminal frame of this ability task carries its result; half of them do not and must be read."""
    return int(task_id[-1], 16) % 2 == 0


def ability_task_status(task: AbilityTask) -> Frame:
    """Where an ability task stands."""
    payload: dict[str, Any] = {
        "taskId": task.id,
        "abilityId": task.ability_id,
        "status": task.status,
        "logId": task.log_id,
        "executorId": task.executor_id,
        "updatedAt": zulu(task.updated_at),
    }
    if task.result_payload is not None and has_result(task.id):
        payload["resultPayload"] = task.result_payload
    return Frame("ability-task.status", payload, about=task.user_id, private=RESULTS)


def wallet_points(user_id: str, task_id: str, status: str, balance: int | None) -> Frame:
    """A freeze, deduction or release. A deduction changes nothing available and comes without a balance."""
    payload: dict[str, Any] = {"taskId": task_id, "status": status}
    if balance is not None:
        payload["balance"] = balance
    return Frame("wallet.points", payload, owner=user_id)


def log_created(log: AbilityLog) -> Frame:
    """A call has ended and its record can be read."""
    payload: dict[str, Any] = {"logId": log.id, "abilityId": log.ability_id, "status": log.status}
    if log.ability_task_id is not None:
        payload["taskId"] = log.ability_task_id
    return Frame("ability-log.created", payload)
