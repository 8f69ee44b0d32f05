"""The call log: rows, the opened record, states and costs (R28)."""

from decimal import Decimal

import pytest

from app.views.abilities.call_log import call_log_values, cost_text, log_row_values, record_values
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
    values = call_log_values(T, opened=True, shown=shown, total=total, cost="", failing=failing)
    assert values["logs-panel@data-state"] == state
    assert values["older@hidden"] == (None if state == "ready" else "")
    assert values["drawer@open"] == ""


def test_costs_are_summed_by_currency() -> None:
    """R28: cost in total, without adding what cannot be added."""
    assert cost_text(T, {"USD": Decimal("0.5"), "CNY": Decimal(1)}) == "CNY 1.00 + USD 0.50"
    assert cost_text(T, {}) == ""
