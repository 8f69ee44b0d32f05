"""The admin's optional lists: dashboard, executors, memory of a ComfyUI's devices, and what the log adds up to.

An executor's ``config`` may hold keys: no model here has a field for it, so it ends with the text it came in.
"""

from pydantic import Field, OnErrorOmit, TypeAdapter

from app.core.dashboard import Dashboard, Executor, GpuMemory, RecentJob
from app.core.log_metrics import CallGroup, Grouping, LogMetrics
from app.core.status import Status, parse_status
from app.wire.fields import Float, Id, Int, Moment, OptionalId, Reason, Text, WireModel, epoch, read


class ExecutorModel(WireModel):
    """An executor, without its configuration."""

    id: Id
    name: Text = None
    type: Text = None
    status: Text = None
    health_status: Text = None
    max_concurrency: Int = None
    last_heartbeat_at: Moment = None

    def executor(self) -> Executor:
        """Return the executor."""
        return Executor(
            id=self.id,
            name=self.name,
            type=self.type,
            status=self.status,
            health=self.health_status,
            max_concurrency=self.max_concurrency,
            heartbeat_at=epoch(self.last_heartbeat_at),
        )


class RecentJobModel(WireModel):
    """A job of any user."""

    id: Id
    user_id: OptionalId = None
    tool_action: Text = None
    channel: Text = None
    status: Text = None
    created_at: Moment = None
    updated_at: Moment = None
    error_message: Reason = None

    def job(self) -> RecentJob:
        """Return the job."""
        word = self.status or ""
        return RecentJob(
            id=self.id,
            user_id=self.user_id,
            action=self.tool_action,
            channel=self.channel,
            status=parse_status(word),
            word=word,
            created_at=epoch(self.created_at),
            updated_at=epoch(self.updated_at),
            error=self.error_message,
        )


class _Totals(WireModel):
    total_tasks: Int = None
    queue_depth: Int = None
    failed_tasks: Int = None


class _Queues(WireModel):
    total_pending: Int = None
    total_running: Int = None


class _Today(WireModel):
    created: Int = None
    completed: Int = None
    failed: Int = None


class _StatusCount(WireModel):
    status: str
    count: int = Field(ge=0)


class DashboardModel(WireModel):
    """The dashboard; every part of it may be missing, but not all."""

    totals: _Totals
    queue_overview: _Queues = Field(default_factory=_Queues)
    today: _Today = Field(default_factory=_Today)
    status_buckets: list[OnErrorOmit[_StatusCount]] = Field(default_factory=list)
    recent_tasks: list[OnErrorOmit[RecentJobModel]] = Field(default_factory=list)
    executor_health: list[OnErrorOmit[ExecutorModel]] = Field(default_factory=list)

    def dashboard(self) -> Dashboard:
        """Return the dashboard."""
        by_status: dict[Status, int] = {}
        for bucket in self.status_buckets:
            status = parse_status(bucket.status)
            by_status[status] = by_status.get(status, 0) + bucket.count
        queues, totals = self.queue_overview, self.totals
        return Dashboard(
            total=totals.total_tasks,
            failed=totals.failed_tasks,
            waiting=totals.queue_depth if queues.total_pending is None else queues.total_pending,
            running=queues.total_running,
            created_today=self.today.created,
            completed_today=self.today.completed,
            failed_today=self.today.failed,
            by_status=by_status,
            recent=tuple(item.job() for item in self.recent_tasks),
            executors=tuple(item.executor() for item in self.executor_health),
        )


class _DeviceModel(WireModel):
    name: Text = None
    vram_total: int = Field(gt=0)
    vram_free: int = Field(ge=0)


class SystemStatsModel(WireModel):
    """The devices of one ComfyUI."""

    devices: list[OnErrorOmit[_DeviceModel]]


class _BucketModel(WireModel):
    ability_provider: Text = None
    capability_key: Text = None
    executor_id: OptionalId = None
    count: int = Field(ge=0)
    success_count: Int = None
    failed_count: Int = None
    p50_duration_ms: Float = None
    p95_duration_ms: Float = None

    def group(self, grouping: Grouping) -> CallGroup:
        """Return the bucket under the key that a grouping gives it."""
        provider, capability = self.ability_provider or "", self.capability_key or ""
        match grouping:
            case Grouping.EXECUTOR:
                key = self.executor_id or ""
            case Grouping.PROVIDER:
                key = provider
            case _:
                key = f"{provider}:{capability}"
        return CallGroup(
            key=key,
            name=key,
            provider=self.ability_provider,
            count=self.count,
            succeeded=self.success_count or 0,
            failed=self.failed_count or 0,
            p50_ms=self.p50_duration_ms,
            p95_ms=self.p95_duration_ms,
        )


class LogMetricsModel(WireModel):
    """What the log of the last hours adds up to."""

    window_hours: Int = None
    buckets: list[OnErrorOmit[_BucketModel]]


_DASHBOARD: TypeAdapter[DashboardModel] = TypeAdapter(DashboardModel)
_EXECUTORS: TypeAdapter[list[OnErrorOmit[ExecutorModel]]] = TypeAdapter(list[OnErrorOmit[ExecutorModel]])
_STATS: TypeAdapter[SystemStatsModel] = TypeAdapter(SystemStatsModel)
_METRICS: TypeAdapter[LogMetricsModel] = TypeAdapter(LogMetricsModel)


def read_dashboard(text: str) -> Dashboard:
    """Return the dashboard."""
    return read(_DASHBOARD, text).dashboard()


def read_executors(text: str) -> tuple[Executor, ...]:
    """Return the executors, without what they are configured with."""
    return tuple(item.executor() for item in read(_EXECUTORS, text))


def read_gpu_memory(text: str) -> tuple[GpuMemory, ...]:
    """Return the memory of each device that reports it."""
    return tuple(
        GpuMemory(device.name or "", device.vram_total, min(device.vram_free, device.vram_total))
        for device in read(_STATS, text).devices
    )


def read_log_metrics(text: str, grouping: Grouping) -> LogMetrics:
    """Return what the server counted, by what was asked for."""
    model = read(_METRICS, text)
    return LogMetrics(model.window_hours, tuple(bucket.group(grouping) for bucket in model.buckets))
