"""The log of an ability's calls, as frozen values (R28)."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.status import Status


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
