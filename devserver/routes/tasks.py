"""Traditional tasks.

The user is the token's, whatever the request says; an unknown task is answered as ``pending``, as recorded. In a
backend like the product, ``resultUrl`` is the input's picture until there is a result, and the single read does not
know that a task is blocked.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from devserver.character import Character
from devserver.clock import naive
from devserver.models import Task
from devserver.routes.api_route import ApiRoute
from devserver.routes.calls import refuse_too_long
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


def _input_picture(parameters: dict[str, Any]) -> str | None:
    """The first picture that a task was given."""
    listed = parameters.get("imageList") or parameters.get("image_list")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    given = [item.get("ossUrl") or item.get("url") for item in items]
    given += [parameters.get("imageUrl"), parameters.get("image_url")]
    return next((url for url in given if isinstance(url, str) and url), None)


def _result_url(task: Task, character: Character) -> str | None:
    if task.result_url is None and character.shows_input_as_result:
        return _input_picture(task.workflow_params)
    return task.result_url


def _listed(task: Task, character: Character) -> dict[str, Any]:
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
        "resultUrl": _result_url(task, character),
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
        items = [_listed(task, backend.character) for task in session.scalars(query)]
    return {"items": items, "total": total, "page": page, "size": size}


@router.post("/submit")
async def submit(submission: Submission, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """Order a task; its points are frozen with it."""
    refuse_too_long(submission.workflowParams.get("simulate"))
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
    hidden = task.status == "blocked" and backend.character.blocks_unbound_actions
    return {
        "taskId": task.id,
        "status": "pending" if hidden else task.status,
        "progress": task.progress,
        "resultUrl": _result_url(task, backend.character),
    }
