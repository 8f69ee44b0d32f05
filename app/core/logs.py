"""The log of an ability's calls, as frozen values (R28).

docs/decisions/call-log.md says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from app.core.job_ids import short_id
from app.core.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One call of an ability as the log keeps it.

    ``request``, ``response``, ``assets`` and ``callback`` are JSON values; ``user_id`` is who called.
    """

    id: int
    ability_id: str | None = None
    ability_name: str | None = None
    provider: str | None = None
    capability_key: str | None = None
    executor_id: str | None = None
    executor_name: str | None = None
    user_id: str | None = None
    source: str | None = None
    task_id: str | None = None
    trace_id: str | None = None
    callback_id: str | None = None
    workflow_run_id: str | None = None
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
    stored_url: str | None = None
    assets: object = None
    created_at: float | None = None


_OF_TASKS = frozenset({"ability-task", "ability_task"})


def job_id_of(record: LogRecord) -> str | None:
    """Return the ability task of which a record is, or ``None`` for a call that was made without one.

    The product keeps its own id as ``task_id`` and hands the task's out as ``t1.<provider>.<executor>.<id>``, which
    stands in ``callback_id``.
    """
    if record.source not in _OF_TASKS:
        return None
    handed_out = record.callback_id
    if handed_out is not None and (short := short_id(handed_out)) != handed_out:
        return short
    return record.task_id


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, newest first, and how many records there are in all.

    ``count`` is how many records the page has, those that could not be read among them.
    """

    total: int
    offset: int
    items: tuple[LogRecord, ...]
    count: int


@dataclass(frozen=True, slots=True)
class LogCosts:
    """What calls cost, by currency (empty where a record names none); what failed or was cancelled is apart (R28)."""

    spent: Mapping[str, Decimal] = field(default_factory=dict)
    failed: Mapping[str, Decimal] = field(default_factory=dict)


# An amount has up to 15 digits before the point and 18 behind it; Python's usual 28 would round a sum of such.
_SUM_DIGITS = 60
_CAME_TO_NOTHING = frozenset({Status.FAILED, Status.CANCELLED})


def sum_costs(records: Iterable[LogRecord]) -> LogCosts:
    """Return what records cost together, exactly, and never across currencies."""
    spent: dict[str, Decimal] = {}
    failed: dict[str, Decimal] = {}
    with localcontext() as context:
        context.prec = _SUM_DIGITS
        for record in records:
            if record.cost is not None:
                costs = failed if record.status in _CAME_TO_NOTHING else spent
                currency = (record.currency or "").strip().upper()
                costs[currency] = costs.get(currency, Decimal(0)) + record.cost
    return LogCosts(spent, failed)
