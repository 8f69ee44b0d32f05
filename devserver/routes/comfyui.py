"""The ComfyUI queues, for admins, as the simulator has them at this moment."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException

from devserver.clock import offset, utc_now
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.simulator.node import Node

router = APIRouter(prefix="/api/admin/comfyui", route_class=ApiRoute)


def _status(node: Node) -> dict[str, Any]:
    return {
        "executorId": node.executor.id,
        "baseUrl": node.executor.base_url,
        "runningCount": node.running,
        "pendingCount": node.pending,
        "queueMaxSize": node.executor.limit,
        "supported": True,
        "message": None,
        "raw": None,
    }


@router.get("/queue-status")
async def queue_status(executorId: str, backend: Backend, _who: Admin) -> dict[str, Any]:  # noqa: N803 (the wire's name)
    """One node's queue."""
    node = backend.simulator.nodes.get(executorId)
    if node is None or not node.executor.is_comfyui:
        raise HTTPException(404, "EXECUTOR_NOT_FOUND")
    return _status(node)


@router.get("/queue-summary")
async def queue_summary(backend: Backend, _who: Admin) -> dict[str, Any]:
    """All nodes' queues and their sums."""
    servers = [_status(node) for node in backend.simulator.nodes.values() if node.executor.is_comfyui]
    running = sum(server["runningCount"] for server in servers)
    pending = sum(server["pendingCount"] for server in servers)
    return {
        "totalRunning": running,
        "totalPending": pending,
        "totalCount": running + pending,
        "timestamp": offset(utc_now()),
        "servers": servers,
    }
