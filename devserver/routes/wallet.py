"""Balance and ledger. The user is the token's, whatever the request says."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import func, select

from devserver.clock import naive, utc_now
from devserver.models import LedgerEntry, User
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Backend, SignedIn
from devserver.wallet import granted_since

router = APIRouter(prefix="/api/wallet/v1", route_class=ApiRoute)


@router.get("/statistics")
async def statistics(backend: Backend, who: SignedIn) -> dict[str, Any]:
    """What the caller has."""
    midnight = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    with backend.database.transaction() as session:
        user = session.get_one(User, who.id)
        return {
            "totalPoints": user.total_points,
            "tempPoints": user.temp_points,
            "frozenPoints": user.frozen_points,
            "grantedToday": granted_since(session, who.id, midnight),
        }


def _shown(entry: LedgerEntry, *, dated: bool) -> dict[str, Any]:
    shown = {
        "id": entry.id,
        "changeType": "INCREASE" if entry.points > 0 else "DECREASE",
        "points": entry.points,
        "beforeBalance": entry.before_balance,
        "afterBalance": entry.after_balance,
        "taskId": entry.task_id,
        "description": entry.description,
    }
    return shown | ({"createdAt": naive(entry.created_at)} if dated else {})


@router.get("/transactions")
async def transactions(
    backend: Backend,
    who: SignedIn,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    pageSize: Annotated[int, Query(ge=1, le=200)] = 20,  # noqa: N803 (the wire's name)
) -> dict[str, Any]:
    """One page of the caller's ledger, newest first."""
    mine = LedgerEntry.user_id == who.id
    query = select(LedgerEntry).where(mine).order_by(LedgerEntry.number.desc())
    with backend.database.transaction() as session:
        total = session.scalar(select(func.count()).select_from(LedgerEntry).where(mine))
        entries = session.scalars(query.limit(pageSize).offset((page - 1) * pageSize)).all()
    return {"total": total, "items": [_shown(entry, dated=backend.character.dates_ledger) for entry in entries]}
