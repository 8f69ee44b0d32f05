"""What happened to a traditional task, noted for the admin's timeline in the transaction in which it happens."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from devserver.models import Task, TaskEvent

EventType = Literal["created", "recreated", "started", "blocked", "failed", "succeeded"]


def note(session: Session, task: Task, event_type: EventType, payload: dict[str, Any], at: datetime) -> None:
    """Note an event of a task."""
    session.add(TaskEvent(task_id=task.id, event_type=event_type, payload=payload, created_at=at))
