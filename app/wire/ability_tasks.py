"""Ability tasks: list items, single reads and submit answers."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasChoices, Field, TypeAdapter, ValidateAs, ValidationError

from app.core.records import AbilityTask, Result, Word
from app.core.status import parse_status
from app.wire.fields import (
    Id,
    Int,
    Lenient,
    Moment,
    Opaque,
    OptionalId,
    PointsAmount,
    Reason,
    Text,
    WireModel,
    epoch,
    read,
)
from app.wire.results import ResultModel


class AbilityTaskModel(WireModel):
    """One ability task, in full or in part."""

    id: Id = Field(validation_alias=AliasChoices("id", "taskId", "task_id"))
    status: str
    ability_id: OptionalId = None
    ability_name: Text = None
    provider: Text = Field(None, validation_alias=AliasChoices("ability_provider", "abilityProvider", "provider"))
    capability_key: Text = None
    executor_id: Text = None
    log_id: Int = None
    duration_ms: Int = None
    request_payload: Opaque = None
    result_payload: Opaque = None
    error_message: Reason = None
    callback_url: Text = None
    trace_id: Text = None
    points: PointsAmount = None
    created_at: Moment = None
    updated_at: Moment = None
    started_at: Moment = None
    finished_at: Moment = None

    def ability_task(self) -> AbilityTask:
        """Return the ability task; of a partial answer, what it has."""
        at = epoch(self.updated_at)
        word = Word(parse_status(self.status), self.status, None, at)
        request = self.request_payload if isinstance(self.request_payload, dict) else {}
        result = result_of(self.result_payload)
        ran = _metadata(self.result_payload)
        return AbilityTask(
            id=self.id,
            dated=word if at is not None else None,
            undated=word if at is None else None,
            ability_id=self.ability_id,
            ability_name=self.ability_name,
            provider=self.provider,
            capability_key=self.capability_key,
            # Who ran it is known from the result; what was asked for, from the request.
            executor_id=self.executor_id
            or _text(ran, "executorId", "executor_id")
            or _text(request, "executorId", "executor_id"),
            prompt_id=_text(ran, "promptId", "prompt_id"),
            log_id=self.log_id,
            duration_ms=self.duration_ms,
            error=self.error_message,
            points=self.points,
            trace_id=self.trace_id or _text(_metadata(request), "traceId", "trace_id"),
            callback_url=self.callback_url or _text(request, "callbackUrl", "callback_url"),
            result=result,
            request=self.request_payload,
            created_at=epoch(self.created_at),
            started_at=epoch(self.started_at),
            finished_at=epoch(self.finished_at),
        )


_Listed = Annotated[AbilityTask, ValidateAs(AbilityTaskModel, AbilityTaskModel.ability_task)]


class AbilityTaskListModel(WireModel):
    """The newest ability tasks; items that cannot be read are left out."""

    items: list[Annotated[_Listed | None, Lenient]]


_LIST: TypeAdapter[AbilityTaskListModel] = TypeAdapter(AbilityTaskListModel)
_ONE: TypeAdapter[AbilityTaskModel] = TypeAdapter(AbilityTaskModel)


def result_of(payload: object) -> Result | None:
    """Return the result in a ``resultPayload``, ``None`` if it is empty; one of unknown shape is kept as ``raw``."""
    if not isinstance(payload, dict) or not payload:
        return None
    try:
        return ResultModel.model_validate(payload).result()
    except ValidationError:
        return Result(raw=payload)


def _text(payload: Mapping[str, object], *names: str) -> str | None:
    if not payload:
        return None
    return next((value for name in names if isinstance(value := payload.get(name), str) and value), None)


def _metadata(payload: object) -> Mapping[str, object]:
    metadata = payload.get("metadata") if isinstance(payload, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}


def read_ability_tasks(text: str) -> tuple[list[AbilityTask], int]:
    """Return the listed ability tasks, newest first, and how many were listed, readable or not."""
    items = read(_LIST, text).items
    return [task for task in items if task is not None], len(items)


def read_ability_task(text: str) -> AbilityTask:
    """Return one ability task."""
    return read(_ONE, text).ability_task()
