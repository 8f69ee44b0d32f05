"""What an admin has set up: abilities, also those that are switched off, executors and bindings. Lists, snake_case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin
from devserver.simulator.ability import SINCE
from devserver.simulator.bindings import BINDINGS
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.executors import EXECUTORS

router = APIRouter(prefix="/api/admin", route_class=ApiRoute)

STAMPS = {"created_at": SINCE, "updated_at": SINCE}


@router.get("/abilities")
async def abilities(_who: Admin) -> list[dict[str, Any]]:
    """All abilities."""
    return [ability.as_administered for ability in ABILITIES.values()]


@router.get("/executors")
async def executors(_who: Admin) -> list[dict[str, Any]]:
    """All executors, with the keys that they use, which are nobody's business but the admin's."""
    return [
        {
            "name": executor.name,
            "type": executor.type,
            "base_url": executor.base_url,
            "status": "active",
            "weight": 1,
            "max_concurrency": executor.max_concurrency,
            "config": executor.config,
            "api_key_ids": executor.api_key_ids,
            "id": executor.id,
            "health_status": None,
            "last_heartbeat_at": None,
        }
        | STAMPS
        for executor in EXECUTORS.values()
    ]


@router.get("/workflow-bindings")
async def workflow_bindings(_who: Admin) -> list[dict[str, Any]]:
    """Which action runs as which workflow, and where."""
    return [
        {
            "action": binding.action,
            "workflow_id": binding.workflow_id,
            "executor_id": binding.executor_id,
            "priority": binding.priority,
            "enabled": binding.enabled,
            "extra_metadata": {"notes": binding.notes},
            "id": binding.id,
        }
        | STAMPS
        for binding in BINDINGS
    ]
