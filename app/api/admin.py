"""The admin's routes, which a server may have or not (docs/contract.md), as calls that return core values."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from app.api.abilities import MOST_LOGS
from app.api.client import Api
from app.core.dashboard import Dashboard, Executor, GpuMemory
from app.core.job_history import HistoryEvent
from app.core.log_metrics import Grouping, LogMetrics
from app.core.logs import LogPage, LogRecord
from app.core.queues import QueueServer
from app.wire.dashboard import read_dashboard, read_executors, read_gpu_memory, read_log_metrics
from app.wire.job_history import read_timeline
from app.wire.logs import read_log_page, read_log_record
from app.wire.queue_places import read_queue_server

CALLS = "/api/admin/abilities/logs"
EXPORT = f"{CALLS}/export"
MOST_EVENTS = 100


class AdminApi:
    """Calls for admins, on behalf of the signed-in user."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def calls(self, asked: Mapping[str, str], *, offset: int = 0, limit: int = MOST_LOGS) -> LogPage:
        """Return a page of the log of all abilities, newest first; servers ignore what they cannot narrow it by."""
        query = urlencode({**asked, "limit": limit, "offset": offset}, errors="replace")
        return await self._api.get(CALLS, f"?{query}", read_log_page)

    async def resolve(self, log_id: int) -> LogRecord:
        """Let the server fetch the result of a call that was only submitted; the record as it is then."""
        return await self._api.post("/api/admin/abilities/logs/{id}/resolve", {}, read_log_record, str(log_id))

    async def dashboard(self) -> Dashboard:
        """Return the counts over all users."""
        return await self._api.get("/api/admin/dashboard/metrics", "", read_dashboard)

    async def timeline(self) -> tuple[HistoryEvent, ...]:
        """Return the last events of the traditional tasks of all users, newest first."""
        return await self._api.get("/api/admin/dashboard/logs", f"?limit={MOST_EVENTS}", read_timeline)

    async def executors(self) -> tuple[Executor, ...]:
        """Return the executors; what they are configured with stays in the answer."""
        return await self._api.get("/api/admin/executors", "", read_executors)

    async def gpu_memory(self, executor_id: str) -> tuple[GpuMemory, ...]:
        """Return the memory of the devices of one ComfyUI."""
        query = urlencode({"executorId": executor_id}, errors="replace")
        return await self._api.get("/api/admin/comfyui/system-stats", f"?{query}", read_gpu_memory)

    async def executor_queue(self, executor_id: str) -> QueueServer:
        """Return the queue of one ComfyUI."""
        query = urlencode({"executorId": executor_id}, errors="replace")
        return await self._api.get("/api/admin/comfyui/queue-status", f"?{query}", read_queue_server)

    async def log_metrics(
        self, hours: int, grouping: Grouping, asked: Mapping[str, str] = MappingProxyType({})
    ) -> LogMetrics:
        """Return what the calls of the last hours add up to; the window has an older name too.

        ``asked`` narrows them, by ``provider`` and ``capabilityKey``.
        """
        given: dict[str, str | int] = {"windowHours": hours, "window_hours": hours, **asked}
        if grouping is Grouping.EXECUTOR:
            given["groupByExecutor"] = "true"
        return await self._api.get(
            f"{CALLS}/metrics", f"?{urlencode(given, errors='replace')}", lambda text: read_log_metrics(text, grouping)
        )
