"""The ``detail`` of the public events: plain objects with the payloads' camelCase fields (R19).

The status is the page's own word, the same as ``data-status``, whatever word the wire used
(docs/decisions/public-words.md). Fields that are not known are absent.
"""

from datetime import UTC, datetime
from decimal import Decimal

from app.core.events import LogNotice
from app.core.points import WalletMove
from app.core.records import AbilityTask, Result, Task

Detail = dict[str, object]


def task_detail(task: Task) -> Detail:
    """Return the detail of ``podi:task-status``."""
    return _present(
        {
            "taskId": task.id,
            "status": task.status.value,
            "progress": task.progress,
            "points": task.points,
            "action": task.action,
            "resultUrl": task.result_url,
            "updatedAt": _stamp(task.updated_at),
        }
    )


def ability_task_detail(task: AbilityTask) -> Detail:
    """Return the detail of ``podi:ability-task-status``."""
    return _present(
        {
            "taskId": task.id,
            "abilityId": task.ability_id,
            "status": task.status.value,
            "logId": task.log_id,
            "executorId": task.executor_id,
            "updatedAt": _stamp(task.updated_at),
            "traceId": task.trace_id,
            "callbackUrl": task.callback_url,
            "errorMessage": task.error,
            "resultPayload": _result(task.result),
        }
    )


def wallet_detail(move: WalletMove) -> Detail:
    """Return the detail of ``podi:wallet-points``."""
    return _present({"taskId": move.task_id, "status": move.status, "balance": move.balance})


def log_detail(log: LogNotice) -> Detail:
    """Return the detail of ``podi:ability-log-created``."""
    return _present(
        {"logId": log.log_id, "abilityId": log.ability_id, "status": log.status.value, "taskId": log.task_id}
    )


def _present(detail: Detail) -> Detail:
    """Leave out what is not known. Scripts get numbers, whose fractions are binary."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in detail.items()
        if value is not None
    }


def _stamp(moment: float | None) -> str | None:
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return None


def _result(result: Result | None) -> Detail | None:
    if result is None:
        return None
    return {
        "images": list(result.images),
        "videos": list(result.videos),
        "audios": list(result.audios),
        "files": list(result.files),
        "texts": list(result.texts),
    }
