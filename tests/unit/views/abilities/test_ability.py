"""One ability as admins meet it: its last day, its log and its executors."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.core.ability_day import AbilityDay
from app.core.dashboard import Executor, GpuMemory
from app.core.log_metrics import CallGroup
from app.core.logs import LogCosts
from app.core.queues import QueueServer
from app.views.abilities.ability import (
    NUMBERS,
    ability_markup,
    day_values,
    executor_field_markup,
    executor_load_markup,
    log_values,
)
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY, PLAIN_ABILITY, RICH_ABILITY

T = plain_texts("en")
COUNTS = CallGroup(key="x", count=10, succeeded=6, failed=2, p50_ms=1500.0, p95_ms=9000.0)
COSTS = LogCosts({"CNY": Decimal("0.6")}, {"CNY": Decimal("0.2")})
DAY = AbilityDay(counts=COUNTS, of_server=True, costs=COSTS, loaded=10, whole=True)


def shown(day: AbilityDay | None, *, failing: bool = False) -> set[str]:
    """Return which numbers of a day are there to be seen."""
    values = day_values(T, day, failing=failing)
    return {name for name in NUMBERS if values.get(f"day-{name}-number@hidden", "") is None}


def test_a_day_shows_calls_rate_duration_and_cost() -> None:
    """R51: the rate is of those that ended; failures and the slow ones are said beside it."""
    values = day_values(T, DAY)
    assert {*NUMBERS} == shown(DAY)
    assert ("10", T.say("day.failed", n=2), T.duration(1.5)) == (
        values["day-count"],
        values["day-succeeded-more"],
        values["day-duration"],
    )
    assert "75" in str(values["day-succeeded"])
    assert T.say("day.p95", duration=T.duration(9.0)) == values["day-duration-more"]


def test_figures_that_are_not_known_are_left_out() -> None:
    """R51: no rate without an end, no duration without a success, no cost without a price."""
    assert {"count"} == shown(replace(DAY, counts=CallGroup(key="x", count=3), costs=LogCosts()))


@pytest.mark.parametrize(
    ("day", "key", "n"),
    [
        (DAY, "day.from_server", 0),
        (replace(DAY, of_server=False), "day.from_log", 10),
        (replace(DAY, of_server=False, whole=False), "day.from_newest", 10),
        (replace(DAY, whole=False, costs=LogCosts()), "day.from_server", 0),
    ],
    ids=["server", "log", "newest", "no cost"],
)
def test_whose_figures_they_are_is_said(day: AbilityDay, key: str, n: int) -> None:
    """R51: the server's, or those of so many loaded calls."""
    assert T.say(key, n=n) == day_values(T, day)["day-said"]


def test_costs_of_a_part_are_said_to_be_that_beside_the_servers_counts() -> None:
    """R51: two sentences, for the two are of different calls."""
    said = day_values(T, replace(DAY, whole=False))["day-said"]
    assert f"{T.say('day.from_server')} {T.say('day.cost_newest', n=10)}" == said


def test_a_day_that_is_not_known_says_so() -> None:
    """R13: on its way, failed, or without a call; no number is made up."""
    empty = AbilityDay(counts=CallGroup(key="x"), of_server=True, costs=LogCosts(), loaded=0, whole=True)
    said = [day_values(T, None), day_values(T, None, failing=True), day_values(T, empty)]
    assert [T.say("day.loading"), T.say("day.error"), T.say("day.none")] == [values["day-said"] for values in said]
    assert [set(), set(), set()] == [shown(None), shown(None, failing=True), shown(empty)]


def test_the_log_says_how_many_records_it_has() -> None:
    """R28: nothing before that is known; the cost is the words it is given."""
    assert {"log-count": "", "log-cost": "0.60"} == log_values(T, logs=None, cost="0.60")
    assert T.say("logs.count", n=3) == log_values(T, logs=3, cost="")["log-count"]


def test_executors_are_a_list_where_the_server_names_them() -> None:
    """R29: the ability's own comes first, and is not offered twice; else its id is typed."""
    own = Executor(id="executor_comfyui_158", name="Node A", health="healthy")
    markup = executor_field_markup(T, RICH_ABILITY, [own, Executor(id="e2", name="Node B")], "e2")
    assert (2, 1) == (markup.count("<option"), markup.count(" selected"))
    assert T.escaped("executor.own", name="Node A") in markup
    assert T.escaped("executor.any") in executor_field_markup(T, PLAIN_ABILITY, [own])
    unknown = executor_field_markup(T, RICH_ABILITY)
    assert (1, True) == (unknown.count("<option"), T.escaped("executor.own", name="comfyui_158") in unknown)
    typed = executor_field_markup(T, RICH_ABILITY, None, "e9")
    assert ("<select" in typed, 'value="e9"' in typed, 'placeholder="executor_comfyui_158"' in typed) == (
        False,
        True,
        True,
    )


def test_the_load_of_the_chosen_executor_is_shown_as_far_as_it_is_known() -> None:
    """R29: its queue and its memory, or nothing."""
    queue = QueueServer(executor_id="e1", running=1, waiting=2, limit=4)
    both = executor_load_markup(T, "Node A", queue, [GpuMemory("gpu", 24, 6)])
    assert ("", 2) == (executor_load_markup(T, "Node A", None, []), both.count("invoke__gauge"))


def test_nothing_of_others_becomes_markup() -> None:
    """R56: names of executors, ids and what was typed."""
    executors = [Executor(id=NASTY, name=NASTY, health=NASTY)]
    assert NASTY not in executor_field_markup(T, PLAIN_ABILITY, executors, NASTY)
    assert NASTY not in executor_field_markup(T, replace(PLAIN_ABILITY, executor_id=NASTY), None, NASTY)
    assert NASTY not in ability_markup(T, replace(PLAIN_ABILITY, id=NASTY, provider=NASTY))
