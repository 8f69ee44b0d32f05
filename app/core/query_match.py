"""Whether a job is what a query searches for (R34).

A query is a row of conditions that all must hold; a job that is left out fails at least one, and which one is what
people see where nothing is found. The condition on the status stands apart: the counts above the lists say how
many jobs there are of each status under all the other conditions (R36). docs/decisions/finding.md says why.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from app.core.elapsed import elapsed_s
from app.core.query import ACTIVE, CHOICES, SPANS, Choice, Query, Span, format_span
from app.core.records import AbilityTask, Record
from app.core.status import Status

EXECUTOR_PREFIX = "executor_"
WORD = "word"


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a query: the values of a field that are wanted, or one that is not; ``word`` is a field here."""

    field: str
    values: tuple[str, ...]
    excluded: bool = False


Condition = Callable[[Record, str, float], bool]
"""Whether a job, with its folded text, fulfils a condition at a moment (epoch seconds)."""


def parts_of(query: Query) -> list[Part]:
    """Return the conditions of a query, those that cost least to check first."""
    parts: list[Part] = []
    for name in CHOICES:
        choice = query.choice(name)
        if choice.included:
            parts.append(Part(name, choice.included))
        parts += [Part(name, (value,), True) for value in choice.excluded]
    for name in SPANS:
        span = query.span(name)
        parts += [Part(name, (format_span(span.wanted),))] if span.wanted is not None else []
        parts += [Part(name, (format_span(span.unwanted),), True)] if span.unwanted is not None else []
    parts += [Part(WORD, (word,)) for word in query.words]
    return parts + [Part(WORD, (word,), True) for word in query.without]


def without_part(query: Query, part: Part) -> Query:
    """Return the query without one of its conditions."""
    if part.field == WORD:
        value = part.values[0]
        if part.excluded:
            return replace(query, without=tuple(word for word in query.without if word != value))
        return replace(query, words=tuple(word for word in query.words if word != value))
    if part.field in SPANS:
        span = query.span(part.field)
        return query.with_span(part.field, Span(span.wanted) if part.excluded else Span(None, span.unwanted))
    choice = query.choice(part.field)
    if part.excluded:
        # An address may want a value and not want it: these are two conditions, and the other one stays.
        rest = tuple(value for value in choice.excluded if value != part.values[0])
        return query.with_choice(part.field, Choice(choice.included, rest))
    return query.with_choice(part.field, Choice((), choice.excluded))


class Matcher:
    """A query, ready to be asked of many jobs."""

    def __init__(self, query: Query) -> None:
        self.query = query
        #: The conditions but for those on the status.
        self.others: list[tuple[Part, Condition]] = []
        #: Those on the status.
        self.statuses: list[tuple[Part, Condition]] = []
        for part in parts_of(query):
            condition = _condition(part, query)
            (self.statuses if part.field == "status" else self.others).append((part, condition))
        #: Whether a job may begin or cease to match because time passes.
        self.timed = bool(query.longer or query.since)
        #: Whether the texts of the jobs are needed.
        self.searches = bool(query.words or query.without)

    def matches_others(self, record: Record, text: str, now: float) -> bool:
        """Whether a job fulfils every condition but for those on the status."""
        return all(condition(record, text, now) for _, condition in self.others)

    def matches_status(self, record: Record) -> bool:
        """Whether a job fulfils the conditions on the status."""
        return all(condition(record, "", 0.0) for _, condition in self.statuses)

    def matches(self, record: Record, text: str, now: float) -> bool:
        """Whether a job is what is searched for."""
        return self.matches_status(record) and self.matches_others(record, text, now)

    def select(
        self,
        job_ids: Iterable[str],
        get: Callable[[str], Record | None],
        texts: Mapping[str, str],
        now: float,
        known: Collection[Part] = (),
    ) -> list[str]:
        """Return the jobs that fulfil every condition but for those on the status, in their order.

        The same as ``matches_others`` for each of them, at a tenth of its price. ``known`` conditions need no check.
        """
        left = list(job_ids)
        for one in self.others:
            if one[0] not in known:
                left = _fulfilling(one, left, get, texts, now)
        return left

    def only_failing(
        self, job_ids: Iterable[str], get: Callable[[str], Record | None], texts: Mapping[str, str], now: float
    ) -> dict[Part, int]:
        """Return by which single condition how many jobs are left out; who fails several is in no number."""
        passed = list(job_ids)
        failed: list[tuple[Part, list[str]]] = []
        for one in (*self.statuses, *self.others):
            still = _fulfilling(one, passed, get, texts, now)
            failed = [(part, _fulfilling(one, ids, get, texts, now)) for part, ids in failed]
            failed.append((one[0], [*set(passed).difference(still)] if still else passed))
            passed = still
        return {part: len(ids) for part, ids in failed if ids}

    def narrows(self, other: "Matcher") -> bool:
        """Whether every job that matches, but for its status, also matches ``other`` but for its status."""
        return all(any(_implies(part, earlier) for part, _ in self.others) for earlier, _ in other.others)


def _fulfilling(
    one: tuple[Part, Condition],
    job_ids: list[str],
    get: Callable[[str], Record | None],
    texts: Mapping[str, str],
    now: float,
) -> list[str]:
    """Return the jobs that fulfil a condition, in their order; words are looked for without a call for each job."""
    part, condition = one
    if part.field != WORD:
        return [job_id for job_id in job_ids if (record := get(job_id)) is not None and condition(record, "", now)]
    word = part.values[0].casefold()
    if part.excluded:
        return [job_id for job_id in job_ids if word not in texts[job_id]]
    return [job_id for job_id in job_ids if word in texts[job_id]]


def _implies(part: Part, earlier: Part) -> bool:
    if part == earlier:
        return True
    if part.field != earlier.field or part.excluded or earlier.excluded:
        return False
    if part.field == WORD:
        return earlier.values[0].casefold() in part.values[0].casefold()
    # Spans move with the time, and an action narrows what an ability leaves: only what is plain is claimed.
    return part.field in {"kind", "executor"} and set(part.values) <= set(earlier.values)


def _condition(part: Part, query: Query) -> Condition:
    wanted = _wanted(part, query)
    if part.excluded:
        return lambda record, text, now: not wanted(record, text, now)
    return wanted


def _wanted(part: Part, query: Query) -> Condition:
    folded = frozenset(value.casefold() for value in part.values)
    match part.field:
        case "word":
            (word,) = folded
            return lambda _record, text, _now: word in text
        case "kind":
            return lambda record, _text, _now: kind_of(record) in folded
        case "status":
            statuses = frozenset(Status(value) for value in part.values if value != ACTIVE)
            if ACTIVE in part.values:
                return lambda record, _text, _now: record.active or record.status in statuses
            return lambda record, _text, _now: record.status in statuses
        case "executor":
            return lambda record, _text, _now: not folded.isdisjoint(_executors(record))
        case "longer":
            longer = query.longer.unwanted if part.excluded else query.longer.wanted
            return lambda record, _text, now: (elapsed_s(record, now) or 0.0) >= (longer or 0)
        case "since":
            since = query.since.unwanted if part.excluded else query.since.wanted
            return lambda record, _text, now: record.created_at is None or now - record.created_at <= (since or 0)
        case _:
            return _what(part, query, folded)


def _what(part: Part, query: Query, folded: frozenset[str]) -> Condition:
    """Return the condition on the ability or the action.

    Abilities and actions are one question, what was done: wanted are ability tasks of these abilities and tasks of
    these actions, so where both are asked for, neither leaves out the jobs of the other.
    """
    other = query.action if part.field == "ability" else query.ability
    either = bool(other.included) and not part.excluded
    names = _ability_names if part.field == "ability" else _action_names
    mine = AbilityTask if part.field == "ability" else None

    def wanted(record: Record, _text: str, _now: float) -> bool:
        if either and isinstance(record, AbilityTask) != (mine is AbilityTask):
            return True
        return not folded.isdisjoint(names(record))

    return wanted


def kind_of(record: Record) -> str:
    """Return the kind of a job as ``data-kind`` has it."""
    return "ability-task" if isinstance(record, AbilityTask) else "task"


def _ability_names(record: Record) -> tuple[str, ...]:
    if not isinstance(record, AbilityTask):
        return ()
    return tuple(name.casefold() for name in (record.ability_id, record.ability_name) if name)


def _action_names(record: Record) -> tuple[str, ...]:
    action = getattr(record, "action", None)
    return (action.casefold(),) if action else ()


def _executors(record: Record) -> tuple[str, ...]:
    executor = record.executor_id if isinstance(record, AbilityTask) else None
    if not executor:
        return ()
    folded = executor.casefold()
    return folded, folded.removeprefix(EXECUTOR_PREFIX)
