"""The ComfyUI queues, as frozen values (R30)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueServer:
    """The queue of one ComfyUI executor; ``limit`` is ``None`` where the server does not say."""

    executor_id: str
    running: int
    waiting: int
    limit: int | None = None
    supported: bool = True
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSummary:
    """All ComfyUI queues together."""

    running: int
    waiting: int
    servers: tuple[QueueServer, ...] = ()
