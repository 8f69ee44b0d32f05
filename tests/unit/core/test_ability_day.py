"""An ability's last day: which calls are of it, whose counts hold, and of how many calls the costs are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.core.abilities import Ability
from app.core.ability_day import LoadedDay, ability_day, counted_alone, loaded_day, server_counts
from app.core.log_metrics import CallGroup, LogMetrics
from app.core.logs import LogRecord
from app.core.status import Status

NOW = 1_800_000_000.0
HOUR = 3600.0
KOUTU = Ability(id="koutu", name="K", provider="comfyui", capability_key="koutu")


def record(log_id: int, hours_ago: float | None, status: Status = Status.SUCCEEDED) -> LogRecord:
    """Return a call of some hours ago that took its number of seconds and cost a tenth."""
    at = None if hours_ago is None else NOW - hours_ago * HOUR
    return LogRecord(
        id=log_id, status=status, created_at=at, duration_ms=1000 * log_id, cost=Decimal("0.1"), currency="CNY"
    )


def loaded(*ages: float, holes: frozenset[int] = frozenset(), complete: bool = False) -> LoadedDay:
    """Return the day of a log whose calls are of so many hours ago, numbered from 1."""
    records = {number: record(number, age) for number, age in enumerate(ages, 1)}
    return loaded_day(list(records), records, holes, complete=complete, now=NOW)


def test_the_day_is_whole_once_an_older_call_is_loaded() -> None:
    """R51: what is not loaded may be of the day until then."""
    assert (2, False) == (len(loaded(1, 23).records), loaded(1, 23).whole)
    assert (2, True) == (len(loaded(1, 23, 25, 26).records), loaded(1, 23, 25, 26).whole)
    assert (2, False) == (len(loaded(1, 24).records), loaded(1, 24).whole)
    assert loaded(1, 23, complete=True).whole
    assert loaded(complete=True).whole


def test_nothing_below_a_hole_counts() -> None:
    """R51: the missing calls are between those that are loaded."""
    day = loaded(1, 2, 3, 30, holes=frozenset({2}))
    assert ([1, 2], False) == ([one.id for one in day.records], day.whole)


def test_a_call_without_a_time_is_of_no_day() -> None:
    """R51: and says nothing about those around it."""
    records = {1: record(1, None), 2: record(2, 1)}
    day = loaded_day([1, 2], records, (), complete=False, now=NOW)
    assert ([2], False) == ([one.id for one in day.records], day.whole)


def test_the_servers_counts_go_first_and_costs_are_of_what_is_loaded() -> None:
    """R51: with the words that say of how many; the server counts no costs."""
    counts = CallGroup(key="comfyui:koutu", count=900, succeeded=899, failed=1, p50_ms=5.0)
    day = ability_day(loaded(1, 2), counts)
    assert (counts, True, {"CNY": Decimal("0.2")}, 2, False) == (
        day.counts,
        day.of_server,
        day.costs.spent,
        day.loaded,
        day.whole,
    )


def test_without_them_the_loaded_calls_are_counted() -> None:
    """R51: durations are of what succeeded, costs of failures apart."""
    records = (record(1, 1), record(2, 2, Status.FAILED), record(3, 3, Status.RUNNING))
    day = ability_day(LoadedDay(records, whole=True), None)
    assert (3, 1, 1, 1000.0) == (day.counts.count, day.counts.succeeded, day.counts.failed, day.counts.p50_ms)
    assert ({"CNY": Decimal("0.2")}, {"CNY": Decimal("0.1")}) == (day.costs.spent, day.costs.failed)


def test_counts_of_several_abilities_are_nobodys() -> None:
    """R51: the server counts by provider and capability, which two abilities may share, or one may lack."""
    other = Ability(id="other", name="O", provider="comfyui", capability_key="upscale")
    twin = Ability(id="twin", name="T", provider="comfyui", capability_key="koutu")
    bare = Ability(id="bare", name="B", provider="comfyui")
    assert (True, True, True, False, False) == (
        counted_alone(KOUTU, [KOUTU]),
        counted_alone(KOUTU, [KOUTU, other]),
        counted_alone(KOUTU, [KOUTU, other, bare]),
        counted_alone(KOUTU, [KOUTU, twin]),
        counted_alone(bare, [bare]),
    )


def test_a_group_that_the_server_leaves_out_had_no_calls() -> None:
    """R51: and a server that ignores what it is asked for lists others too."""
    metrics = LogMetrics(24, (CallGroup(key="baidu:koutu", count=9), CallGroup(key="comfyui:koutu", count=3)))
    assert 3 == server_counts(metrics, KOUTU).count
    assert CallGroup(key="comfyui:koutu") == server_counts(LogMetrics(24, ()), KOUTU)


@given(st.lists(st.floats(0, 60), max_size=30), st.integers(0, 30))
def test_more_that_is_loaded_never_makes_the_day_less_whole(ages: list[float], more: int) -> None:
    """R51: pages come from the newest down, and the sums only grow."""
    ordered = sorted(ages)
    part, whole = loaded(*ordered[:more]), loaded(*ordered)
    assert len(part.records) <= len(whole.records)
    assert (part.whole, part.records) in {(False, part.records), (True, whole.records)}
