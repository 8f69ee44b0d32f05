"""The ComfyUI queues, for admins, as the simulator has them at this moment."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException

from devserver.clock import offset, utc_now
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.simulator.node import Node

router = APIRouter(prefix="/api/admin/comfyui", route_class=ApiRoute)


GIB = 2**30
MEMORY = 24 * GIB
IDLE_MEMORY = 2 * GIB
BUSY_MEMORY = 14 * GIB


def _node(backend: Backend, executor_id: str) -> Node:
    node = backend.simulator.nodes.get(executor_id)
    if node is None or not node.executor.is_comfyui:
        raise HTTPException(404, "EXECUTOR_NOT_FOUND")
    return node


def _queues(node: Node) -> dict[str, Any]:
    """The queue itself, as a node reports it: numbers and prompt ids, the next one first."""
    return {
        "queue_running": [list(item) for item in node.running_prompts.items()],
        "queue_pending": [list(item) for item in node.waiting_prompts.items()],
    }


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
    """One node's queue, with what stands in it."""
    node = _node(backend, executorId)
    return _status(node) | {"raw": _queues(node)}


@router.get("/system-stats")
async def system_stats(executorId: str, backend: Backend, _who: Admin) -> dict[str, Any]:  # noqa: N803 (the wire's name)
    """One node's version and memory, in bytes; less of it is free while something runs."""
    node = _node(backend, executorId)
    free = MEMORY - IDLE_MEMORY - (BUSY_MEMORY if node.running else 0)
    devices = [{"name": "cuda:0 simulated", "vram_total": MEMORY, "vram_free": free}]
    raw = {"system": {"comfyui_version": "0.3.0"}, "devices": devices}
    return {"executorId": node.executor.id, "baseUrl": node.executor.base_url, **raw, "raw": raw}


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
