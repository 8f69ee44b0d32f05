"""The rest of what the page shows: log records, points, abilities and the ComfyUI queue, as frozen values."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.status import Status


@dataclass(frozen=True, slots=True)
class Points:
    """A user's points: what can be spent (``total``), what running work holds (``frozen``), what expires."""

    total: int
    frozen: int = 0
    temporary: int = 0
    granted_today: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One call of an ability as the log keeps it. ``request``, ``response`` and ``callback`` are JSON values."""

    id: int
    ability_id: str | None = None
    ability_name: str | None = None
    provider: str | None = None
    executor_id: str | None = None
    executor_name: str | None = None
    source: str | None = None
    task_id: str | None = None
    trace_id: str | None = None
    status: Status = Status.UNKNOWN
    word: str = ""
    duration_ms: int | None = None
    cost: Decimal | None = None
    currency: str | None = None
    unit_price: Decimal | None = None
    billing_unit: str | None = None
    error: str | None = None
    request: object = None
    response: object = None
    callback: object = None
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, newest first, and how many records there are in all."""

    total: int
    offset: int
    items: tuple[LogRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One field of an ability's ``inputSchema``."""

    name: str
    label: str
    type: str = "text"
    required: bool = False
    default: str | None = None
    placeholder: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One AI ability that can be called."""

    id: str
    name: str
    provider: str | None = None
    category: str | None = None
    capability_key: str | None = None
    status: str | None = None
    type: str | None = None
    executor_id: str | None = None
    inputs: tuple[InputField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueServer:
    """The queue of one ComfyUI executor; ``limit`` is ``None`` where the server does not tell."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How a synchronous call of an ability ended."""

    ability_id: str
    status: Status
    word: str
    log_id: int | None = None
    duration_ms: int | None = None
    images: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    raw: object = None
