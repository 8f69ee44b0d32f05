"""What calls add up to (R51): by ability, provider or executor; counted here from records, or as the server counted.

Durations are those of calls that succeeded; an average of what failed says nothing of how slow a thing is.
docs/decisions/all-calls.md says why.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.core.logs import LogCosts, LogRecord, sum_costs
from app.core.quantiles import median_and_p95
from app.core.status import Status


class Grouping(StrEnum):
    """By what calls are added up."""

    ABILITY = "ability"
    EXECUTOR = "executor"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGroup:
    """What the calls of one ability, executor or provider add up to; durations in milliseconds.

    ``key`` is the id of what they have in common, empty where calls name none. Figures that the server did not count
    apart are absent.
    """

    key: str
    name: str = ""
    provider: str | None = None
    count: int = 0
    succeeded: int = 0
    failed: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    costs: LogCosts | None = None

    @property
    def failure_rate(self) -> float | None:
        """The share of failures among the calls that ended; ``None`` if none did."""
        ended = self.succeeded + self.failed
        return self.failed / ended if ended else None


@dataclass(frozen=True, slots=True)
class LogMetrics:
    """What the server counted over the last ``window_hours``."""

    window_hours: int | None
    groups: tuple[CallGroup, ...]


@dataclass(slots=True)
class _Gathered:
    name: str = ""
    provider: str | None = None
    succeeded: int = 0
    failed: int = 0
    durations: list[int] = field(default_factory=list)
    records: list[LogRecord] = field(default_factory=list)

    def add(self, record: LogRecord) -> None:
        """Count one more record."""
        self.records.append(record)
        if record.status is Status.SUCCEEDED:
            self.succeeded += 1
            if record.duration_ms is not None:
                self.durations.append(record.duration_ms)
        elif record.status is Status.FAILED:
            self.failed += 1


_KEYS: Mapping[Grouping, Callable[[LogRecord], tuple[str, str]]] = {
    Grouping.ABILITY: lambda one: (one.ability_id or "", one.ability_name or one.ability_id or ""),
    Grouping.EXECUTOR: lambda one: (one.executor_id or "", one.executor_name or one.executor_id or ""),
    Grouping.PROVIDER: lambda one: (one.provider or "", one.provider or ""),
}


def count_calls(records: Iterable[LogRecord], grouping: Grouping) -> tuple[CallGroup, ...]:
    """Return what records add up to, the group with the most calls first."""
    gathered: dict[str, _Gathered] = {}
    for record in records:
        key, name = _KEYS[grouping](record)
        gathered.setdefault(key, _Gathered(name, record.provider)).add(record)
    return _ranked(_counted(key, group) for key, group in gathered.items())


def add_up(records: Iterable[LogRecord]) -> CallGroup:
    """Return what records add up to, whatever they are of."""
    gathered = _Gathered()
    for record in records:
        gathered.add(record)
    return _counted("", gathered)


def _counted(key: str, group: _Gathered) -> CallGroup:
    p50, p95 = median_and_p95(group.durations)
    return CallGroup(
        key=key,
        name=group.name,
        provider=group.provider,
        count=len(group.records),
        succeeded=group.succeeded,
        failed=group.failed,
        p50_ms=p50,
        p95_ms=p95,
        costs=sum_costs(group.records),
    )


def merge_groups(groups: Iterable[CallGroup]) -> tuple[CallGroup, ...]:
    """Return the server's groups with those of one key put together.

    Quantiles of two groups cannot be put together, and are left out.
    """
    merged: dict[str, CallGroup] = {}
    for group in groups:
        known = merged.get(group.key)
        merged[group.key] = (
            group
            if known is None
            else CallGroup(
                key=group.key,
                name=group.name,
                provider=group.provider,
                count=known.count + group.count,
                succeeded=known.succeeded + group.succeeded,
                failed=known.failed + group.failed,
            )
        )
    return _ranked(merged.values())


def _ranked(groups: Iterable[CallGroup]) -> tuple[CallGroup, ...]:
    return tuple(sorted(groups, key=lambda one: (-one.count, one.key)))


@dataclass(frozen=True, slots=True)
class Part:
    """How many calls began in one part of a range, by how they stand."""

    begins_at: float
    succeeded: int
    failed: int
    other: int


def parts_of(records: Iterable[LogRecord], first: float, last: float, number: int) -> tuple[Part, ...]:
    """Return the calls in each of ``number`` equal parts of a range (epoch seconds); those outside are left out."""
    width = (last - first) / number
    counts = [[0, 0, 0] for _ in range(number)]
    for record in records:
        at = record.created_at
        if at is not None and first <= at <= last:
            place = min(number - 1, int((at - first) / width)) if width > 0 else number - 1
            sort = {Status.SUCCEEDED: 0, Status.FAILED: 1}.get(record.status, 2)
            counts[place][sort] += 1
    return tuple(Part(first + place * width, *found) for place, found in enumerate(counts))


@dataclass(frozen=True, slots=True)
class Dot:
    """One call in the scatter: when it began (epoch seconds), how long it took (ms), how it ended."""

    log_id: int
    at: float
    duration_ms: int
    status: Status


def dots_of(records: Iterable[LogRecord], most: int) -> tuple[Dot, ...]:
    """Return the calls with a duration as dots; of more than ``most`` every n-th, so that the shape stays."""
    dots = [
        Dot(one.id, one.created_at, one.duration_ms, one.status)
        for one in records
        if one.created_at is not None and one.duration_ms is not None
    ]
    return _thinned(dots, most)


def _thinned(dots: Sequence[Dot], most: int) -> tuple[Dot, ...]:
    if len(dots) <= most:
        return tuple(dots)
    # The slowest are what one searches for: they stay, whatever is left out.
    slow = sorted(dots, key=lambda dot: -dot.duration_ms)[: most // 10]
    step = -(-len(dots) // (most - len(slow)))
    return tuple({dot.log_id: dot for dot in (*dots[::step], *slow)}.values())
