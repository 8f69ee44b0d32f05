"""What calls add up to."""

import statistics
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.core.log_metrics import CallGroup, Dot, Grouping, Part, add_up, count_calls, dots_of, merge_groups, parts_of
from app.core.logs import LogRecord, sum_costs
from app.core.status import Status

RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["e1", "e2"]),
        st.sampled_from([Status.SUCCEEDED, Status.FAILED, Status.RUNNING]),
        st.one_of(st.none(), st.integers(0, 90_000)),
        st.one_of(st.none(), st.sampled_from([Decimal("0.3"), Decimal("0.05")])),
        st.integers(0, 1000),
    ),
    max_size=60,
).map(
    lambda found: [
        LogRecord(
            id=number,
            ability_id=ability,
            executor_id=executor,
            provider="p",
            status=status,
            duration_ms=duration,
            cost=cost,
            currency="CNY",
            created_at=float(at),
        )
        for number, (ability, executor, status, duration, cost, at) in enumerate(found)
    ]
)


@given(RECORDS, st.sampled_from(Grouping))
def test_groups_add_up_to_all_records(records: list[LogRecord], grouping: Grouping) -> None:
    """R51: no call and no cost is lost between the groups, or counted in two."""
    groups = count_calls(records, grouping)
    assert len(records) == sum(group.count for group in groups)
    total = sum_costs(records)
    parts = [group.costs for group in groups if group.costs]
    assert total.spent.get("CNY", 0) == sum(part.spent.get("CNY", Decimal(0)) for part in parts)
    assert total.failed.get("CNY", 0) == sum(part.failed.get("CNY", Decimal(0)) for part in parts)
    assert sorted((-group.count, group.key) for group in groups) == [(-group.count, group.key) for group in groups]


def test_a_group_says_what_its_calls_have_in_common() -> None:
    """R51: its name, or its id where it has none; the figures of its own calls alone."""
    good, bad, running = Status.SUCCEEDED, Status.FAILED, Status.RUNNING
    records = [
        LogRecord(id=1, ability_id="a", ability_name="Cut", provider="p", status=good, duration_ms=10),
        LogRecord(id=2, ability_id="a", provider="p", status=good, duration_ms=30),
        LogRecord(id=3, ability_id="a", provider="p", status=bad, duration_ms=500),
        LogRecord(id=4, ability_id="a", provider="p", status=bad),
        LogRecord(id=5, ability_id="a", provider="p", status=running),
        LogRecord(id=6, ability_id="b", provider="q", status=bad),
    ]
    first, second = count_calls(records, Grouping.ABILITY)
    assert ("a", "Cut", "p", 5, 2, 2) == (
        *(first.key, first.name, first.provider),
        *(first.count, first.succeeded, first.failed),
    )
    assert (20.0, 29.0) == (first.p50_ms, first.p95_ms)
    assert CallGroup(key="b", name="b", provider="q", count=1, failed=1, costs=sum_costs([])) == second
    assert ["p", "q"] == [group.name for group in count_calls(records, Grouping.PROVIDER)]


@given(RECORDS)
def test_quantiles_are_of_the_calls_that_succeeded(records: list[LogRecord]) -> None:
    """R51: what failed in a moment does not make an ability quick."""
    for group in count_calls(records, Grouping.PROVIDER):
        durations = [
            one.duration_ms for one in records if one.status is Status.SUCCEEDED and one.duration_ms is not None
        ]
        assert (group.p50_ms is None) == (not durations)
        if durations:
            assert group.p50_ms == statistics.median(durations)


@given(RECORDS)
def test_every_call_of_the_range_is_in_one_part(records: list[LogRecord]) -> None:
    """R51: the bars add up to the calls."""
    parts = parts_of(records, 100.0, 900.0, 8)
    inside = [one for one in records if one.created_at is not None and 100 <= one.created_at <= 900]
    assert len(inside) == sum(part.succeeded + part.failed + part.other for part in parts)
    assert [100.0 + 100 * number for number in range(8)] == [part.begins_at for part in parts]


def test_the_parts_of_a_range_are_counted_from_its_beginning() -> None:
    """R51: its last moment is inside; a range without a width has its calls in the last part."""
    records = [
        LogRecord(id=number, created_at=at, status=status)
        for number, (at, status) in enumerate(
            [
                (99.9, Status.FAILED),
                (100.0, Status.SUCCEEDED),
                (149.9, Status.FAILED),
                (150.0, Status.RUNNING),
                (200.0, Status.FAILED),
                (200.1, Status.FAILED),
            ]
        )
    ]
    assert (Part(100.0, 1, 1, 0), Part(150.0, 0, 1, 1)) == parts_of(records, 100.0, 200.0, 2)
    assert (Part(150.0, 0, 0, 0), Part(150.0, 0, 0, 1)) == parts_of(records, 150.0, 150.0, 2)
    assert (Part(100.0, 1, 0, 0), Part(100.25, 0, 0, 0)) == parts_of(records, 100.0, 100.5, 2)


def test_calls_of_everything_add_up() -> None:
    """R51: the same figures, of nothing by name."""
    records = [LogRecord(id=1, ability_id="a", status=Status.FAILED), LogRecord(id=2, status=Status.SUCCEEDED)]
    assert CallGroup(key="", count=2, succeeded=1, failed=1, costs=sum_costs(records)) == add_up(records)


def timed(durations: Sequence[int | None]) -> list[LogRecord]:
    """Return calls that took so long, one after the other."""
    return [
        LogRecord(id=number, status=Status.FAILED, created_at=100.0 + number, duration_ms=duration)
        for number, duration in enumerate(durations)
    ]


def test_a_dot_says_when_how_long_and_how() -> None:
    """R51: a call without a duration has no place; no more than may be shown are all shown."""
    dots = (Dot(0, 100.0, 7, Status.FAILED), Dot(2, 102.0, 9, Status.FAILED))
    assert dots == dots_of(timed([7, None, 9]), 2)
    assert 10 == len(dots_of(timed(range(10)), 10))


@given(st.lists(st.integers(0, 90_000), min_size=31, max_size=90), st.integers(10, 30))
def test_a_thinned_scatter_keeps_its_shape_and_the_slowest(durations: list[int], most: int) -> None:
    """R51: at most so many dots, every n-th call with the smallest n, and a tenth of them are the slowest."""
    records = timed(durations)
    dots = dots_of(records, most)
    shown = {dot.log_id for dot in dots}
    assert len(shown) == len(dots) <= most
    tenth = most // 10
    assert sorted(durations)[-tenth:] == sorted(dot.duration_ms for dot in dots)[-tenth:]
    step = next(n for n in range(1, len(records)) if len(records[::n]) <= most - tenth)
    assert {record.id for record in records[::step]} <= shown
    assert len(shown) <= len(records[::step]) + tenth


def test_the_failure_rate_is_of_the_calls_that_ended() -> None:
    """R51: what still runs has not failed, and nobody knows a rate of nothing."""
    assert 0.25 == CallGroup(key="a", count=9, succeeded=3, failed=1).failure_rate
    assert None is CallGroup(key="a", count=9).failure_rate


def test_quantiles_of_two_groups_are_not_put_together() -> None:
    """R51: counts add up, medians do not."""
    one = CallGroup(key="p", name="p", count=2, succeeded=2, p50_ms=5.0, p95_ms=9.0)
    merged = merge_groups(
        [one, CallGroup(key="p", name="p", count=3, failed=3), CallGroup(key="q", count=9, p50_ms=1.0)]
    )
    assert [("q", 9, 1.0), ("p", 5, None)] == [(group.key, group.count, group.p50_ms) for group in merged]
    assert CallGroup(key="p", name="p", count=5, succeeded=2, failed=3) == merged[1]


def test_groups_of_one_key_add_up() -> None:
    """R51: what succeeded and what failed by itself, under the last name and provider that the server gave."""
    one = CallGroup(key="a", name="old", provider="p", count=5, succeeded=3, failed=2)
    other = CallGroup(key="a", name="new", provider="q", count=7, succeeded=6, failed=1)
    assert (CallGroup(key="a", name="new", provider="q", count=12, succeeded=9, failed=3),) == merge_groups(
        [one, other]
    )
