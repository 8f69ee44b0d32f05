"""What the logs of the last hours add up to, by ability."""

from __future__ import annotations

from datetime import timedelta
from statistics import mean, quantiles
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from devserver.clock import naive, utc_now
from devserver.models import AbilityLog
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.simulator.catalogue import ABILITIES

router = APIRouter(prefix="/api/admin/abilities/logs", route_class=ApiRoute)


def _percentile(durations: list[int], percent: int) -> float | None:
    match durations:
        case []:
            return None
        case [only]:
            return float(only)
        case _:
            return round(quantiles(durations, n=100, method="inclusive")[percent - 1], 1)


def _bucket(ability_id: str, logs: list[AbilityLog]) -> dict[str, Any]:
    ability = ABILITIES[ability_id]
    well = [log for log in logs if log.status == "success"]
    badly = [log for log in logs if log.status == "failed"]
    durations = [log.duration_ms for log in well if log.duration_ms is not None]
    return {
        "ability_provider": ability.provider,
        "capability_key": ability.capability_key,
        "executor_id": None,
        "count": len(logs),
        "success_count": len(well),
        "failed_count": len(badly),
        "success_rate": round(len(well) / len(logs), 4),
        "avg_duration_ms": round(mean(durations), 1) if durations else 0.0,
        "p50_duration_ms": _percentile(durations, 50),
        "p95_duration_ms": _percentile(durations, 95),
        "last_success_at": naive(max((log.created_at for log in well), default=None)),
        "last_failed_at": naive(max((log.created_at for log in badly), default=None)),
    }


@router.get("/metrics")
async def metrics(
    backend: Backend, _who: Admin, window_hours: Annotated[int, Query(ge=1, le=24 * 31)] = 24
) -> dict[str, Any]:
    """Counts, rates and durations for each ability that was called within the window."""
    since = utc_now() - timedelta(hours=window_hours)
    by_ability: dict[str, list[AbilityLog]] = {}
    with backend.database.transaction() as session:
        for log in session.scalars(select(AbilityLog).where(AbilityLog.created_at >= since)):
            by_ability.setdefault(log.ability_id, []).append(log)
    return {"window_hours": window_hours, "buckets": [_bucket(*item) for item in sorted(by_ability.items())]}
