"""Frames of the realtime channel: texts in, notifications out; what makes no sense is said to be so (R1).

The frames of a burst come gathered (``wire.coalesce``): parsed already, and without what later ones superseded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import ValidationError

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame
from app.core.points import WalletMove
from app.core.status import parse_status
from app.wire.ability_tasks import AbilityTaskModel
from app.wire.coalesce import ABILITY_TASK, TASK, Gathered
from app.wire.fields import Number, OptionalId, PointsAmount, Text, WireModel, mended_json
from app.wire.tasks import TaskModel

PING = '{"type":"ping"}'
LARGEST_FRAME = 4_000_000


class WalletModel(WireModel):
    """A movement of points."""

    task_id: OptionalId = None
    status: str
    balance: PointsAmount = None


class LogModel(WireModel):
    """A log record that was written."""

    log_id: Number
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


Frame = TaskFrame | AbilityTaskFrame | WalletFrame | LogFrame | AnswerFrame
_TASK: TypeAdapter[TaskModel] = TypeAdapter(TaskModel)
_ABILITY_TASK: TypeAdapter[AbilityTaskModel] = TypeAdapter(AbilityTaskModel)
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class ParsedFrames:
    """What some frames said: what is to be delivered, in the order of arrival, and how many said nothing readable."""

    notifications: tuple[Notification, ...]
    unknown: int = 0
    malformed: int = 0
    answered: bool = False


def read_frames(frames: Sequence[str | None]) -> ParsedFrames:
    """Return what frames say; ``None`` stands for a binary one. Never raises."""
    return _parsed(read_frame(frame) for frame in frames)


def split_frames(joined: bytes, lengths: Iterable[int]) -> list[str | None]:
    """Return frames that came joined one by one, as ``ports.SocketListener`` has them.

    What is no UTF-8 is replaced by a mark, and makes a malformed frame.
    """
    frames: list[str | None] = []
    at = 0
    for length in lengths:
        frames.append(joined[at : at + length].decode("utf-8", "replace") if length >= 0 else None)
        at += max(length, 0) + len(b",")
    return frames


def read_gathered(gathered: Sequence[Gathered]) -> ParsedFrames:
    """Return what gathered frames say. Never raises."""
    return _parsed(_validated(kind, value) for kind, value in gathered)


def read_frame(text: str | None) -> Notification:
    """Return what one frame says. Never raises."""
    if text is None or len(text) > LARGEST_FRAME:
        return MalformedFrame()
    try:
        return _notification(_FRAME.validate_json(text))
    except ValidationError as error:
        if (mended := mended_json(text, error)) is None:
            return _judge(error)
    try:
        return _notification(_FRAME.validate_json(mended))
    except ValidationError as error:
        return _judge(error)


def _parsed(notifications: Iterable[Notification]) -> ParsedFrames:
    said: list[Notification] = []
    unknown = malformed = 0
    answered = False
    for item in notifications:
        kind = type(item)
        if kind is UnknownFrame:
            unknown += 1
        elif kind is MalformedFrame:
            malformed += 1
        elif kind is PingAnswer:
            answered = True
        else:
            said.append(item)
    return ParsedFrames(tuple(said), unknown, malformed, answered)


def _notification(frame: Frame) -> Notification:
    match frame:
        case TaskFrame():
            return frame.payload.task()
        case AbilityTaskFrame():
            return frame.payload.ability_task()
        case WalletFrame():
            wallet = frame.payload
            return WalletMove(wallet.task_id, wallet.status, wallet.balance)
        case LogFrame():
            log = frame.payload
            return LogNotice(log.log_id, log.ability_id, parse_status(log.status or ""), log.task_id)
        case AnswerFrame():
            return PingAnswer()


def _judge(error: ValidationError) -> Notification:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return UnknownFrame() if fault["type"] == "union_tag_invalid" else MalformedFrame()


def _validated(kind: str, value: Any) -> Notification:
    """Return what the payload of a known type says, or a whole frame where the type is not known."""
    try:
        if kind == TASK:
            return _TASK.validate_python(value).task()
        if kind == ABILITY_TASK:
            return _ABILITY_TASK.validate_python(value).ability_task()
        return _notification(_FRAME.validate_python(value))
    except ValidationError as error:
        return MalformedFrame() if kind else _judge(error)
