"""Metrics as tables and charts."""

from decimal import Decimal

import pytest

from app.core.log_metrics import CallGroup, Dot, Grouping, count_calls, dots_of, parts_of
from app.core.logs import LogCosts
from app.core.queues import QueueSummary
from app.core.status import Status
from app.views.admin.metrics import (
    cost_table,
    depth_chart,
    depth_table,
    group_address,
    groups_markup,
    scatter_chart,
    scatter_table,
    share_text,
    time_chart,
    time_table,
)
from testkit.plain_formats import plain_texts
from testkit.samples import NOW, log_record

T = plain_texts()
RECORDS = [
    log_record(id=1, created_at=NOW - 90),
    log_record(id=2, created_at=NOW - 30, status=Status.FAILED, duration_ms=60_000),
    log_record(id=3, created_at=NOW - 20, status=Status.RUNNING, duration_ms=None),
]


def test_a_group_shows_its_figures_and_leads_to_its_calls() -> None:
    """R51: calls, failure rate, median and p95 of successes, costs by currency with what failed apart."""
    markup = groups_markup(T, count_calls(RECORDS, Grouping.EXECUTOR), Grouping.EXECUTOR, "24h")
    cells = ["3", "1", "1", "50%", "12 s", "12 s", "CNY 0.08 · CNY 0.04 for failed calls"]
    assert "".join(f'<td class="num" translate="no">{cell}</td>' for cell in cells) in markup
    assert "executor=executor_comfyui_upscale_121&amp;since=24h" in markup
    assert "0.4%" in groups_markup(T, [CallGroup(key="a", count=900, succeeded=896, failed=4)], Grouping.PROVIDER, "7d")
    assert "No calls in this range." in groups_markup(T, [], Grouping.PROVIDER, "7d")


@pytest.mark.parametrize(
    ("group", "grouping", "query"),
    [
        (CallGroup(key="a1"), Grouping.ABILITY, "ability=a1&since=7d"),
        (CallGroup(key="p:upscale", provider="p"), Grouping.ABILITY, "provider=p&capability=upscale&since=7d"),
        (CallGroup(key="p"), Grouping.PROVIDER, "provider=p&since=7d"),
        (CallGroup(key="e"), Grouping.EXECUTOR, "executor=e&since=7d"),
    ],
)
def test_a_groups_address_asks_for_what_it_was_counted_by(group: CallGroup, grouping: Grouping, query: str) -> None:
    """R51: from any number to the calls behind it."""
    assert f"#/admin/calls?{query}" == group_address(group, grouping, "7d")
    assert None is group_address(CallGroup(key=""), grouping, "7d")


def test_calls_over_time_are_a_chart_with_a_name_and_a_table() -> None:
    """R51: whoever reads tables has the same figures."""
    parts = parts_of(RECORDS, NOW - 100, NOW, 10)
    chart = time_chart(T, parts, NOW)
    assert 'role="img" aria-label="1 succeeded, 1 failed, 1 other, from 2026-01-15' in chart
    assert all(f'<rect class="{sort}"' in chart for sort in ("succeeded", "failed", "other"))
    assert 4 == time_table(T, parts).count("<tr>")


def test_failures_in_the_scatter_have_a_shape_of_their_own() -> None:
    """R51: not colour alone; the slowest calls stand in a table, with links."""
    dots = dots_of(RECORDS, 100)
    chart = scatter_chart(T, dots, NOW - 100, NOW)
    assert (1, 1) == (chart.count('class="failed"'), chart.count('class="dot succeeded"'))
    assert "1 min 0 s" in chart
    assert scatter_table(T, dots).index("log=2") < scatter_table(T, dots).index("log=1")


def test_where_nothing_was_called_a_sentence_stands_for_the_chart() -> None:
    """R51: and not an empty frame."""
    for chart in (time_chart(T, parts_of([], NOW - 100, NOW, 10), NOW), scatter_chart(T, [], NOW - 100, NOW)):
        assert "No calls in this range." in chart
        assert "<svg" not in chart


def test_a_scatter_is_as_many_elements_as_it_has_sorts() -> None:
    """R51: however many calls are in it; what failed lies on top."""
    dots = [Dot(n, NOW - n, 1000 + n, Status.FAILED if n % 5 == 0 else Status.SUCCEEDED) for n in range(600)]
    chart = scatter_chart(T, dots, NOW - 600, NOW)
    assert (2, 480, 120) == (chart.count("<path"), chart.count("h0"), chart.count("l8 8m0 -8l-8 8"))
    assert chart.index('class="dot succeeded"') < chart.index('class="failed"')


def test_costs_are_never_added_across_currencies() -> None:
    """R28, R51: one row for each, what failed apart."""
    table = cost_table(T, LogCosts({"CNY": Decimal("1.5"), "": Decimal(1)}, {"USD": Decimal(2)}))
    assert 4 == table.count("<tr>")
    assert "USD 2.00" in table
    assert "No currency" in table
    assert "names a cost" in cost_table(T, LogCosts())


def test_costs_of_a_column_have_their_points_above_each_other() -> None:
    """R51, report 22: exact, with two digits at least; where a group has one cost alone, that stands in the column."""
    spent = {"CNY": Decimal(12), "EUR": Decimal("12.5"), "USD": Decimal("0.00001")}
    table = cost_table(T, LogCosts(spent, {"EUR": Decimal(3)}))
    for cell in ("CNY 12.00\u2007\u2007\u2007", "EUR 12.50\u2007\u2007\u2007", "USD 0.00001", "EUR 3.00"):
        assert f"<td class=num translate=no>{cell}</td>" in table
    groups = [CallGroup(key=code, costs=LogCosts({code: cost}, {})) for code, cost in spent.items()]
    both = CallGroup(key="both", costs=LogCosts({"CNY": Decimal(1)}, {"CNY": Decimal("0.000001")}))
    markup = groups_markup(T, [*groups, both], Grouping.PROVIDER, "7d")
    for cell in ("CNY 12.00\u2007\u2007\u2007", "EUR 12.50\u2007\u2007\u2007", "USD 0.00001"):
        assert f'<td class="num" translate="no">{cell}</td>' in markup
    assert '<td class="num" translate="no">CNY 1.00 · CNY 0.000001 for failed calls</td>' in markup


def test_the_queues_depth_is_drawn_from_its_readings() -> None:
    """R51: running and waiting are two kinds of line; the newest reading is first in the table."""
    readings = [(NOW, QueueSummary(running=1, waiting=0)), (NOW + 5, QueueSummary(running=2, waiting=7))]
    chart = depth_chart(T, readings)
    assert 'class="line running"' in chart
    assert 'class="line waiting"' in chart
    assert ">7</span>" in chart
    table = depth_table(T, readings)
    assert table.index("11:20:05") < table.index("11:20:00")
    assert "NaN" not in depth_chart(T, readings[:1])


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (1 / 5000, "<0.1%"),
        (0.0044, "0.4%"),
        (0.5, "50%"),
        (0.999, "99.9%"),
        (1 - 1 / 5000, ">99.9%"),
        (1.0, "100%"),
    ],
)
def test_neither_a_rare_failure_nor_a_rare_success_is_rounded_away(share: float, text: str) -> None:
    """R51: all and nothing are said of all and nothing alone."""
    assert text == share_text(T, share)
