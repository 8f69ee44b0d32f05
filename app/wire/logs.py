"""The admin's log of ability calls."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from app.core.logs import LogPage, LogRecord
from app.core.status import Status, parse_status
from app.wire.fields import Int, Moment, Money, Number, Opaque, OptionalId, Reason, Text, WireModel, epoch, read

# Statuses that mean something else in the log than in a task.
_WORDS = {"pending": Status.RUNNING}


class LogRecordModel(WireModel):
    """One log record."""

    id: Number
    ability_id: OptionalId = None
    ability_name: Text = None
    ability_provider: Text = None
    capability_key: Text = None
    executor_id: OptionalId = None
    executor_name: Text = None
    source: Text = None
    task_id: OptionalId = None
    trace_id: OptionalId = None
    callback_id: OptionalId = None
    workflow_run_id: OptionalId = None
    status: Text = None
    duration_ms: Int = None
    cost_amount: Money = None
    currency: Text = None
    unit_price: Money = None
    billing_unit: Text = None
    error_message: Reason = None
    request_payload: Opaque = None
    response_payload: Opaque = None
    callback_status: Text = None
    callback_http_status: Int = None
    callback_error: Reason = None
    callback_started_at: Text = None
    callback_finished_at: Text = None
    stored_url: Text = None
    result_assets: Opaque = None
    created_at: Moment = None

    def log_record(self) -> LogRecord:
        """Return the record."""
        word = self.status or ""
        callback = {
            "status": self.callback_status,
            "httpStatus": self.callback_http_status,
            "error": self.callback_error,
            "startedAt": self.callback_started_at,
            "finishedAt": self.callback_finished_at,
        }
        return LogRecord(
            id=self.id,
            ability_id=self.ability_id,
            ability_name=self.ability_name,
            provider=self.ability_provider,
            capability_key=self.capability_key,
            executor_id=self.executor_id,
            executor_name=self.executor_name,
            user_id=_caller(self.request_payload),
            source=self.source,
            task_id=self.task_id,
            trace_id=self.trace_id,
            callback_id=self.callback_id,
            workflow_run_id=self.workflow_run_id,
            status=_WORDS.get(word) or parse_status(word),
            word=word,
            duration_ms=self.duration_ms,
            cost=self.cost_amount,
            currency=self.currency,
            unit_price=self.unit_price,
            billing_unit=self.billing_unit,
            error=self.error_message,
            request=self.request_payload,
            response=self.response_payload,
            callback=callback if self.callback_status else None,
            stored_url=self.stored_url or None,
            assets=self.result_assets or None,
            created_at=epoch(self.created_at),
        )


def _caller(request: object) -> str | None:
    """Return who called: the request keeps it, in either style of names."""
    if not isinstance(request, Mapping):
        return None
    user = next((request[name] for name in ("userId", "user_id") if request.get(name) is not None), None)
    return str(user) if isinstance(user, str | int) and not isinstance(user, bool) and str(user) else None


def _or_none(value: object, read_record: ValidatorFunctionWrapHandler) -> LogRecordModel | None:
    """Return a record, or ``None`` in the place of one that cannot be read: offsets count it (R28)."""
    try:
        record: LogRecordModel = read_record(value)
    except ValidationError:
        return None
    return record


class LogPageModel(WireModel):
    """A page of the log."""

    items: list[Annotated[LogRecordModel | None, WrapValidator(_or_none)]]
    total: Int = None
    offset: Int = None


_PAGE: TypeAdapter[LogPageModel] = TypeAdapter(LogPageModel)


_RECORD: TypeAdapter[LogRecordModel] = TypeAdapter(LogRecordModel)


def read_log_record(text: str) -> LogRecord:
    """Return a single record."""
    return read(_RECORD, text).log_record()


def read_log_page(text: str) -> LogPage:
    """Return a page of the log, newest first."""
    page = read(_PAGE, text)
    items = tuple(item.log_record() for item in page.items if item is not None)
    count = len(page.items)
    return LogPage(count if page.total is None else page.total, page.offset or 0, items, count)
