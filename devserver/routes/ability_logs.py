"""Ability logs, for admins: snake_case, newest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, func, select

from devserver.models import AbilityLog
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.routes.log_records import narrowed, shown_log
from devserver.simulator.ability_calls import CallFailed
from devserver.simulator.catalogue import ABILITIES

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
    capabilityKey: str | None = None  # noqa: N815
    source: str | None = None
    status: str | None = None


def _page(backend: Backend, conditions: list[ColumnElement[bool]], limit: int, offset: int) -> dict[str, Any]:
    with backend.database.transaction() as session:
        total = session.scalar(select(func.count()).select_from(AbilityLog).where(*conditions))
        query = select(AbilityLog).where(*conditions).order_by(AbilityLog.id.desc()).limit(limit).offset(offset)
        items = [shown_log(log) for log in session.scalars(query)]
    return {"total": total, "limit": limit, "offset": offset, "items": items}


@router.get("/logs")
async def logs(backend: Backend, _who: Admin, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """One page of all abilities' logs, narrowed by whatever this backend can narrow them by."""
    given = wanted.model_dump(include=set(backend.character.log_filters), exclude_none=True)
    return _page(backend, narrowed(given), wanted.limit, wanted.offset)


@router.post("/logs/{log_id}/resolve")
async def resolve(log_id: Annotated[int, Path(ge=0, lt=2**63)], backend: Backend, _who: Admin) -> dict[str, Any]:
    """Fetch the result of a call that was only submitted; the whole record, or 409 with what its executor says."""
    try:
        return shown_log(backend.simulator.resolve(log_id))
    except CallFailed as failure:
        raise HTTPException(failure.status_code, failure.detail) from failure


@router.get("/{ability_id}/logs")
async def logs_of_ability(
    ability_id: str, backend: Backend, _who: Admin, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """One page of one ability's logs."""
    if ability_id not in ABILITIES:
        raise HTTPException(404, "ABILITY_NOT_FOUND")
    return _page(backend, [AbilityLog.ability_id == ability_id], limit, offset)
