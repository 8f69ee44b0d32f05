"""The ComfyUI queues."""

from pydantic import Field, OnErrorOmit, TypeAdapter

from app.core.queues import QueueServer, QueueSummary
from app.wire.fields import Bool, Id, Int, Text, WireModel, read


class QueueServerModel(WireModel):
    """One executor's queue."""

    executor_id: Id
    running_count: Int = None
    pending_count: Int = None
    queue_max_size: Int = None
    supported: Bool = None
    message: Text = None

    def server(self) -> QueueServer:
        """Return the queue."""
        return QueueServer(
            executor_id=self.executor_id,
            running=self.running_count or 0,
            waiting=self.pending_count or 0,
            limit=self.queue_max_size,
            supported=self.supported is not False,
            message=self.message,
        )


class QueueSummaryModel(WireModel):
    """All queues."""

    total_running: Int = None
    total_pending: Int = None
    servers: list[OnErrorOmit[QueueServerModel]] = Field(default_factory=list)


_SUMMARY: TypeAdapter[QueueSummaryModel] = TypeAdapter(QueueSummaryModel)


def read_queue_summary(text: str) -> QueueSummary:
    """Return all queues together."""
    model = read(_SUMMARY, text)
    servers = tuple(server.server() for server in model.servers)
    running = sum(server.running for server in servers) if model.total_running is None else model.total_running
    waiting = sum(server.waiting for server in servers) if model.total_pending is None else model.total_pending
    return QueueSummary(running=running, waiting=waiting, servers=servers)
