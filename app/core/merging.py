"""How an update changes what the page knows of a job (R15; docs/decisions/ordering.md).

Two kinds of witness speak. A *dated* one carries the server's ``updatedAt``; an *undated* one (``task.status`` frames,
single reads of tasks) does not. Of the dated words the best that ends the job and the best that leaves it open are
kept, of the undated ones the best, and what is shown follows from them:

1. Among dated words of one sort the later holds; among undated ones the further along.
2. A terminal word beats every word that is not, whatever its time. One thing alone follows an end: a *list* that calls
   the job open at a later time. Then it was submitted again under its id, and what the first run brought is forgotten.
3. Between the two kinds, a terminal one holds; if both are, the dated one; if none is, the further along.
4. A list knows the present. The dated word that it brings makes an undated one void that ends the job as well, or that
   was received so long before that no list lags behind it any more.

Each step takes a maximum, so the outcome does not depend on the order or repetition of the updates. (Where stamps in
whole seconds mix with finer ones, that rests on a job not going back within one second; rule 4 rests on the order of
arrival, because it compares what has no time with what has.) Facts other than the status (a log id, a result) are
written by later dated updates and otherwise only fill gaps.

A job that the server did not know (``gone``) is back as soon as there is anything new of it. What was known before is
not new: a server replays its last events on every connect.
"""

import math
from collections.abc import Callable
from dataclasses import fields, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any

from app.core.records import AbilityTask, R, Record, Task, Word
from app.core.status import RANK, Status

LIST_LAG_S = 30.0
"""No list is taken to lag further behind a frame than this."""

_NOT_FACTS = frozenset(
    {"id", "dated", "undated", "overruled", "listed_at", "undated_at", "gone", "given_up", "row_only"}
)
_RUN_FACTS = frozenset({"finished_at", "error", "result_url", "result", "log_id", "duration_ms", "started_at"})
_FACTS: dict[type[Record], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in _NOT_FACTS) for kind in (Task, AbilityTask)
}
_VALUES: dict[type[Record], Callable[[Record], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in _FACTS.items()
}


class Outcome(StrEnum):
    """What an update did to a record. ``NOTED``: it is kept to be compared with, and nothing that is shown changes."""

    CHANGED = "changed"
    NOTED = "noted"
    DUPLICATE = "duplicate"
    STALE = "stale"


def merge(known: R, update: R, now: float = 0.0, listed_as_of: float | None = None) -> tuple[R, Outcome]:
    """Return what is known after an update, and what the update did (R15).

    ``now`` is when the update was received; ``listed_as_of`` when the list that brought it was asked for, ``None`` if
    no list did; both in monotonic seconds. ``known`` itself is returned, the same object, when nothing changed.
    """
    word = update.dated
    if known.row_only and not update.row_only and _holds_more(update):
        known = replace(known, row_only=False)
        if isinstance(known, AbilityTask):
            known.result = None
    dated, overruled, listed_at = _dated_words(known, update, listed=listed_as_of is not None)
    newest = dated is not known.dated
    undated, undated_at = _further(known.undated, update.undated), known.undated_at
    if undated is not known.undated:
        undated_at = now
    current = listed_as_of is not None and undated_at + LIST_LAG_S <= listed_as_of
    if listed_as_of is not None and word is not None and (word.status.terminal or current):
        undated = None
    kind = type(known)
    values = _VALUES[kind](known)
    if word is not dated and word is not None and overruled is not None and overruled.status.terminal:
        # The update is of the run that ended: it knows nothing of the one that was begun under the same id.
        facts = values
    else:
        facts = tuple(
            new if new is not None and (newest or old is None) else old
            for old, new in zip(values, _VALUES[kind](update), strict=True)
        )
    words_stand = undated is known.undated and overruled is known.overruled and listed_at == known.listed_at
    if words_stand and not newest and facts == values:
        repeated = _same(known.dated, word) and _same(known.undated, update.undated)
        return known, Outcome.DUPLICATE if repeated else Outcome.STALE
    record = kind(
        id=known.id,
        dated=dated,
        undated=undated,
        overruled=overruled,
        listed_at=listed_at,
        undated_at=undated_at,
        row_only=known.row_only,
        **dict(zip(_FACTS[kind], facts, strict=True)),
    )
    if reopened(known, record):
        for name in _RUN_FACTS & record.__dataclass_fields__.keys():
            setattr(record, name, getattr(update, name))
    elif not newest and not known.gone and facts == values and record.word == known.word:
        record.given_up = known.given_up
        return record, Outcome.NOTED
    return record, Outcome.CHANGED


def reopened(known: Record, record: Record) -> bool:
    """Whether ``record``, which follows ``known``, is a new run of a job that had ended under the same id."""
    return known.ended and not known.gone and not record.gone and not record.word.status.terminal


def _holds_more(update: R) -> bool:
    """Whether an update brings what a row does not keep."""
    if isinstance(update, Task):
        return update.parameters is not None
    return update.request is not None or update.result is not None


def _dated_words(known: R, update: R, *, listed: bool) -> tuple[Word | None, Word | None, float | None]:
    """Return the dated word that holds, the best of the other sort, and when a list last called the job open."""
    word, first, other, listed_at = update.dated, known.dated, known.overruled, known.listed_at
    if word is None:
        return first, other, listed_at
    if listed and not word.status.terminal:
        listed_at = max(listed_at or 0.0, word.at or 0.0)
    if first is None or first.status.terminal == word.status.terminal:
        first = _later(first, word)
    else:
        other = _later(other, word)
    if other is None:
        return first, None, listed_at
    end, still_open = (first, other) if first.status.terminal else (other, first)
    if overrules(end.status, still_open.status, _order(still_open.at, end.at)):
        return end, None, listed_at
    if listed_at is not None and _order(end.at, listed_at) > 0:
        return still_open, end, listed_at
    return end, still_open, listed_at


def overrules(status: Status, other: Status, order: float) -> bool | None:
    """Return whether a word makes another one of its kind of witness void (rules 1 and 2); ``None`` if ``tie`` decides.

    ``order`` is positive when the word is the later one, negative when it is the earlier, 0 when that is not known.
    An end and a later open word both stand: a list may yet confirm that the job was begun anew.
    """
    if status.terminal != other.terminal:
        return status.terminal and order >= 0
    return order > 0 if order else None


def tie(status: Status, progress: int | None, at: float, text: str) -> tuple[int, int, float, str]:
    """Return what decides between two words of one kind that time does not: the greater holds.

    Further along first; the rest makes it total, so that the order of arrival never matters.
    """
    return RANK[status], -1 if progress is None else progress, at, text


def _same(known: Word | None, update: Word | None) -> bool:
    return update is None or update == known


def _tie(word: Word) -> tuple[int, int, float, str]:
    return tie(word.status, word.progress, word.at or 0.0, word.text)


def _further(known: Word | None, update: Word | None) -> Word | None:
    if known is None or update is None:
        return known or update
    return update if _tie(update) > _tie(known) else known


def _later(known: Word | None, update: Word) -> Word:
    """Return the later of two dated words of one sort."""
    if known is None:
        return update
    decided = overrules(update.status, known.status, _order(known.at, update.at))
    if decided is None:
        decided = _tie(update) > _tie(known)
    return update if decided else known


def _order(known: float | None, update: float | None) -> float:
    """Positive when ``update`` is later, 0 when that is not known.

    Push frames may carry whole seconds where REST carries microseconds; within one second such a stamp says nothing.
    """
    known, update = known or 0.0, update or 0.0
    second = math.floor(known)
    if second == math.floor(update) and second in (known, update):
        return 0.0
    return update - known
