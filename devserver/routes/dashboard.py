"""The admin's dashboard: what there is of everything, and what happened to traditional tasks lately."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from devserver.clock import naive, utc_now
from devserver.embedded import Embedded
from devserver.models import AbilityTask, Task, TaskEvent
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.traditional import WORKING_STATUSES

router = APIRouter(prefix="/api/admin/dashboard", route_class=ApiRoute)

RECENT = 10
ENDED_WELL = ("completed", "succeeded")


def _by_status(session: Session, table: type[Task | AbilityTask]) -> Counter[str]:
    rows = session.execute(select(table.status, func.count()).group_by(table.status)).all()
    return Counter(dict(rows))


def _since(session: Session, moment: datetime) -> dict[str, int]:
    """What has happened to tasks of both kinds since ``moment``."""

    def count(table: type[Task | AbilityTask], *conditions: Any) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

    tables: tuple[type[Task | AbilityTask], ...] = (Task, AbilityTask)
    return {
        "created": sum(count(table, table.created_at >= moment) for table in tables),
        "completed": sum(count(table, table.finished_at >= moment, table.status.in_(ENDED_WELL)) for table in tables),
        "failed": sum(count(table, table.finished_at >= moment, table.status == "failed") for table in tables),
    }


def _recent(session: Session) -> list[dict[str, Any]]:
    """The newest tasks of both kinds and of all users."""
    tasks = session.scalars(select(Task).order_by(Task.created_at.desc()).limit(RECENT))
    calls = session.scalars(select(AbilityTask).order_by(AbilityTask.created_at.desc()).limit(RECENT))
    shown = [_recent_task(task, task.action, task.channel) for task in tasks]
    for call in calls:
        ability = ABILITIES[call.ability_id]
        shown.append(_recent_task(call, f"{ability.provider}:{ability.capability_key}", "ability-task"))
    return sorted(shown, key=lambda item: item["created_at"], reverse=True)[:RECENT]


def _recent_task(task: Task | AbilityTask, tool_action: str, channel: str) -> dict[str, Any]:
    return {
        "id": task.id,
        "user_id": task.user_id,
        "tool_action": tool_action,
        "channel": channel,
        "status": task.status,
        "created_at": naive(task.created_at),
        "updated_at": naive(task.updated_at),
        "error_message": task.error_message,
    }


def _health() -> list[dict[str, Any]]:
    return [
        {
            "id": executor.id,
            "name": executor.name,
            "status": "active",
            "health_status": None,
            "max_concurrency": executor.max_concurrency,
            "weight": 1,
            "last_heartbeat_at": None,
        }
        for executor in EXECUTORS.values()
    ]


def _queues(backend: Embedded, tasks: Counter[str], calls: Counter[str]) -> dict[str, int]:
    """What waits and what runs. A task that stands still for want of a binding waits for nothing here."""
    waiting = ["pending"] if backend.character.blocks_unbound_actions else ["pending", "blocked"]
    task_pending = sum(tasks[status] for status in waiting)
    task_running = sum(tasks[status] for status in WORKING_STATUSES)
    return {
        "total_pending": task_pending + calls["queued"],
        "total_running": task_running + calls["running"],
        "task_pending": task_pending,
        "task_running": task_running,
        "ability_pending": calls["queued"],
        "ability_running": calls["running"],
        "eval_pending": 0,
        "eval_running": 0,
        "pending_batches": 0,
        "pending_batch_tasks": 0,
    }


@router.get("/metrics")
async def metrics(backend: Backend, _who: Admin) -> dict[str, Any]:
    """Counts, queues, executors and the newest tasks."""
    midnight = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    with backend.database.transaction() as session:
        tasks, calls = _by_status(session, Task), _by_status(session, AbilityTask)
        today, recent = _since(session, midnight), _recent(session)
    queues = _queues(backend, tasks, calls)
    both = tasks + calls
    return {
        "totals": {
            "total_tasks": both.total(),
            "queue_depth": queues["total_pending"],
            "pending_batches": 0,
            "failed_tasks": both["failed"],
        },
        "queue_overview": queues,
        "status_buckets": [{"status": status, "count": count} for status, count in both.most_common()],
        "today": today,
        "recent_tasks": recent,
        "executor_health": _health(),
    }


@router.get("/logs")
async def logs(backend: Backend, _who: Admin, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:
    """The newest events of traditional tasks, each with the action and the status that its task has by now."""
    query = (
        select(TaskEvent, Task.action, Task.status)
        .join(Task, Task.id == TaskEvent.task_id)
        .order_by(TaskEvent.id.desc())
        .limit(limit)
    )
    with backend.database.transaction() as session:
        entries = [
            {
                "id": event.id,
                "task_id": event.task_id,
                "tool_action": action,
                "task_status": status,
                "event_type": event.event_type,
                "payload": event.payload,
                "created_at": naive(event.created_at),
            }
            for event, action, status in session.execute(query).all()
        ]
    return {"entries": entries}
