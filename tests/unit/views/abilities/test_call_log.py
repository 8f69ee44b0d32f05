"""The call log: rows, the opened record, states and costs (R28)."""

from decimal import Decimal

import pytest

from app.core.logs import LogCosts
from app.views.abilities.call_log import (
    Loaded,
    call_log_values,
    cost_digits,
    cost_text,
    log_row_values,
    record_values,
    row_keys,
    search_values,
)
from testkit.plain_formats import plain_texts
from testkit.samples import log_record

T = plain_texts()


def test_a_log_row_shows_cost_and_only_the_new_one_is_marked() -> None:
    """R28: time, source, executor, status, duration, cost, error; the marked record alone has the attribute."""
    values = log_row_values(T, log_record(), highlighted=True)
    assert values["@data-log-id"] == "4567"
    assert values["@data-highlight"] == ""
    assert values["cost"] == "CNY 0.04"
    assert values["source"] == "task"
    assert values["executor"] == "comfyui_upscale_121"
    assert values["duration"] == "12 s"
    assert values["time@aria-expanded"] == "false"
    assert log_row_values(T, log_record())["@data-highlight"] is None
    assert log_row_values(T, log_record(), opened=True)["time@aria-expanded"] == "true"


def test_an_opened_record_shows_its_json_where_there_is_some() -> None:
    """R28: request and raw response."""
    values = record_values(T, log_record(callback=None))
    assert values["record@hidden"] is None
    assert values["log-request-disclosure@hidden"] is None
    assert values["log-callback-disclosure@hidden"] == ""
    assert record_values(T, None) == {"record@hidden": ""}


@pytest.mark.parametrize(
    ("shown", "total", "failing", "state"),
    [(0, None, False, "loading"), (0, None, True, "error"), (0, 0, False, "empty"), (3, 9, True, "ready")],
)
def test_the_log_says_how_it_stands(shown: int, total: int | None, failing: bool, state: str) -> None:
    """R28: grey rows, nothing yet, an error, or records, with older ones to load."""
    values = call_log_values(T, Loaded(shown=shown, total=total, failing=failing), opened=True, cost="")
    assert values["logs-panel@data-state"] == state
    assert values["older@hidden"] == (None if state == "ready" else "")
    assert values["drawer@open"] == ""


def test_costs_are_summed_by_currency_and_failed_calls_apart() -> None:
    """R28, report 1: cost in total, without adding what cannot be added."""
    costs = LogCosts({"USD": Decimal("0.5"), "CNY": Decimal(1)}, {"CNY": Decimal("0.25"), "": Decimal(2)})
    assert (
        cost_text(T, costs, shown=3, total=3)
        == "Cost USD 0.50 and CNY 1.00 · Failed calls CNY 0.25 and 2.00 without a currency"
    )
    assert cost_text(T, LogCosts(), shown=3, total=9) == ""


def test_a_cost_of_some_records_says_of_how_many() -> None:
    """R28, report 1: 1,000 records of 0.50, of which 50 are loaded, do not cost 25.00."""
    costs = LogCosts({"CNY": Decimal(25)})
    assert cost_text(T, costs, shown=50, total=1000) == "Cost CNY 25.00 · in 50 of 1,000 records"
    assert cost_text(T, costs, shown=50, total=50) == "Cost CNY 25.00"


def test_a_price_per_token_is_not_rounded_to_zero() -> None:
    """R28, report 22: every digit of an amount is written, and of its price."""
    record = log_record(cost=Decimal("0.00001"), unit_price=Decimal("0.0000025"), billing_unit="token")
    assert log_row_values(T, record)["cost"] == "CNY 0.00001"
    assert record_values(T, record)["record-price"] == "CNY 0.0000025 / token"


def test_amounts_in_the_cost_column_line_up() -> None:
    """R28, report 22: the points are one above the other, and no zero is shown that nobody sent."""
    records = [log_record(cost=Decimal(cost)) for cost in ("0.00001", "0.5", "12")] + [log_record(cost=None)]
    digits = cost_digits(records)
    shown = [str(log_row_values(T, record, cost_digits=digits)["cost"]) for record in records[:3]]
    assert {5} == {len(text) - 1 - text.index(".") for text in shown}
    assert ["CNY 0.00001", "CNY 0.50", "CNY 12.00"] == [text.rstrip("\u2007") for text in shown]
    assert 2 == cost_digits([])


@pytest.mark.parametrize(("digits", "width"), [(2, None), (4, None), (5, "wide")])
def test_long_amounts_have_a_wide_column(digits: int, width: str | None) -> None:
    """R28, report 22: none is cut."""
    values = call_log_values(T, Loaded(shown=1, total=1, complete=True), opened=True, cost="", cost_digits=digits)
    assert values["logs-panel@data-amounts"] == width


def test_a_hole_has_a_row_of_its_own() -> None:
    """R28, report 5: between the two records that are no neighbours."""
    assert ["5", "4", "hole-4", "1"] == row_keys([5, 4, 1], frozenset({4}))


def test_the_search_for_a_record_says_how_far_it_is_and_how_it_ends() -> None:
    """R28, report 6: progress while it is searched for, a sentence if it is not there."""
    values = search_values(T, sought=7, searched=250, total=1000)
    assert ("7" in str(values["logs-search"]), values["logs-search@hidden"]) == (True, None)
    assert "250 of 1,000" in str(values["logs-searched"])
    values = search_values(T, missing=7, searched=1000, total=1000)
    assert ("not in this log" in str(values["logs-search"]), values["logs-searched@hidden"]) == (True, "")
    values = search_values(T)
    assert ("", "") == (values["logs-search@hidden"], values["logs-searched@hidden"])
