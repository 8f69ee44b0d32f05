"""What is really so, from the database itself: every task's status and every balance."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from devserver.clock import naive
from devserver.database import Database
from devserver.models import AbilityTask, Hold, LedgerEntry, Task, User


def truth(database: Database) -> dict[str, Any]:
    """Tasks, ability tasks and users by id, all read in one transaction."""
    with database.transaction() as session:
        tasks = session.execute(
            select(Task.id, Task.user_id, Task.status, Task.progress, Task.points, Task.updated_at)
        ).all()
        calls = session.execute(
            select(
                AbilityTask.id, AbilityTask.user_id, AbilityTask.status, AbilityTask.log_id, AbilityTask.points,
                AbilityTask.updated_at,
            )
        ).all()  # fmt: skip
        users = session.scalars(select(User)).all()
        query = select(LedgerEntry.user_id, func.sum(LedgerEntry.points)).group_by(LedgerEntry.user_id)
        ledger = {owner: int(total) for owner, total in session.execute(query).all()}
        holds = {hold.task_id: hold.status for hold in session.scalars(select(Hold)).all()}
    return {
        "tasks": {
            task.id: {
                "userId": task.user_id,
                "status": task.status,
                "progress": task.progress,
                "points": task.points,
                "hold": holds.get(task.id),
                "updatedAt": naive(task.updated_at),
            }
            for task in tasks
        },
        "abilityTasks": {
            call.id: {
                "userId": call.user_id,
                "status": call.status,
                "logId": call.log_id,
                "points": call.points,
                "hold": holds.get(call.id),
                "updatedAt": naive(call.updated_at),
            }
            for call in calls
        },
        "users": {
            user.id: {
                "username": user.username,
                "role": user.role,
                "totalPoints": user.total_points,
                "frozenPoints": user.frozen_points,
                "tempPoints": user.temp_points,
                "ledger": ledger.get(user.id, 0),
            }
            for user in users
        },
    }
