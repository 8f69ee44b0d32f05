"""The movements of the wallet."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.ledger import LedgerPage, Movement
from app.wire.movements import read_ledger_page

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"


def page(*items: object, **more: Any) -> LedgerPage:
    """Return the page that an answer with these items is read as."""
    return read_ledger_page(json.dumps({"items": items, **more}))


def test_a_recorded_answer_is_read_as_it_is() -> None:
    """R46: the product's movements have no time."""
    body = json.loads((RECORDED / "wallet_transactions.json").read_text("utf-8"))["body"]
    expected = Movement("txn_demo", -50, before=550, after=500, job_id="tsk_demo", description="demo deduction")
    assert LedgerPage((expected,), 1, 1) == read_ledger_page(json.dumps(body))


def test_the_older_route_has_another_name_for_the_same() -> None:
    """R46: an empty ledger there is an empty ledger here."""
    body = json.loads((RECORDED / "points_transactions.json").read_text("utf-8"))["body"]
    assert LedgerPage((), 0, 0) == read_ledger_page(json.dumps(body))


@pytest.mark.parametrize(
    ("item", "amount"),
    [
        ({"changeType": "DECREASE", "points": 30}, -30),
        ({"changeType": "DECREASE", "points": -30}, -30),
        ({"changeType": "INCREASE", "points": 30}, 30),
        ({"change_type": "increase", "points": "0.10"}, Decimal("0.1")),
        ({"changeType": "FREEZE", "points": -30}, -30),
        ({"points": 5}, 5),
        ({"beforeBalance": 40, "afterBalance": 10}, -30),
    ],
)
def test_the_way_is_said_by_the_type_of_the_change(item: dict[str, Any], amount: object) -> None:
    """R46: whether or not the points have a sign; without either the sign or the balances say it."""
    (found,) = page({"id": "m", **item}).movements
    assert amount == found.amount


@pytest.mark.parametrize("name", ["createdAt", "created_at", "createTime", "timestamp"])
def test_the_time_has_many_names(name: str) -> None:
    """R46: a naive time is UTC."""
    (found,) = page({"id": 7, "points": 1, name: "2026-01-15T00:00:00"}).movements
    assert ("7", 1768435200.0) == (found.id, found.at)


def test_what_cannot_be_read_is_counted_and_left_out() -> None:
    """R46: so that the next page is still the next one."""
    found = page({"id": "a", "points": 1}, "nonsense", {"id": "b"}, total=9)
    assert (["a"], 9, 3) == ([one.id for one in found.movements], found.total, found.count)


def test_a_movement_without_an_id_is_known_again() -> None:
    """R46: by all that it says, so that a page that is read twice counts once."""
    item = {"points": -3, "taskId": "t", "beforeBalance": 10, "afterBalance": 7}
    first, second = page(item, {**item, "beforeBalance": 7, "afterBalance": 4}).movements
    assert first.id != second.id
    assert first == page(item).movements[0]


def test_every_digit_of_an_amount_is_kept() -> None:
    """R46: and a time may be a number with a fraction beside it; half a character costs nothing but itself."""
    item = '{"points": 0.100000000000000001, "time": 1764000000.5, "description": "\\ud83d"}'
    (movement,) = read_ledger_page(f'{{"items": [{item}]}}').movements
    assert (Decimal("0.100000000000000001"), 1764000000.5) == (movement.amount, movement.at)
    assert "\N{REPLACEMENT CHARACTER}" == movement.description
