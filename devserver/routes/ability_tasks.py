"""Ability tasks, snake_case as recorded; a caller sees only their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field
from sqlalchemy import ColumnElement, and_, not_, select

from devserver.clock import naive, utc_now
from devserver.models import AbilityTask
from devserver.routes.api_route import ApiRoute
from devserver.routes.calls import Call, active_ability, chosen_executor, queue_refusals
from devserver.routes.identity import Backend, SignedIn
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.orders import AbilityOrder
from devserver.simulator.prompts import short_id
from devserver.wallet import InsufficientPoints

router = APIRouter(prefix="/api/ability-tasks", route_class=ApiRoute)

LOST_AFTER = timedelta(hours=24)


class Submission(Call):
    """An ability task to be done."""

    abilityId: str = Field(min_length=1, max_length=64)  # noqa: N815 (the wire's name)


def _shown(task: AbilityTask) -> dict[str, Any]:
    ability = ABILITIES[task.ability_id]
    return {
        "id": task.id,
        "ability_id": task.ability_id,
        "ability_name": ability.display_name,
        "ability_provider": ability.provider,
        "capability_key": ability.capability_key,
        "status": task.status,
        "log_id": task.log_id,
        "duration_ms": task.duration_ms,
        "request_payload": task.request_payload,
        "result_payload": task.result_payload,
        "error_message": task.error_message,
        "callback_url": task.callback_url,
        "created_at": naive(task.created_at),
        "updated_at": naive(task.updated_at),
        "started_at": naive(task.started_at),
        "finished_at": naive(task.finished_at),
    }


def _visible(user_id: str) -> ColumnElement[bool]:
    """The user's own, without those that have been running for a day, which the backend takes for lost."""
    lost = and_(AbilityTask.status == "running", AbilityTask.started_at < utc_now() - LOST_AFTER)
    return and_(AbilityTask.user_id == user_id, not_(lost))


@router.get("")
async def ability_tasks(
    backend: Backend, who: SignedIn, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """The caller's newest ability tasks."""
    query = select(AbilityTask).where(_visible(who.id)).order_by(AbilityTask.number.desc()).limit(limit)
    with backend.database.transaction() as session:
        return {"items": [_shown(task) for task in session.scalars(query)]}


@router.get("/{task_id}")
async def ability_task(task_id: str, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """One ability task, by its id or by the longer one that callbacks and log records name it by."""
    wanted = select(AbilityTask).where(AbilityTask.id == short_id(task_id), _visible(who.id))
    with backend.database.transaction() as session:
        task = session.scalars(wanted).one_or_none()
    if task is None:
        raise HTTPException(404, "TASK_NOT_FOUND")
    return _shown(task)


@router.post("")
async def submit(submission: Submission, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """Order an ability task; its points are frozen with it."""
    ability = active_ability(submission.abilityId, "ABILITY_NOT_FOUND_OR_INACTIVE")
    order = AbilityOrder(
        ability=ability,
        executor_id=chosen_executor(submission, ability),
        user_id=who.id,
        asked=submission.kept(ability),
        has_image_data=bool(submission.imageBase64),
        callback_headers=submission.callbackHeaders,
    )
    try:
        with queue_refusals():
            return _shown(backend.simulator.submit_ability_task(order))
    except InsufficientPoints as error:
        raise HTTPException(402, "INSUFFICIENT_POINTS") from error
