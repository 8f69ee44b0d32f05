"""Frames of the realtime channel: text in, notifications out; what makes no sense is said to be so (R1)."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import ValidationError

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame, WalletMove
from app.core.status import parse_status
from app.wire.ability_tasks import AbilityTaskModel
from app.wire.fields import Int, OptionalId, Text, WireModel, safe_int
from app.wire.tasks import TaskModel

PING = '{"type":"ping"}'
LARGEST_FRAME = 4_000_000


class WalletModel(WireModel):
    """A movement of points."""

    task_id: OptionalId = None
    status: str
    balance: Int = None


class LogModel(WireModel):
    """A log record that was written."""

    log_id: int
    ability_id: OptionalId = None
    status: Text = None
    task_id: OptionalId = None


class TaskFrame(WireModel):
    """``task.status``."""

    type: Literal["task.status"]
    payload: TaskModel


class AbilityTaskFrame(WireModel):
    """``ability-task.status``."""

    type: Literal["ability-task.status"]
    payload: AbilityTaskModel


class WalletFrame(WireModel):
    """``wallet.points``."""

    type: Literal["wallet.points"]
    payload: WalletModel


class LogFrame(WireModel):
    """``ability-log.created``."""

    type: Literal["ability-log.created"]
    payload: LogModel


class AnswerFrame(WireModel):
    """What a server says to a ping: some echo it, some answer properly."""

    type: Literal["echo", "pong"]
    payload: Any = None


_FRAME: TypeAdapter[TaskFrame | AbilityTaskFrame | WalletFrame | LogFrame | AnswerFrame] = TypeAdapter(
    Annotated[
        TaskFrame | AbilityTaskFrame | WalletFrame | LogFrame | AnswerFrame,
        Field(discriminator="type"),
    ]
)


def read_frame(text: str | None) -> Notification:
    """Return what a frame says; ``None`` stands for a binary one. Never raises."""
    if text is None or len(text) > LARGEST_FRAME:
        return MalformedFrame()
    try:
        frame = _FRAME.validate_json(text)
    except ValidationError as error:
        return _judge(error)
    except (ValueError, RecursionError):
        return MalformedFrame()
    match frame:
        case TaskFrame():
            return frame.payload.task()
        case AbilityTaskFrame():
            return frame.payload.ability_task()
        case WalletFrame():
            wallet = frame.payload
            return WalletMove(wallet.task_id, wallet.status, safe_int(wallet.balance))
        case LogFrame():
            log = frame.payload
            return LogNotice(log.log_id, log.ability_id, parse_status(log.status or ""), log.task_id)
        case AnswerFrame():
            return PingAnswer()


def _judge(error: ValidationError) -> Notification:
    fault = error.errors(include_url=False, include_input=True, include_context=False)[0]
    if fault["type"] == "union_tag_invalid":
        return UnknownFrame()
    return MalformedFrame()
