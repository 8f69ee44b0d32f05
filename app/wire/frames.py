"""Frames of the realtime channel: texts in, notifications out; what makes no sense is said to be so (R1).

A burst is read at once: all texts by one call of the parser, of several states of one job only the last, and only what
is left is validated. The outcome is the same as frame by frame; a batch that cannot be read whole is read so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import ValidationError, from_json

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame, WalletMove
from app.core.status import RANK, parse_status
from app.wire.ability_tasks import AbilityTaskModel
from app.wire.fields import Int, Number, OptionalId, Text, WireModel, mended_json
from app.wire.tasks import TaskModel

PING = '{"type":"ping"}'
LARGEST_FRAME = 4_000_000
WORTH_A_BATCH = 8

TASK = "task.status"
ABILITY_TASK = "ability-task.status"
STATES = frozenset({TASK, ABILITY_TASK})
CHANGING = frozenset({"status", "progress", "updatedAt"})


class WalletModel(WireModel):
    """A movement of points."""

    task_id: OptionalId = None
    status: str
    balance: Int = None


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
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class Reading:
    """What some frames said: how many there were of which sort, and what is to be told, in the order of arrival."""

    notifications: tuple[Notification, ...]
    unknown: int = 0
    malformed: int = 0
    answered: bool = False


def read_frames(frames: Sequence[str | None]) -> Reading:
    """Return what frames say; ``None`` stands for a binary one. Never raises."""
    batch = _parsed(frames) if len(frames) >= WORTH_A_BATCH else None
    if batch is None:
        return _reading(read_frame(frame) for frame in frames)
    return _reading(_validated(frame) for frame in _without_superseded(batch))


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


def _reading(notifications: Iterable[Notification]) -> Reading:
    told: list[Notification] = []
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
            told.append(item)
    return Reading(tuple(told), unknown, malformed, answered)


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


def _parsed(frames: Sequence[str | None]) -> list[Any] | None:
    """Return all frames as JSON values, or ``None`` if they cannot be read as one text."""
    for frame in frames:
        if frame is None or len(frame) > LARGEST_FRAME or frame[:1] != "{" or frame[-1:] != "}":
            return None
    try:
        values = from_json(f"[{','.join(frames)}]")  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError):
        return None
    return values if len(values) == len(frames) else None


def _validated(frame: Any) -> Notification:
    try:
        return _notification(_FRAME.validate_python(frame))
    except ValidationError as error:
        return _judge(error)


def _without_superseded(frames: list[Any]) -> list[Any]:
    """Leave out states of a job that a later frame of the batch makes pointless."""
    kept: list[Any] = []
    place: dict[tuple[str, object], int] = {}
    for frame in frames:
        kind = frame.get("type")
        if kind in STATES:
            payload = frame.get("payload")
            if isinstance(payload, dict) and isinstance(job := payload.get("taskId"), str):
                before = place.get((kind, job))
                if before is not None and _supersedes(payload, kept[before]["payload"]):
                    kept[before] = frame
                    continue
                place[kind, job] = len(kept)
        kept.append(frame)
    return kept


def _supersedes(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether ``new`` says everything ``old`` did, and later: only status, progress and time may differ."""
    if len(new) != len(old):
        return False
    for name, value in new.items():
        if name not in CHANGING and (name not in old or old[name] != value):
            return False
    moment, earlier = new.get("updatedAt"), old.get("updatedAt")
    status, former = new.get("status"), old.get("status")
    if not isinstance(status, str) or not isinstance(former, str):
        return False
    if moment is None and earlier is None:
        return _reach(status, new) >= _reach(former, old)
    if not isinstance(moment, str) or not isinstance(earlier, str) or len(moment) != len(earlier):
        return False
    return moment > earlier and not parse_status(former).terminal


def _reach(status: str, payload: Mapping[str, Any]) -> tuple[int, float]:
    progress = payload.get("progress")
    return RANK[parse_status(status)], progress if isinstance(progress, int | float) else -1
