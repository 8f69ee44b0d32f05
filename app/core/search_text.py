"""What is searched of a job (R34): its names, ids, executor, channel, error, and the texts of its request.

Kept per job and folded to one case, because making it costs a hundred times what searching it does. Refuses to grow
with a hostile request: of one that is deep, long or wide only the beginning is searched.
docs/decisions/finding.md says why.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, Generic

from app.core.records import AbilityTask, R, Record, Task

LONGEST_TEXT = 2000
MOST_CHARACTERS = 8000
MOST_VALUES = 1000
SNIPPET_BEFORE = 12
SNIPPET_LENGTH = 60
_EMBEDDED = "data:"
_BREAKS = re.compile(r"\s+")
# Between two texts: what somebody searches for does not begin in one and end in the other.
_BETWEEN = "\n"
_SOURCES: dict[type[Record], Callable[[Record], tuple[Any, ...]]] = {
    Task: attrgetter("action", "channel", "error", "parameters"),
    AbilityTask: attrgetter(
        *("ability_name", "ability_id", "capability_key", "provider", "executor_id", "trace_id", "error", "request")
    ),
}


def searched_texts(record: Record, name: str) -> list[str]:
    """Return the texts that are searched of a job, ``name``, as people see it, first."""
    *facts, request = _SOURCES[type(record)](record)
    return _said(name, facts, record.id) + _texts_in(request)


def snippet(texts: Sequence[str], word: str) -> str:
    """Return the part of the first of ``texts`` in which ``word`` occurs; empty if it is in none."""
    pattern = re.compile(re.escape(word), re.IGNORECASE)
    for text in texts:
        match = pattern.search(text)
        if match is not None:
            start = max(0, match.start() - SNIPPET_BEFORE)
            end = start + max(SNIPPET_LENGTH, len(word) + SNIPPET_BEFORE)
            part = _BREAKS.sub(" ", text[start:end]).strip()
            return f"{'…' if start else ''}{part}{'…' if end < len(text) else ''}"
    return ""


class SearchTexts(Generic[R]):
    """The folded texts by job; ``name`` says what people see as a job's name."""

    def __init__(self, name: Callable[[R], str]) -> None:
        self._name: Callable[[R], str] = name
        #: The text of each job for which it was made.
        self.kept: dict[str, str] = {}
        # What each of them was made of, and where in it the request's part begins: most of the work, and nothing that
        # progress changes.
        self._sources: dict[str, tuple[tuple[Any, ...], int]] = {}

    def of(self, record: R) -> str:
        """Return the text of a job, made anew only if what it is made of has changed."""
        job_id, sources = record.id, _SOURCES[type(record)](record)
        former = self._sources.get(job_id)
        if former and former[0] == sources:
            return self.kept[job_id]
        *facts, request = sources
        if former and former[0][-1] is request:
            requested = self.kept[job_id][former[1] :]
        else:
            requested = "".join(_BETWEEN + text for text in _texts_in(request)).casefold()
        said = _BETWEEN.join(_said(self._name(record), facts, job_id)).casefold()
        self._sources[job_id] = sources, len(said)
        text = self.kept[job_id] = said + requested
        return text

    def forget(self, job_ids: Iterable[str]) -> None:
        """Forget jobs that are no longer anywhere."""
        for job_id in job_ids:
            self.kept.pop(job_id, None)
            self._sources.pop(job_id, None)


def _said(name: str, facts: Iterable[str | None], job_id: str) -> list[str]:
    """Return what is searched beside the request."""
    return [name, *[fact[:LONGEST_TEXT] for fact in facts if fact], job_id]


def _texts_in(value: object) -> list[str]:
    """Return the texts in a JSON value, wherever they stand in it, in their order."""
    found: list[str] = []
    waiting: list[object] = [value]
    left, characters = MOST_VALUES, MOST_CHARACTERS
    while waiting and left and characters > 0:
        left -= 1
        one = waiting.pop()
        if isinstance(one, str):
            if one and not one.startswith(_EMBEDDED):
                found.append(one[: min(LONGEST_TEXT, characters)])
                characters -= len(found[-1])
        elif isinstance(one, dict):
            waiting += [*islice(one.values(), left)][::-1]
        elif isinstance(one, list):
            waiting += one[:left][::-1]
    return found
