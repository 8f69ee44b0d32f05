"""What the page knows of a job, and how a piece of news changes it (R15).

A record and a piece of news about it have the same type: news is a record with gaps. Two kinds of witness speak.
A *dated* one carries the server's ``updatedAt``; an *undated* one (``task.status`` frames, single reads of tasks)
does not. The best word of each kind is kept, and what is shown follows from the two:

1. Among dated words the later holds; among undated ones the further along.
2. A terminal word beats every word that is not, whatever its time: nothing may follow it.
3. Between the two kinds, a terminal one holds; if both are, the dated one; if none is, the further along.

Each step takes a maximum, so the outcome does not depend on the order or repetition of the news. (Where stamps in whole
seconds mix with finer ones, that rests on a job not going back within one second.) Facts other than the status (a log
id, a result) are written by later dated news and otherwise only fill gaps.

Records are not frozen, for every piece of news makes two: a frozen one costs four times as much. Nobody writes to one.

A job that was lost (``gone``) is back as soon as there is anything new of it. What was known before is not new: a
server replays its last events on every connect.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

from app.core.status import RANK, Status


class Source(StrEnum):
    """Who brought a piece of news."""

    PUSH = "push"
    POLL = "poll"
    INVOKE = "invoke"


class Outcome(StrEnum):
    """What a piece of news did to a record."""

    CHANGED = "changed"
    DUPLICATE = "duplicate"
    STALE = "stale"


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
    undated: Word | None = None
    gone: bool = False
    created_at: float | None = None
    finished_at: float | None = None
    points: int | None = None
    error: str | None = None

    @property
    def word(self) -> Word:
        """The word that holds (rules 2 and 3)."""
        dated, undated = self.dated, self.undated
        if dated is None:
            return undated or _SILENCE
        if undated is None or dated.status.terminal:
            return dated
        if undated.status.terminal or _reach(undated) > _reach(dated):
            return undated
        return dated

    @property
    def status(self) -> Status:
        """Where the job stands; ``UNKNOWN`` once the server no longer knows it (R11)."""
        return Status.UNKNOWN if self.gone else self.word.status

    @property
    def progress(self) -> int | None:
        """Progress in percent, 0 to 100, where the server tells it."""
        return self.word.progress

    @property
    def updated_at(self) -> float | None:
        """The server's latest ``updatedAt`` for this job."""
        return self.dated.at if self.dated else None

    @property
    def active(self) -> bool:
        """Whether more news is to be expected."""
        return not self.gone and not self.word.status.terminal


@dataclass(slots=True, kw_only=True)
class Task(Record):
    """A job submitted to ``/api/tasks``."""

    action: str | None = None
    channel: str | None = None
    result_url: str | None = None
    parameters: object = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an ability produced: URLs, texts and the provider's raw answer, an opaque JSON value."""

    images: tuple[str, ...] = ()
    videos: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    raw: object = None


@dataclass(slots=True, kw_only=True)
class AbilityTask(Record):
    """An asynchronous call of one AI ability."""

    ability_id: str | None = None
    ability_name: str | None = None
    provider: str | None = None
    capability_key: str | None = None
    executor_id: str | None = None
    log_id: int | None = None
    duration_ms: int | None = None
    started_at: float | None = None
    trace_id: str | None = None
    callback_url: str | None = None
    result: Result | None = None
    request: object = None


R = TypeVar("R", Task, AbilityTask)

_SILENCE = Word(Status.UNKNOWN, "")
_NOT_FACTS = frozenset({"id", "dated", "undated", "gone"})
_FACTS: dict[type[Record], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in _NOT_FACTS) for kind in (Task, AbilityTask)
}
_VALUES: dict[type[Record], Callable[[Record], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in _FACTS.items()
}


def merge(known: R, news: R) -> tuple[R, Outcome]:
    """Return what is known after a piece of news, and what the news did (R15).

    ``known`` itself is returned, the same object, when nothing changed.
    """
    dated = _later(known.dated, news.dated)
    undated = _further(known.undated, news.undated)
    newest = dated is not known.dated
    kind = type(known)
    values = _VALUES[kind](known)
    facts = [
        new if new is not None and (newest or old is None) else old
        for old, new in zip(values, _VALUES[kind](news), strict=True)
    ]
    if newest or undated is not known.undated or facts != list(values):
        named = dict(zip(_FACTS[kind], facts, strict=True))
        return kind(id=known.id, dated=dated, undated=undated, **named), Outcome.CHANGED
    known_already = _same(known.dated, news.dated) and _same(known.undated, news.undated)
    return known, Outcome.DUPLICATE if known_already else Outcome.STALE


def _same(known: Word | None, news: Word | None) -> bool:
    return news is None or news == known


def _reach(word: Word) -> tuple[int, int]:
    return RANK[word.status], -1 if word.progress is None else word.progress


def _tie(word: Word) -> tuple[int, int, float, str]:
    """What decides between two words of which time does not tell the later; total, so that order never matters."""
    return RANK[word.status], -1 if word.progress is None else word.progress, word.at or 0.0, word.text


def _further(known: Word | None, news: Word | None) -> Word | None:
    if known is None or news is None or known == news:
        return known or news
    return news if _tie(news) > _tie(known) else known


def _later(known: Word | None, news: Word | None) -> Word | None:
    if known is None or news is None or known == news:
        return known or news
    if known.status.terminal != news.status.terminal:
        return known if known.status.terminal else news
    order = _order(known.at or 0.0, news.at or 0.0)
    if order == 0:
        return news if _tie(news) > _tie(known) else known
    return news if order > 0 else known


def _order(known: float, news: float) -> float:
    """Positive when ``news`` is later, 0 when that cannot be told.

    Push frames may carry whole seconds where REST carries microseconds; within one second such a stamp says nothing.
    """
    if math.floor(known) == math.floor(news) and (known.is_integer() or news.is_integer()):
        return 0.0
    return news - known
