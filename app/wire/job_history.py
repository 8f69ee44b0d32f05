"""The dashboard's log of traditional tasks, and the callback in the record of a call."""

from collections.abc import Mapping

from pydantic import OnErrorOmit, TypeAdapter, ValidationError

from app.core.job_history import HistoryEvent, JobHistory
from app.core.logs import LogRecord
from app.wire.fields import Id, Int, Moment, Opaque, Reason, Text, WireModel, epoch, read

LONGEST_REASON = 4000
_REFUSED = frozenset({"failed", "error"})


class _EntryModel(WireModel):
    task_id: Id
    event_type: str
    payload: Opaque = None
    created_at: Moment = None

    def event(self) -> HistoryEvent:
        """Return the event; what it holds besides a reason is nobody's business."""
        payload = self.payload if isinstance(self.payload, Mapping) else {}
        reason = next((payload[name] for name in ("reason", "error", "message") if payload.get(name)), None)
        text = reason[:LONGEST_REASON] if isinstance(reason, str) else None
        return HistoryEvent(self.task_id, self.event_type, epoch(self.created_at), text)


class _EntriesModel(WireModel):
    entries: list[OnErrorOmit[_EntryModel]]


class _CallbackModel(WireModel):
    started_at: Moment = None
    finished_at: Moment = None
    status: Text = None
    http_status: Int = None
    error: Reason = None

    @property
    def refused(self) -> str | None:
        """Why the address did not take it: the error, or else the status of its answer."""
        if self.status not in _REFUSED:
            return None
        return self.error or (f"HTTP {self.http_status}" if self.http_status else self.status)


_ENTRIES: TypeAdapter[_EntriesModel] = TypeAdapter(_EntriesModel)
_CALLBACK: TypeAdapter[_CallbackModel] = TypeAdapter(_CallbackModel)


def read_timeline(text: str) -> tuple[HistoryEvent, ...]:
    """Return the events of all tasks, newest first."""
    return tuple(entry.event() for entry in read(_ENTRIES, text).entries)


def history_of(record: LogRecord) -> JobHistory:
    """Return what the record of a call says of its result and its callback."""
    try:
        callback = _CALLBACK.validate_python(record.callback or {})
    except ValidationError:
        callback = _CallbackModel()
    return JobHistory(
        stored=record.stored_url is not None,
        callback_begun=epoch(callback.started_at),
        callback_ended=epoch(callback.finished_at),
        callback_error=callback.refused,
    )
