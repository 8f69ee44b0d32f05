"""Remembered rows of ended jobs as text, and back (R48). What went in and came out is not in them."""

from decimal import Decimal
from typing import Annotated, Any, Generic, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.core.records import AbilityTask, R, Record, Task, Word
from app.core.remembered import Seen
from app.core.status import parse_status

LONGEST_ERROR = 300
"""Characters: more of it is no row, and may quote the request."""


class _Row(BaseModel):
    """What is kept of either kind; moments are epoch seconds."""

    model_config = ConfigDict(frozen=True)

    id: str
    seen: float
    word: str
    updated: float | None = None
    created: float
    finished: float | None = None
    points: int | Decimal | None = None
    error: str | None = None

    def _shared(self) -> dict[str, Any]:
        """Return what both kinds of record have. A word without a time of its own is as old as the end."""
        at = self.updated or self.finished or self.created
        return {
            "id": self.id,
            "dated": Word(parse_status(self.word), self.word, None, at),
            "created_at": self.created,
            "finished_at": self.finished,
            "points": self.points,
            "error": self.error,
            "row_only": True,
        }


class _TaskRow(_Row):
    kind: Literal["task"] = "task"
    action: str | None = None
    channel: str | None = None

    def record(self) -> Task:
        return Task(**self._shared(), action=self.action, channel=self.channel)


class _AbilityTaskRow(_Row):
    kind: Literal["ability-task"] = "ability-task"
    ability: str | None = None
    name: str | None = None
    provider: str | None = None
    capability: str | None = None
    executor: str | None = None
    log: int | None = None
    duration: int | None = None
    started: float | None = None
    trace: str | None = None

    def record(self) -> AbilityTask:
        return AbilityTask(
            **self._shared(),
            ability_id=self.ability,
            ability_name=self.name,
            provider=self.provider,
            capability_key=self.capability,
            executor_id=self.executor,
            log_id=self.log,
            duration_ms=self.duration,
            started_at=self.started,
            trace_id=self.trace,
        )


_ROW: TypeAdapter[_TaskRow | _AbilityTaskRow] = TypeAdapter(
    Annotated[_TaskRow | _AbilityTaskRow, Field(discriminator="kind")]
)


class Reader(Generic[R]):
    """Reads rows of one kind; what is no such row is passed over, for another version may have written it."""

    def __init__(self, kind: type[R]) -> None:
        self._kind: type[R] = kind

    def read(self, text: str) -> Seen[R] | None:
        """Return the job of a text, if it is one that has ended."""
        seen = read_any(text)
        if seen is None or not isinstance(seen.record, self._kind):
            return None
        return Seen(seen.record, seen.at)


def read_any(text: str) -> Seen[Task] | Seen[AbilityTask] | None:
    """Return the job of a text, of whichever kind, if it is one that has ended."""
    try:
        row = _ROW.validate_json(text)
    except ValidationError:
        return None
    match row.record():
        case Task() as task if task.word.status.terminal:
            return Seen(task, row.seen)
        case AbilityTask() as ability_task if ability_task.word.status.terminal:
            return Seen(ability_task, row.seen)
    return None


def write_row(record: Record, seen_at: float) -> str:
    """Return the text for a job that had ended at ``seen_at`` (epoch seconds)."""
    shared = {
        "id": record.id,
        "seen": seen_at,
        "word": record.word.text,
        "updated": record.updated_at,
        "created": record.created_at or 0.0,
        "finished": record.finished_at,
        "points": record.points,
        "error": None if record.error is None else record.error[:LONGEST_ERROR],
    }
    row: _Row
    if isinstance(record, AbilityTask):
        row = _AbilityTaskRow.model_validate(
            shared
            | {
                "ability": record.ability_id,
                "name": record.ability_name,
                "provider": record.provider,
                "capability": record.capability_key,
                "executor": record.executor_id,
                "log": record.log_id,
                "duration": record.duration_ms,
                "started": record.started_at,
                "trace": record.trace_id,
            }
        )
    elif isinstance(record, Task):
        row = _TaskRow.model_validate(shared | {"action": record.action, "channel": record.channel})
    else:
        raise TypeError(type(record).__name__)
    return row.model_dump_json(exclude_none=True)
