"""What failed calls have in common (R50): the text of an error without what differs from call to call.

Ids, numbers, paths, addresses and quotations are masked; what is left is the cause. Masking twice changes nothing, and
two errors that differ in nothing but these have the same cause. Refuses to guess: other words are another cause.
docs/decisions/all-calls.md says why.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from app.core.logs import LogRecord, job_id_of

LONGEST_CAUSE = 240
# How much of an error is looked at. What comes after is a trace or a page of a proxy.
LONGEST_ERROR = 4000
TICKS = 24
NO_REASON = "-"
"""What stands for the cause of failures without any words, where it has to be named."""
_KEPT = 4096

_HTML = re.compile(r"<!doctype html|<html|<head|<body|<h1|<title", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,400}>")
_REASONS = ("message", "msg", "detail", "error", "reason", "description", "errors", "code")
_DEEPEST = 4

_NAMES = {"quote": "⟨…⟩", "url": "⟨url⟩", "path": "⟨path⟩", "id": "⟨id⟩", "number": "⟨n⟩"}
_PARTS = (
    # What was masked before stays; first, so that nothing below reaches into it.
    r"(?P<masked>⟨(?:…|url|path|id|n)⟩)",
    # The number of an HTTP answer says what went wrong, and so does a code such as Q1001.
    r"(?P<kept>\bHTTP(?:/\d(?:\.\d)?)?[ :=]?\s?[1-5]\d\d(?![\w.])|(?<![\w.-])[A-Z]{1,4}\d{1,5}(?![\w.-]))",
    r"(?P<url>\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>“”‘’「」《》，。；）)\]]+)",
    (
        r"(?P<quote>\"[^\"\n]{0,1000}\"|“[^”\n]{0,1000}”|‘[^’\n]{0,1000}’|「[^」\n]{0,1000}」|『[^』\n]{0,1000}』"
        r"|《[^》\n]{0,1000}》|`[^`\n]{0,1000}`|(?<!\w)'[^'\n]{0,1000}'(?!\w))"
    ),
    r"(?P<path>(?<![\w⟩])(?:[A-Za-z]:)?(?:\\[\w.$@~+-]+){2,}\\?|(?<![\w⟩:/])[~.]{0,2}(?:/[\w.$@~+=%-]+){2,}/?)",
    (
        r"(?P<id>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
        r"|(?<![A-Za-z0-9])[0-9a-fA-F]{16,}(?![A-Za-z0-9])"
        r"|(?<![A-Za-z0-9])(?=[A-Za-z_.-]*\d)(?=[0-9_.-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_.-]{6,}[A-Za-z0-9]"
        r"(?![A-Za-z0-9])|(?<![A-Za-z0-9.])\d{6,}(?![A-Za-z0-9.]))"
    ),
    r"(?P<number>\d+(?:[.,:]\d+)*)",
)
_MASKS = re.compile("|".join(_PARTS), re.ASCII)


@lru_cache(_KEPT)
def cause_of(error: str) -> str:
    """Return the cause in the text of an error; empty for an error without any words."""
    text = error[:LONGEST_ERROR]
    # What one round leaves may be something to mask for the next, such as a quotation of what was masked. Each round
    # leaves fewer words or is the last; that the end is a fixed point is what makes masking twice change nothing.
    while (masked := _cut(" ".join(_MASKS.sub(_mask, _words(text)).split()))) != text:
        text = masked
    return text


def _cut(text: str) -> str:
    if len(text) <= LONGEST_CAUSE:
        return text
    cut = text[:LONGEST_CAUSE]
    # Half a mask would be words of its own.
    return cut[: cut.rindex("⟨")] if cut.rfind("⟨") > cut.rfind("⟩") else cut


def _mask(match: re.Match[str]) -> str:
    return _NAMES.get(match.lastgroup or "", match[0])


def _words(error: str) -> str:
    """Return the words for people in an error: of an HTML page its title or text, of an object what is named so."""
    text = error.strip()
    if text[:1] in {"{", "["}:
        with suppress(ValueError, RecursionError):
            text = _reason(json.loads(text), 0) or text
    if _HTML.search(text):
        title = _TITLE.search(text)
        text = unescape(title[1] if title and title[1].strip() else _TAG.sub(" ", _UNSEEN.sub(" ", text)))
    return " ".join(text.split())


def _reason(value: object, depth: int) -> str:
    if isinstance(value, str):
        return value.strip()
    if depth > _DEEPEST:
        return ""
    if isinstance(value, Mapping):
        return next((words for name in _REASONS if (words := _reason(value.get(name), depth + 1))), "")
    if isinstance(value, list):
        return next((words for item in value[:5] if (words := _reason(item, depth + 1))), "")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


@dataclass(slots=True)
class Problem:
    """The failed calls of one cause. ``sample`` is the newest error as it came; moments are epoch seconds.

    ``jobs`` are the ability tasks among them, of whichever user.
    """

    cause: str
    sample: str = ""
    count: int = 0
    executors: dict[str, int] = field(default_factory=dict)
    abilities: dict[str, int] = field(default_factory=dict)
    first_at: float | None = None
    last_at: float | None = None
    newest_id: int = -1
    moments: list[float] = field(default_factory=list)
    jobs: dict[str, None] = field(default_factory=dict)

    def add(self, record: LogRecord) -> None:
        """Count one call."""
        self.count += 1
        executor = record.executor_name or record.executor_id or ""
        self.executors[executor] = self.executors.get(executor, 0) + 1
        ability = record.ability_name or record.ability_id or ""
        self.abilities[ability] = self.abilities.get(ability, 0) + 1
        job_id = job_id_of(record)
        if job_id is not None:
            self.jobs[job_id] = None
        if record.id > self.newest_id:
            self.newest_id, self.sample = record.id, record.error or ""
        if record.created_at is not None:
            self.moments.append(record.created_at)
            self.first_at = min(record.created_at, record.created_at if self.first_at is None else self.first_at)
            self.last_at = max(record.created_at, record.created_at if self.last_at is None else self.last_at)


class Problems:
    """Failed calls by cause, added one by one so that the work can be cut into slices."""

    def __init__(self) -> None:
        self._by_cause: dict[str, Problem] = {}

    def add(self, record: LogRecord) -> None:
        """Count a failed call with its cause."""
        cause = cause_of(record.error or "")
        problem = self._by_cause.get(cause)
        if problem is None:
            problem = self._by_cause[cause] = Problem(cause)
        problem.add(record)

    @property
    def ranked(self) -> list[Problem]:
        """The problems, the most frequent first, then the latest."""
        return sorted(self._by_cause.values(), key=lambda one: (-one.count, -(one.last_at or 0.0), one.cause))


def ticks(moments: Iterable[float], first: float, last: float, number: int = TICKS) -> list[int]:
    """Return how many of the moments are in each of ``number`` equal parts of a range; the last moment is inside."""
    counts = [0] * number
    width = (last - first) / number
    for moment in moments:
        if first <= moment <= last:
            counts[min(number - 1, int((moment - first) / width)) if width > 0 else number - 1] += 1
    return counts


def range_of(problems: Iterable[Problem]) -> tuple[float, float] | None:
    """Return the first and the last moment of all problems; ``None`` if none has one."""
    moments: list[float] = list(_ends(problems))
    return (min(moments), max(moments)) if moments else None


def _ends(problems: Iterable[Problem]) -> Iterator[float]:
    for problem in problems:
        yield from (moment for moment in (problem.first_at, problem.last_at) if moment is not None)
