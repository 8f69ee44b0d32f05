"""What the page knows of a job. How an update changes it is in ``core.merging``.

A record and an update of it have the same type: an update is a record with gaps. Records are not frozen, for every
update makes two: a frozen one costs four times as much. Nobody writes to one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from app.core.amounts import Amount
from app.core.status import RANK, Status


class Source(StrEnum):
    """Who brought an update."""

    PUSH = "push"
    POLL = "poll"
    INVOKE = "invoke"


@dataclass(frozen=True, slots=True)
class Word:
    """One witness's word on a job: status, the wire's own word, progress in percent and, if dated, when (epoch s)."""

    status: Status
    text: str
    progress: int | None = None
    at: float | None = None


@dataclass(slots=True, kw_only=True)
class Record:
    """What tasks and ability tasks have in common. Moments are epoch seconds, UTC."""

    id: str
    dated: Word | None = None
    """The dated word that holds."""
    undated: Word | None = None
    """The undated word that is furthest along and not void."""
    overruled: Word | None = None
    """The later open word that a list may confirm, where ``dated`` is an end; or the end that a new run followed."""
    listed_at: float | None = None
    """The latest ``updatedAt`` under which a list called the job open."""
    undated_at: float = 0.0
    """When the undated word was received, in monotonic seconds."""
    gone: bool = False
    """The server does not know the id (R11)."""
    given_up: bool = False
    """It stood still under a word that nobody knows until asking made no sense any more (R11)."""
    row_only: bool = False
    """Of what went in and came out only what a row shows is kept (R48), or was to be had."""
    created_at: float | None = None
    finished_at: float | None = None
    points: Amount | None = None
    error: str | None = None

    @property
    def word(self) -> Word:
        """The word that holds (rules 2 and 3)."""
        dated, undated = self.dated, self.undated
        if dated is None:
            return undated or _SILENCE
        if undated is None or dated.status.terminal:
            return dated
        # Two ranks that differ decide, and most do: this is asked many times for every frame.
        further = RANK[undated.status] - RANK[dated.status] or _percent(undated) - _percent(dated)
        return undated if further > 0 else dated

    @property
    def status(self) -> Status:
        """Where the job stands; ``UNKNOWN`` once the server no longer knows it (R11)."""
        return Status.UNKNOWN if self.gone else self.word.status

    @property
    def progress(self) -> int | None:
        """Progress in percent, 0 to 100, where the server says it."""
        return self.word.progress

    @property
    def updated_at(self) -> float | None:
        """The server's latest ``updatedAt`` for this job."""
        return self.dated.at if self.dated else None

    @property
    def ended(self) -> bool:
        """Whether the job is over: at an end, not known any more, or with an end time under an unfamiliar word."""
        return self.gone or self._over(self.word.status)

    @property
    def active(self) -> bool:
        """Whether the job is to be asked about: not over, not at a standstill, and not given up."""
        if self.given_up or self.gone:
            return False
        status = self.word.status
        return status is not Status.BLOCKED and not self._over(status)

    def _over(self, status: Status) -> bool:
        return status.terminal or (status is Status.UNKNOWN and self.finished_at is not None)


@dataclass(slots=True, kw_only=True)
class Task(Record):
    """A job submitted to ``/api/tasks``."""

    action: str | None = None
    channel: str | None = None
    result_url: str | None = None
    parameters: object = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an ability produced: addresses by sort, texts, and the provider's raw answer, an opaque JSON value."""

    images: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    raw: object = None
    audios: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class AbilityTask(Record):
    """An asynchronous call of one AI ability."""

    ability_id: str | None = None
    ability_name: str | None = None
    provider: str | None = None
    capability_key: str | None = None
    executor_id: str | None = None
    prompt_id: str | None = None
    log_id: int | None = None
    duration_ms: int | None = None
    started_at: float | None = None
    trace_id: str | None = None
    callback_url: str | None = None
    result: Result | None = None
    request: object = None


R = TypeVar("R", Task, AbilityTask)

_SILENCE = Word(Status.UNKNOWN, "")
ROW_TEXT_CHARS = 200
ROW_PICTURES = 3


def as_row(record: R) -> R:
    """Return a record without what went in and came out, but for what a row shows (R48)."""
    if isinstance(record, Task):
        return replace(record, parameters=None, row_only=True)
    whole = record.result
    result = whole and Result(
        whole.images[:ROW_PICTURES],
        whole.videos[:1],
        tuple(text[:ROW_TEXT_CHARS] for text in whole.texts[:1]),
        None,
        whole.audios[:1],
        whole.files[:1],
    )
    return replace(record, request=None, result=result, row_only=True)


def _percent(word: Word) -> int:
    return -1 if word.progress is None else word.progress
