"""Traditional tasks.

The user is the token's, whatever the request says; an unknown task is answered as ``pending``, as recorded.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from devserver.clock import naive
from devserver.models import Task
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Backend, SignedIn
from devserver.routes.json_values import KeptObject
from devserver.simulator.orders import TaskIdTaken, TaskOrder
from devserver.wallet import InsufficientPoints

router = APIRouter(prefix="/api/tasks/v1", route_class=ApiRoute)


class Submission(BaseModel):
    """A task to be done."""

    taskId: str = Field(min_length=1, max_length=128)  # noqa: N815 (the wire's name)
    action: str = Field(min_length=1, max_length=128)
    userId: str = Field(max_length=128)  # noqa: N815 (the wire's name)
    channel: str = Field(max_length=64)
    workflowParams: KeptObject  # noqa: N815 (the wire's name)
    points: int = Field(gt=0)


def _listed(task: Task) -> dict[str, Any]:
    return {
        "taskId": task.id,
        "action": task.action,
        "status": task.status,
        "progress": task.progress,
        "channel": task.channel,
        "createdAt": naive(task.created_at),
        "updatedAt": naive(task.updated_at),
        "finishedAt": naive(task.finished_at),
        "points": task.points,
        "resultUrl": task.result_url,
        "workflowParams": task.workflow_params,
    }


@router.get("")
async def tasks(
    backend: Backend,
    who: SignedIn,
    action: str | None = None,
    status: str | None = None,
    page: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    size: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """One page of the caller's tasks, newest first."""
    conditions = [Task.user_id == who.id]
    if action is not None:
        conditions.append(Task.action == action)
    if status is not None:
        conditions.append(Task.status == status)
    with backend.database.transaction() as session:
        total = session.scalar(select(func.count()).select_from(Task).where(*conditions))
        query = select(Task).where(*conditions).order_by(Task.number.desc()).limit(size).offset(page * size)
        items = [_listed(task) for task in session.scalars(query)]
    return {"items": items, "total": total, "page": page, "size": size}


@router.post("/submit")
async def submit(submission: Submission, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """Order a task; its points are frozen with it."""
    order = TaskOrder(
        task_id=submission.taskId,
        user_id=who.id,
        action=submission.action,
        channel=submission.channel,
        points=submission.points,
        workflow_params=submission.workflowParams,
    )
    try:
        task = backend.simulator.submit_task(order)
    except InsufficientPoints as error:
        raise HTTPException(402, "INSUFFICIENT_POINTS") from error
    except TaskIdTaken as error:
        raise HTTPException(409, "TASK_ID_TAKEN") from error
    return {"taskId": task.id, "status": task.status}


@router.get("/{task_id}")
async def task_by_id(task_id: str, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """One task, in short."""
    with backend.database.transaction() as session:
        task = session.scalars(select(Task).where(Task.id == task_id, Task.user_id == who.id)).one_or_none()
    if task is None:
        return {"taskId": task_id, "status": "pending", "progress": 0, "resultUrl": None}
    return {"taskId": task.id, "status": task.status, "progress": task.progress, "resultUrl": task.result_url}
