"""What the calls of one ability add up to over the last day, and how far that is known.

The server's counts go first where they are of this ability alone; costs, and whatever a server does not count, are
added up from the records that are loaded. Refuses to read anything.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.core.abilities import Ability
from app.core.log_metrics import CallGroup, LogMetrics, add_up, merge_groups
from app.core.logs import LogCosts, LogRecord

HOURS = 24
_DAY_S = HOURS * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AbilityDay:
    """The counts of the day, and its costs.

    ``loaded`` is how many calls of the day are loaded, ``whole`` whether those are all of them: the costs are theirs,
    and so are the counts unless they are ``of_server``.
    """

    counts: CallGroup
    of_server: bool
    costs: LogCosts
    loaded: int
    whole: bool


@dataclass(frozen=True, slots=True)
class LoadedDay:
    """The loaded calls of the day, the newest first, and whether those are all of them."""

    records: tuple[LogRecord, ...]
    whole: bool


def loaded_day(
    order: Iterable[int], records: Mapping[int, LogRecord], holes: Collection[int], *, complete: bool, now: float
) -> LoadedDay:
    """Return the calls of the last day as far as they are loaded without a hole.

    Args:
        order: the ids of the loaded records, the newest first.
        records: the loaded records by id.
        holes: the ids below which records are missing.
        complete: whether every record that there is has been loaded.
        now: epoch seconds, by the server's clock.
    """
    first = now - _DAY_S
    found: list[LogRecord] = []
    for log_id in order:
        record = records[log_id]
        if record.created_at is not None:
            if record.created_at < first:
                return LoadedDay(tuple(found), True)
            found.append(record)
        if log_id in holes:
            return LoadedDay(tuple(found), False)
    return LoadedDay(tuple(found), complete)


def counted_alone(ability: Ability, abilities: Iterable[Ability]) -> bool:
    """Whether what a server counts by provider and capability is of this ability, and of no other."""
    named = ability.provider, ability.capability_key
    return all(named) and sum((one.provider, one.capability_key) == named for one in abilities) == 1


def server_counts(metrics: LogMetrics, ability: Ability) -> CallGroup:
    """Return what the server counted for an ability; a group that it leaves out had no calls."""
    key = f"{ability.provider}:{ability.capability_key}"
    return next((group for group in merge_groups(metrics.groups) if group.key == key), CallGroup(key=key))


def ability_day(loaded: LoadedDay, counts: CallGroup | None) -> AbilityDay:
    """Return the day; ``counts`` are the server's, if it has some of this ability alone."""
    mine = add_up(loaded.records)
    return AbilityDay(
        counts=mine if counts is None else counts,
        of_server=counts is not None,
        costs=mine.costs or LogCosts(),
        loaded=len(loaded.records),
        whole=loaded.whole,
    )
