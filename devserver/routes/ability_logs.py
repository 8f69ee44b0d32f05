"""Ability logs, for admins: snake_case, newest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, func, select

from devserver.clock import naive
from devserver.models import AbilityLog
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.executors import EXECUTORS

router = APIRouter(prefix="/api/admin/abilities", route_class=ApiRoute)

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=2**31)]


class Wanted(BaseModel):
    """Which records of all are asked for."""

    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=2**31)
    abilityId: str | None = None  # noqa: N815 (the wire's names)
    executorId: str | None = None  # noqa: N815
    provider: str | None = None
    source: str | None = None
    status: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on the table."""
        plain = (
            (AbilityLog.ability_id, self.abilityId),
            (AbilityLog.executor_id, self.executorId),
            (AbilityLog.source, self.source),
            (AbilityLog.status, self.status),
        )
        conditions = [column == value for column, value in plain if value is not None]
        if self.provider is not None:
            ids = [ability.id for ability in ABILITIES.values() if ability.provider == self.provider]
            conditions.append(AbilityLog.ability_id.in_(ids))
        return conditions


def _shown(log: AbilityLog) -> dict[str, Any]:
    ability = ABILITIES[log.ability_id]
    executor = EXECUTORS[log.executor_id]
    return {
        "id": log.id,
        "ability_id": log.ability_id,
        "ability_provider": ability.provider,
        "capability_key": ability.capability_key,
        "ability_name": ability.display_name,
        "executor_id": log.executor_id,
        "executor_name": executor.name,
        "executor_type": executor.type,
        "source": log.source,
        # As recorded: the request's own id, under both names, even for an ability task.
        "task_id": log.request_id,
        "callback_id": None,
        "trace_id": log.request_id,
        "workflow_run_id": None,
        "status": log.status,
        "duration_ms": log.duration_ms,
        "stored_url": log.stored_url,
        "request_payload": log.request_payload,
        "response_payload": log.response_payload,
        "result_assets": log.result_assets,
        "error_message": log.error_message,
        "callback_status": log.callback_status,
        "callback_http_status": log.callback_http_status,
        "callback_payload": log.callback_payload,
        "callback_response": log.callback_response,
        "callback_error": log.callback_error,
        "callback_started_at": naive(log.callback_started_at),
        "callback_finished_at": naive(log.callback_finished_at),
        "billing_unit": log.billing_unit,
        "unit_price": log.unit_price,
        "currency": log.currency,
        "cost_amount": log.cost_amount,
        "created_at": naive(log.created_at),
    }


def _page(backend: Backend, conditions: list[ColumnElement[bool]], limit: int, offset: int) -> dict[str, Any]:
    with backend.database.transaction() as session:
        total = session.scalar(select(func.count()).select_from(AbilityLog).where(*conditions))
        query = select(AbilityLog).where(*conditions).order_by(AbilityLog.id.desc()).limit(limit).offset(offset)
        items = [_shown(log) for log in session.scalars(query)]
    return {"total": total, "limit": limit, "offset": offset, "items": items}


@router.get("/logs")
async def logs(backend: Backend, _who: Admin, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """One page of all abilities' logs, narrowed by whatever is given."""
    return _page(backend, wanted.conditions(), wanted.limit, wanted.offset)


@router.get("/{ability_id}/logs")
async def logs_of_ability(
    ability_id: str, backend: Backend, _who: Admin, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """One page of one ability's logs."""
    if ability_id not in ABILITIES:
        raise HTTPException(404, "ABILITY_NOT_FOUND")
    return _page(backend, [AbilityLog.ability_id == ability_id], limit, offset)
