"""What somebody searches for among the jobs, and how it is typed into the search box (R34).

A query is words, which must all occur, words that must not, fields and an order. Typed, it reads
``koi -blur status:failed,running -executor:x longer:30s since:24h sort:-elapsed``: blanks separate, quotes hold
together, a minus excludes. ``core.query_address`` has it as part of the address. Refuses to know what it is asked of:
``core.query_match`` does. No text raises anything; what is not understood is left out and named.
docs/decisions/finding.md says why.
"""

import re
from dataclasses import dataclass, field, replace

from app.core.query_tokens import fields_pattern, quoted, tokens
from app.core.status import Status

LONGEST_TEXT = 1000
MOST_WORDS = 20
ACTIVE = "active"
"""Beside the seven statuses: whatever is under way, as the counts above the lists have it."""
STATUSES = (ACTIVE, *(status.value for status in Status))
KINDS = ("task", "ability-task")
CHOICES = ("kind", "status", "ability", "action", "executor")
SPANS = ("longer", "since")
SORTS = ("created", "elapsed", "name", "points", "status")
KNOWN_VALUES = {"kind": KINDS, "status": STATUSES}

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800}
_SPAN = re.compile(r"([0-9]{1,8})([smhdw]?)")
_FIELDS = fields_pattern((*CHOICES, *SPANS, "sort"))


@dataclass(frozen=True, slots=True)
class Choice:
    """Of a field, the values that are wanted, any of them, and those that are not; both sorted."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.included or self.excluded)

    def with_value(self, value: str, *, excluded: bool) -> "Choice":
        """Return the choice with a value wanted or, if ``excluded``, not wanted; it is never both."""
        rest = self.without(value)
        if excluded:
            return replace(rest, excluded=tuple(sorted({*rest.excluded, value})))
        return replace(rest, included=tuple(sorted({*rest.included, value})))

    def without(self, value: str) -> "Choice":
        """Return the choice with nothing said of a value."""
        return Choice(*(tuple(one for one in part if one != value) for part in (self.included, self.excluded)))


@dataclass(frozen=True, slots=True)
class Span:
    """Lengths of time in seconds: ``wanted`` of what must reach or lie within it, ``unwanted`` of what must not."""

    wanted: int | None = None
    unwanted: int | None = None

    def __bool__(self) -> bool:
        return self.wanted is not None or self.unwanted is not None


@dataclass(frozen=True, slots=True)
class Sort:
    """By which fact the jobs are ordered; the newest first unless it says otherwise."""

    key: str = "created"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for. ``longer`` is how long a job took or has taken, ``since`` how long ago it was submitted."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kind: Choice = field(default_factory=Choice)
    status: Choice = field(default_factory=Choice)
    ability: Choice = field(default_factory=Choice)
    action: Choice = field(default_factory=Choice)
    executor: Choice = field(default_factory=Choice)
    longer: Span = field(default_factory=Span)
    since: Span = field(default_factory=Span)
    sort: Sort = field(default_factory=Sort)

    @property
    def filters(self) -> bool:
        """Whether it leaves anything out."""
        choices = self.kind or self.status or self.ability or self.action or self.executor
        return bool(self.words or self.without or choices or self.longer or self.since)

    @property
    def active_chips(self) -> int:
        """How many conditions there are beside the words."""
        choices = (self.choice(name) for name in CHOICES)
        spans = (self.span(name) for name in SPANS)
        return sum(len(choice.included) + len(choice.excluded) for choice in choices) + sum(
            (span.wanted is not None) + (span.unwanted is not None) for span in spans
        )

    def choice(self, name: str) -> Choice:
        """Return the choice of a field."""
        found: Choice = getattr(self, name)
        return found

    def span(self, name: str) -> Span:
        """Return the span of a field."""
        found: Span = getattr(self, name)
        return found

    def with_choice(self, name: str, choice: Choice) -> "Query":
        """Return the query with another choice in a field."""
        return replace(self, **{name: choice})  # type: ignore[arg-type]  # the field's name decides its type

    def with_span(self, name: str, span: Span) -> "Query":
        """Return the query with another span in a field."""
        return replace(self, **{name: span})  # type: ignore[arg-type]  # the field's name decides its type

    def with_words_of(self, other: "Query") -> "Query":
        """Return the query with the words of another one."""
        return replace(self, words=other.words, without=other.without)


NOTHING = Query()
"""The query that leaves every job, the newest first."""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a text means, and the parts of it that mean nothing and were left out."""

    query: Query
    problems: tuple[str, ...] = ()


def parse(text: str) -> Query:
    """Return the query that a text means; whatever is not understood is left out."""
    return read_query(text).query


def read_query(text: str) -> ParsedQuery:
    """Return what a typed text means."""
    text = text.encode("utf-8", "replace").decode()
    builder = QueryBuilder()
    if len(text) > LONGEST_TEXT:
        builder.problems.append(text[LONGEST_TEXT : LONGEST_TEXT + 20])
        text = text[:LONGEST_TEXT]
    for negated, name, values in tokens(text, _FIELDS):
        for value in values:
            builder.add(name, value, negated=negated)
    return builder.parsed()


def combined(first: Query, second: Query) -> Query:
    """Return what both queries say; of two orders or spans, those of the second."""
    builder = QueryBuilder()
    builder.add_all(first)
    builder.add_all(second)
    return builder.parsed().query


def format_words(query: Query) -> str:
    """Return the text that means the words of a query alone."""
    return " ".join([*map(quoted, query.words), *(f"-{quoted(word)}" for word in query.without)])


def format_span(seconds: int) -> str:
    """Write a length of time in the largest unit that divides it: ``90s``, ``5m``, ``24h``, ``7d``."""
    for unit in ("w", "d", "h", "m"):
        size = _UNITS[unit]
        # A day is written as 24 h: so it stands in addresses that people have.
        if seconds and seconds % size == 0 and (seconds // size > 1 or unit in {"m", "h"}):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def parse_span(text: str) -> int | None:
    """Return a length of time in seconds; ``None`` if the text is none."""
    match = _SPAN.fullmatch(text.strip().lower())
    return None if match is None else int(match[1]) * _UNITS[match[2] or "s"]


def format_sort(sort: Sort) -> str:
    """Write an order: its key, with a minus if it descends."""
    return f"{'-' if sort.descending else ''}{sort.key}"


def parse_sort(text: str) -> Sort | None:
    """Return the order that a text names; ``None`` if it names none."""
    key = text.strip().lower()
    sort = Sort(key.removeprefix("-"), key.startswith("-"))
    return sort if sort.key in SORTS else None


class QueryBuilder:
    """Puts a query together from its parts, and keeps those that mean nothing."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._words: dict[str, None] = {}
        self._without: dict[str, None] = {}
        self._choices: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in CHOICES}
        self._spans: dict[str, Span] = {name: Span() for name in SPANS}
        self._sort = Sort()

    def add(self, name: str | None, value: str, *, negated: bool) -> None:
        """Add a value of a field, or a word if ``name`` is ``None``."""
        if not value:
            return
        if name is None:
            words = self._without if negated else self._words
            if len(words) < MOST_WORDS or value in words:
                words[value] = None
            else:
                self.problems.append(value)
        elif not self._add_to_field(name, value, negated=negated):
            self.problems.append(f"{'-' if negated else ''}{name}:{value}")

    def add_all(self, query: Query) -> None:
        """Add the words and fields of a query."""
        for word in query.words:
            self.add(None, word, negated=False)
        for word in query.without:
            self.add(None, word, negated=True)
        for name in CHOICES:
            choice = query.choice(name)
            self._choices[name][0].update(choice.included)
            self._choices[name][1].update(choice.excluded)
        for name in SPANS:
            span, known = query.span(name), self._spans[name]
            self._spans[name] = Span(
                known.wanted if span.wanted is None else span.wanted,
                known.unwanted if span.unwanted is None else span.unwanted,
            )
        if query.sort != Sort():
            self._sort = query.sort

    def parsed(self) -> ParsedQuery:
        """Return the query so far, and what was left out of it."""
        choices = {name: Choice(tuple(sorted(yes)), tuple(sorted(no))) for name, (yes, no) in self._choices.items()}
        query = Query(words=tuple(self._words), without=tuple(self._without), sort=self._sort, **choices, **self._spans)  # type: ignore[arg-type]  # the names decide the types
        return ParsedQuery(query, tuple(self.problems))

    def _add_to_field(self, name: str, value: str, *, negated: bool) -> bool:
        if name in SPANS:
            seconds = parse_span(value)
            if seconds is not None:
                known = self._spans[name]
                self._spans[name] = Span(known.wanted, seconds) if negated else Span(seconds, known.unwanted)
            return seconds is not None
        if name == "sort":
            sort = None if negated else parse_sort(value)
            self._sort = self._sort if sort is None else sort
            return sort is not None
        if name in KNOWN_VALUES:
            value = value.strip().lower()
            if value not in KNOWN_VALUES[name]:
                return False
        self._choices[name][negated].add(value)
        return True
