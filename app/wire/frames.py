"""Frames of the realtime channel: texts in, notifications out; what makes no sense is said to be so (R1).

A burst is gathered first: all texts by one call of the parser, of several states of one job only the last, and only
what is left is validated. The outcome is the same as frame by frame; what cannot be read as one text is read so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import ValidationError, from_json

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame
from app.core.points import WalletMove
from app.core.status import RANK, parse_status
from app.wire.ability_tasks import AbilityTaskModel
from app.wire.fields import Number, OptionalId, PointsAmount, Text, WireModel, mended_json
from app.wire.tasks import TaskModel

PING = '{"type":"ping"}'
LARGEST_FRAME = 4_000_000

TASK = "task.status"
ABILITY_TASK = "ability-task.status"
ANSWERS = frozenset({"echo", "pong"})
CHANGING = frozenset({"status", "progress", "updatedAt"})
SECOND = len("2026-01-15T11:32:00")


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
class Reading:
    """What some frames said: how many there were of which sort, and what is to be told, in the order of arrival."""

    notifications: tuple[Notification, ...]
    unknown: int = 0
    malformed: int = 0
    answered: bool = False


def read_frames(frames: Sequence[str | None]) -> Reading:
    """Return what frames say; ``None`` stands for a binary one. Never raises."""
    return _reading(read_frame(frame) for frame in frames)


Gathered = tuple[str, Any]
"""A payload under the type of its frame, or a whole frame under no type."""


class FrameReader:
    """Gathers frames over a while: of several states of one job only the last is kept and, at the end, validated."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, dict[str, Any]]] = {TASK: {}, ABILITY_TASK: {}}
        self._rest: list[Any] = []

    def gather(self, joined: bytes, count: int) -> bool | None:
        """Take ``count`` frames, joined with commas, in UTF-8; true if one of them answers a ping.

        ``None`` if they cannot be read as one text, and nothing is taken: read them one by one.
        """
        if len(joined) > LARGEST_FRAME:
            return None
        try:
            frames = from_json(b"[%b]" % joined)
        except (ValueError, RecursionError):
            return None
        if len(frames) != count:
            return None
        answered = False
        for frame in frames:
            if type(frame) is dict:
                states = self._states.get(kind) if type(kind := frame.get("type")) is str else None
                if states is not None and type(payload := frame.get("payload")) is dict:
                    job = payload.get("taskId")
                    if type(job) is str:
                        self._keep(states, job, payload, frame)
                        continue
                answered = answered or kind in ANSWERS
            self._rest.append(frame)
        return answered

    def take(self) -> list[Gathered]:
        """Return what was gathered, for ``read_gathered``, and begin anew."""
        states, rest = self._states, self._rest
        self._states, self._rest = {TASK: {}, ABILITY_TASK: {}}, []
        gathered = [(kind, payload) for kind, payloads in states.items() for payload in payloads.values()]
        gathered.extend(("", frame) for frame in rest)
        return gathered

    def clear(self) -> None:
        """Forget what was gathered."""
        self.take()

    def _keep(self, states: dict[str, dict[str, Any]], job: str, payload: dict[str, Any], frame: Any) -> None:
        old = states.get(job)
        if old is None or _supersedes(payload, old):
            states[job] = payload
        elif not _supersedes(old, payload):
            self._rest.append(frame)


def read_gathered(gathered: Sequence[Gathered]) -> Reading:
    """Return what gathered frames say. Never raises."""
    return _reading(_validated(kind, value) for kind, value in gathered)


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


def _supersedes(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether nothing is lost if ``old`` is left out: ``new`` is further along and says at least as much.

    A later moment overwrites facts; without one they have to agree.
    """
    moment, earlier = new.get("updatedAt"), old.get("updatedAt")
    later = False
    if moment is not None or earlier is not None:
        if type(moment) is not str or type(earlier) is not str or not _alike(moment, earlier) or moment < earlier:
            return False
        later = moment[:SECOND] > earlier[:SECOND] or (moment > earlier and _exact(moment) and _exact(earlier))
    if not (later and new.keys() >= old.keys() and None not in new.values()):
        for name, value in old.items():
            if name not in CHANGING and value is not None:
                said = new.get(name)
                if said is None or (said != value and not later):
                    return False
    status, former = new.get("status"), old.get("status")
    if type(status) is not str or type(former) is not str:
        return False
    if later and not parse_status(former).terminal:
        return True
    return _reach(status, new) >= _reach(former, old)


def _alike(stamp: str, other: str) -> bool:
    """Whether two stamps are written alike and without an offset from UTC: then the later one is the greater text."""
    if len(stamp) != len(other):
        return False
    if stamp[-1:] == "Z" or other[-1:] == "Z":
        return stamp[-1:] == other[-1:]
    return not any(sign in each[SECOND:] for each in (stamp, other) for sign in "+-")


def _exact(stamp: str) -> bool:
    """Whether a stamp has a fraction; one of whole seconds says nothing about the order within its second."""
    return stamp[SECOND:].strip(".0Z") != ""


def _reach(status: str, payload: Mapping[str, Any]) -> tuple[bool, int, float]:
    """Return how far along a state is: ended or not, rank, progress."""
    progress = payload.get("progress")
    known = parse_status(status)
    return known.terminal, RANK[known], progress if isinstance(progress, int | float) else -1
