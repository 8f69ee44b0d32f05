"""The page of points: what it shows of a ledger."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from app.core.amounts import Amount, minus
from app.core.ledger import Movement, Sum
from app.core.points import Points
from app.core.records import AbilityTask, Task
from app.views.points.points import (
    Reached,
    day_of,
    figure_markup,
    job_kind,
    movements_markup,
    now_text,
    points_page_values,
    signed,
    sums_markup,
)
from testkit.plain_formats import plain_texts

T = plain_texts("en")
HOSTILE = '<img src=x onerror="alert(1)">'


def reached(
    *,
    known: int = 120,
    total: int | None = 253,
    complete: bool = False,
    first: int = 50,
    loaded: bool = True,
    offered: bool = True,
    failing: bool = False,
    reading: bool = False,
) -> Reached:
    """Return how much is known."""
    return Reached(
        known=known,
        total=total,
        complete=complete,
        first=first,
        size=50,
        loaded=loaded,
        offered=offered,
        failing=failing,
        reading=reading,
    )


@pytest.mark.parametrize(
    ("how", "state"),
    [
        (reached(known=0, loaded=False), "loading"),
        (reached(known=0, loaded=False, failing=True), "error"),
        (reached(known=0), "empty"),
        (reached(known=0, loaded=False, offered=False), "missing"),
        (reached(failing=True), "ready"),
    ],
)
def test_the_state_of_the_page(how: Reached, state: str) -> None:
    """R46, R13: what was read stays though it cannot be read anew."""
    values = points_page_values(T, how)
    assert state == values["panel@data-state"]
    assert (values["stale@hidden"] is None) is (how.failing and state == "ready")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (reached(), "Newest 120 of 253 movements"),
        (reached(total=None), "Newest 120 movements"),
        (reached(total=120, complete=True), "All 120 movements"),
        (reached(known=1, complete=True), "The only movement"),
    ],
)
def test_the_reach_is_stated(how: Reached, words: str) -> None:
    """R46: sums are of what was read, and the page says of how much that is."""
    assert words == points_page_values(T, how)["reach"]


def test_the_table_can_be_turned_as_far_as_there_is_something() -> None:
    """R46: the newest part has nothing newer, the last part of a whole ledger nothing older."""
    middle = points_page_values(T, reached())
    assert ("51–100", None, None) == (middle["place"], middle["newer@disabled"], middle["older@disabled"])
    assert "" == points_page_values(T, reached(first=0))["newer@disabled"]
    assert None is points_page_values(T, reached(first=100))["older@disabled"]
    assert "" == points_page_values(T, reached(first=100, complete=True))["older@disabled"]
    reading = points_page_values(T, reached(reading=True))
    assert (None, "true") == (reading["older@disabled"], reading["older@aria-disabled"])


def test_amounts_have_their_sign_and_are_exact() -> None:
    """R46: with a real minus."""
    amounts = (-1234, 0, Decimal("0.1"))
    assert ["\u22121,234", "0", "+0.1"] == [signed(T, amount) for amount in amounts]


def test_what_there_is_now() -> None:
    """R46: available, frozen and temporary; nothing before it is known."""
    assert "1,000 available · 30 frozen · 5 temporary" == now_text(T, Points(1000, 30, 5))
    assert "" == now_text(T, None)


def test_a_movement_is_added_up_under_the_name_of_its_job() -> None:
    """R46: an ability's name, a task's action; the rest says why it has none."""
    movement = Movement("m", -1, job_id="j")
    ability_task = AbilityTask(id="j", ability_id="a", ability_name="Colourize")
    assert "Colourize" == job_kind(T, movement, ability_task)
    assert "nobody_knows_it" == job_kind(T, movement, Task(id="j", action="nobody_knows_it"))
    assert "Jobs that are not loaded" == job_kind(T, movement, None)
    assert "Not of a job" == job_kind(T, Movement("m", 1), None)


def test_a_day_is_the_readers() -> None:
    """R46: or it is said not to be known."""
    assert "2026-01-15" == day_of(T, Movement("m", 1, at=1768435200.0))
    assert "Time not known" == day_of(T, Movement("m", 1))


def test_sums_are_written_with_all_their_digits() -> None:
    """R46: what went, what came, what it came to."""
    markup = sums_markup(T, "day", {"2026-01-15": Sum(30, Decimal("10.5"), 3)}, words=False)
    assert ["\u221230", "+10.5", "\u221219.5"] == re.findall(r'translate="no">([^<]+)</td>', markup)


WIDE: list[Amount] = [12, Decimal("12.5"), Decimal("0.001")]
COLUMN = ["12\u2007\u2007\u2007\u2008", "12.5\u2007\u2007", "0.001"]


def test_amounts_of_a_column_have_their_points_above_each_other() -> None:
    """R46, report 22: of movements and of the balances after them; what pads them is white space, as wide as digits."""
    movements = [Movement(str(number), minus(amount)) for number, amount in enumerate(WIDE)]
    markup = movements_markup(T, movements, [*WIDE[:2], None], {})
    assert [f"\u2212{amount}" for amount in COLUMN] == re.findall(r'data-way="out">([^<]+)</td>', markup)
    balances = re.findall(r'<td class="num" translate="no">([^<]+)</td></tr>', markup)
    assert ["12\u2007\u2008", "12.5", "—"] == balances
    assert {"12", "12.5", "0.001"} == {amount.strip() for amount in COLUMN}


def test_sums_of_a_column_have_their_points_above_each_other() -> None:
    """R46, report 22: each column by itself; a dash stands for nothing."""
    found = {str(amount): Sum(amount, 7, 1) for amount in WIDE}
    for name in ("day", "kind"):
        cells = re.findall(r'translate="no">([^<]+)</td>', sums_markup(T, name, found, words=False))
        assert [f"\u2212{amount}" for amount in COLUMN] == cells[::3]
        assert ["+7"] * 3 == cells[1::3]
        assert ["\u22125\u2007\u2007\u2007\u2008", "\u22125.5\u2007\u2007", "+6.999"] == cells[2::3]


def test_a_movement_links_to_its_job() -> None:
    """R46: by name where it is known; others are called what the server calls them."""
    job = Task(id="t/1", action="nobody_knows_it")
    movements = [
        Movement("a", -5, job_id="t/1", at=1768435200.0),
        Movement("b", -5, job_id="gone", description="demo deduction"),
        Movement("c", 50, description="grant"),
    ]
    markup = movements_markup(T, movements, [1, None, 60], {"t/1": job})
    assert '<a href="#/tasks/t%2F1">nobody_knows_it</a>' in markup
    assert '<a href="#/tasks/gone">demo deduction</a>' in markup
    assert "<span>grant</span>" in markup
    assert "2026-01-15 00:00:00" in markup
    assert ["1", "—", "60"] == re.findall(r'<td class="num" translate="no">([^<]+)</td></tr>', markup)


def test_nothing_of_the_wire_becomes_markup() -> None:
    """R46: whatever a description, an id or a name says."""
    movement = Movement(HOSTILE, -5, job_id=HOSTILE, description=HOSTILE)
    for jobs in ({}, {HOSTILE: Task(id=HOSTILE, action=HOSTILE)}):
        assert "<img" not in movements_markup(T, [movement], [None], jobs)
    assert "<img" not in sums_markup(T, "kind", {HOSTILE: Sum()}, words=True)


def test_the_line_goes_in_steps_and_is_made_of_numbers() -> None:
    """R46: high is much; its values are also said in words."""
    movements = [Movement("b", 50, after=100, at=100.0), Movement("a", -50, after=50, at=0.0)]
    markup = figure_markup(T, movements)
    assert 'points="0.0,120.0 600.0,120.0 600.0,0.0"' in markup
    assert 'aria-label="Balance from 50 to 100 points; lowest 50, highest 100"' in markup


@pytest.mark.parametrize("movements", [[], [Movement("a", 1, after=1)], [Movement("a", 1), Movement("b", 1)]])
def test_where_there_is_too_little_there_is_no_line(movements: list[Movement]) -> None:
    """R46: one balance, or none, is no line."""
    assert "" == figure_markup(T, movements)
