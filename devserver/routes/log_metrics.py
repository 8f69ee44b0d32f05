"""What the logs of the last hours add up to, by ability or by ability and executor."""

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
from devserver.routes.log_records import narrowed
from devserver.simulator.catalogue import ABILITIES

router = APIRouter(prefix="/api/admin/abilities/logs", route_class=ApiRoute)

DEFAULT_HOURS = 24
Hours = Annotated[int | None, Query(ge=1, le=30 * 24)]
Group = tuple[str, str | None]
"""An ability, and an executor if groups are by that too."""


def _percentile(durations: list[int], percent: int) -> int | None:
    match durations:
        case []:
            return None
        case [only]:
            return only
        case _:
            return round(quantiles(durations, n=100, method="inclusive")[percent - 1])


def _bucket(group: Group, logs: list[AbilityLog]) -> dict[str, Any]:
    ability_id, executor_id = group
    ability = ABILITIES[ability_id]
    well = [log for log in logs if log.status == "success"]
    badly = [log for log in logs if log.status == "failed"]
    all_durations = [log.duration_ms for log in logs if log.duration_ms is not None]
    durations = [log.duration_ms for log in well if log.duration_ms is not None]
    return {
        "ability_provider": ability.provider,
        "capability_key": ability.capability_key,
        "executor_id": executor_id,
        "count": len(logs),
        "success_count": len(well),
        "failed_count": len(badly),
        "success_rate": len(well) / len(logs),
        # As recorded: the mean is of all calls, the percentiles of those that succeeded.
        "avg_duration_ms": mean(map(float, all_durations)) if all_durations else None,
        "p50_duration_ms": _percentile(durations, 50),
        "p95_duration_ms": _percentile(durations, 95),
        "last_success_at": naive(max((log.created_at for log in well), default=None)),
        "last_failed_at": naive(max((log.created_at for log in badly), default=None)),
    }


@router.get("/metrics")
async def metrics(
    backend: Backend,
    _who: Admin,
    windowHours: Hours = None,  # noqa: N803 (the wire's names)
    window_hours: Hours = None,
    provider: str | None = None,
    capabilityKey: str | None = None,  # noqa: N803
    groupByExecutor: bool = False,  # noqa: N803
) -> dict[str, Any]:
    """Counts, rates and durations, the busiest first; the window has an older name too, which gives way."""
    hours = windowHours or window_hours or DEFAULT_HOURS
    conditions = narrowed({"provider": provider, "capabilityKey": capabilityKey})
    wanted = select(AbilityLog).where(AbilityLog.created_at >= utc_now() - timedelta(hours=hours), *conditions)
    groups: dict[Group, list[AbilityLog]] = {}
    with backend.database.transaction() as session:
        for log in session.scalars(wanted):
            groups.setdefault((log.ability_id, log.executor_id if groupByExecutor else None), []).append(log)
    busiest = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {"window_hours": hours, "buckets": [_bucket(*item) for item in busiest]}
