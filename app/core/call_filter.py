"""Which calls of the log are looked at (R49): search words, choices and a range of time, as they stand in the address.

Words are written as above both lists (``core.query_tokens``); docs/decisions/finding.md says why the rest is not one
with ``core.query``, docs/decisions/all-calls.md why both sides look. Refuses to read the log: it says what the server
may be asked for, whether an answer kept to it, and what matches.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from urllib.parse import parse_qs, urlencode

from app.core.causes import NO_REASON, cause_of
from app.core.logs import LogRecord
from app.core.query_tokens import fields_pattern, tokens
from app.core.status import Status

LONGEST_TEXT = 400
# How much of a request is searched; the rest is pictures as text more often than words.
SEARCHED_TEXT = 20_000
_HAYSTACKS_KEPT = 4096
_HOUR_S = 3600.0
STATUSES = (Status.RUNNING, Status.SUCCEEDED, Status.FAILED)
"""The statuses a call can be asked for by."""
SINCE_HOURS = {"1h": 1, "24h": 24, "7d": 168, "30d": 720}
"""The ranges on offer, by the word in the address, in hours."""
_STATUS_WORDS = {Status.RUNNING: "pending", Status.SUCCEEDED: "success", Status.FAILED: "failed"}
_LONGER = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """What is searched for; empty fields ask for nothing.

    ``since`` is a word of ``SINCE_HOURS``; ``after`` and ``before`` are epoch seconds, both included; ``cause`` is what
    ``core.causes`` makes of an error.
    """

    words: str = ""
    status: str = ""
    provider: str = ""
    capability: str = ""
    ability: str = ""
    executor: str = ""
    source: str = ""
    cause: str = ""
    since: str = ""
    after: float | None = None
    before: float | None = None

    @property
    def empty(self) -> bool:
        """Whether every call is searched for."""
        return self == CallFilter()

    @property
    def asked(self) -> Mapping[str, str]:
        """The parameters by which a server may narrow the log, under the wire's names; most servers ignore some."""
        status = next((word for known, word in _STATUS_WORDS.items() if known.value == self.status), "")
        named = {
            "abilityId": self.ability,
            "provider": self.provider,
            "capabilityKey": self.capability,
            "executorId": self.executor,
            "source": self.source,
            "status": status,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def server_alone(self) -> bool:
        """Whether a server that honours what it is asked has nothing left to be sorted out here."""
        return not (self.words or self.cause or self.since or self.after is not None or self.before is not None)

    def ignored(self, records: Iterable[LogRecord]) -> frozenset[str]:
        """Return the asked parameters that an answer does not keep to: its server does not honour them."""
        asked = self.asked
        return frozenset(
            name for record in records for name, value in asked.items() if not _kept_to(record, name, value)
        )


# The name of each field in the address.
_NAMES = {
    "words": "q",
    "status": "status",
    "provider": "provider",
    "capability": "capability",
    "ability": "ability",
    "executor": "executor",
    "source": "source",
    "cause": "cause",
    "since": "since",
    "after": "from",
    "before": "to",
}
CHOICES = ("status", "since", "ability", "provider", "executor", "source")
"""The fields that the reader chooses from lists."""


def _kept_to(record: LogRecord, name: str, value: str) -> bool:
    """Whether a record is as a parameter asks; one whose word for the status is not the log's usual one may be."""
    match name:
        case "abilityId":
            return record.ability_id == value
        case "provider":
            return record.provider == value
        case "capabilityKey":
            return record.capability_key == value
        case "executorId":
            return record.executor_id == value
        case "source":
            return record.source == value
        case _:
            return record.word == value or record.word not in _STATUS_WORDS.values()


def parse_call_filter(query: str) -> CallFilter:
    """Return the filter of an address's query; what makes no sense in it counts as absent."""
    given = {name: values[0] for name, values in parse_qs(query).items()}

    def text(name: str) -> str:
        return given.get(_NAMES[name], "")[:LONGEST_TEXT]

    status, since = text("status"), text("since")
    return CallFilter(
        words=text("words"),
        status=status if status in {known.value for known in STATUSES} else "",
        provider=text("provider"),
        capability=text("capability"),
        ability=text("ability"),
        executor=text("executor"),
        source=text("source"),
        cause=text("cause"),
        since=since if since in SINCE_HOURS else "",
        after=_moment(given.get("from")),
        before=_moment(given.get("to")),
    )


def call_query(wanted: CallFilter) -> str:
    """Return a filter as the query of an address; empty if every call is searched for."""
    given = {_NAMES[one.name]: getattr(wanted, one.name) for one in fields(wanted)}
    return urlencode(
        {
            name: f"{value:.0f}" if isinstance(value, float) else value
            for name, value in given.items()
            if value or value == 0
        },
        errors="replace",
    )


def choose(wanted: CallFilter, name: str, value: str) -> CallFilter:
    """Return the filter with another choice; a range by name and one by moments exclude each other."""
    if name == "since":
        return replace(wanted, since=value, after=None, before=None)
    match name:
        case "status":
            return replace(wanted, status=value)
        case "ability":
            return replace(wanted, ability=value)
        case "provider":
            return replace(wanted, provider=value)
        case "executor":
            return replace(wanted, executor=value)
        case "source":
            return replace(wanted, source=value)
        case _:
            return wanted


def _moment(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


@dataclass(frozen=True, slots=True)
class _Words:
    """Search words, sorted out once: ``(word, wanted)`` and ``(field, values, wanted)``; lengths in seconds."""

    plain: tuple[tuple[str, bool], ...] = ()
    named: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    longer_s: float | None = None
    no_longer_s: float | None = None


_FIELDS = ("status", "executor", "ability", "provider", "source", "user")
_PATTERN = fields_pattern((*_FIELDS, "longer"))


@lru_cache(64)
def _sort_words(words: str) -> _Words:
    plain: list[tuple[str, bool]] = []
    named: list[tuple[str, tuple[str, ...], bool]] = []
    lengths: dict[bool, float] = {}
    for negated, name, given in tokens(words.casefold(), _PATTERN):
        values = tuple(value for value in given if value)
        if not values:
            # The beginning of an exclusion, or of a field, that is being typed.
            continue
        length = _LONGER.fullmatch(values[0]) if name == "longer" else None
        if length is not None:
            lengths[negated] = float(length[1]) * _UNITS_S[length[2] or "s"]
        elif name is None or name == "longer":
            plain.extend((value if name is None else f"{name}:{value}", not negated) for value in values)
        else:
            named.append((name, values, not negated))
    return _Words(tuple(plain), tuple(named), lengths.get(False), lengths.get(True))


class Matcher:
    """Says which records match a filter at a moment; what is searched of each record is kept."""

    def __init__(self, wanted: CallFilter, now: float) -> None:
        """``now`` is in epoch seconds, by the server's clock."""
        self._wanted = wanted
        self._words = _sort_words(wanted.words)
        hours = SINCE_HOURS.get(wanted.since)
        since = None if hours is None else now - hours * _HOUR_S
        # Where the range begins, in epoch seconds; ``None`` where it does not.
        self.first = wanted.after if since is None else since

    def __call__(self, record: LogRecord) -> bool:
        """Return whether a record is searched for."""
        wanted = self._wanted
        if wanted.status and record.status.value != wanted.status:
            return False
        chosen = (
            (wanted.ability, record.ability_id),
            (wanted.provider, record.provider),
            (wanted.capability, record.capability_key),
            (wanted.executor, record.executor_id),
            (wanted.source, record.source),
        )
        if any(value and value != said for value, said in chosen) or not self._in_range(record.created_at):
            return False
        return self._has_cause(record) and self._worded(record)

    def _has_cause(self, record: LogRecord) -> bool:
        cause = self._wanted.cause
        if not cause:
            return True
        return record.status is Status.FAILED and (cause_of(record.error or "") or NO_REASON) == cause

    def _in_range(self, moment: float | None) -> bool:
        if self.first is None and self._wanted.before is None:
            return True
        if moment is None:
            return False
        # The address has whole seconds: the last one counts to its end.
        last = self._wanted.before
        return (self.first is None or moment >= self.first) and (last is None or moment < last + 1.0)

    def _worded(self, record: LogRecord) -> bool:
        words = self._words
        took_s = (record.duration_ms or 0) / 1000
        if words.longer_s is not None and took_s <= words.longer_s:
            return False
        if words.no_longer_s is not None and took_s > words.no_longer_s:
            return False
        for name, values, wanted in words.named:
            said = _field(record, name)
            if any(value in said for value in values) is not wanted:
                return False
        if not words.plain:
            return True
        haystack = _haystack(_Searched(record.id, record.status, record))
        return all((word in haystack) is wanted for word, wanted in words.plain)


@dataclass(frozen=True, slots=True)
class _Searched:
    """A record as a key: its payloads cannot be hashed, and it does not change without its status."""

    log_id: int
    status: Status
    record: LogRecord = field(compare=False)


def _field(record: LogRecord, name: str) -> str:
    """Return what ``name:value`` is searched for in."""
    said: tuple[str, ...]
    match name:
        case "status":
            said = (record.status.value, record.word)
        case "executor":
            said = (record.executor_id or "", record.executor_name or "")
        case "ability":
            said = (record.ability_id or "", record.ability_name or "", record.capability_key or "")
        case "provider":
            said = (record.provider or "",)
        case "source":
            said = (record.source or "",)
        case _:
            said = (record.user_id or "",)
    return "\n".join(said).casefold()


@lru_cache(_HAYSTACKS_KEPT)
def _haystack(searched: _Searched) -> str:
    record = searched.record
    facts = (
        *(str(record.id), record.ability_id, record.ability_name, record.provider, record.capability_key),
        *(record.executor_id, record.executor_name, record.user_id, record.source, record.task_id, record.trace_id),
        *(record.callback_id, record.workflow_run_id, record.error),
    )
    return "\n".join([*(fact for fact in facts if fact), _request_text(record.request)]).casefold()


def _request_text(request: object) -> str:
    try:
        return "" if request is None else json.dumps(request, ensure_ascii=False, default=str)[:SEARCHED_TEXT]
    except (RecursionError, ValueError):
        return ""
