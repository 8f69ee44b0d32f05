"""The ledger's entries that belong to jobs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.prices import Movement
from app.wire.fields import MalformedAnswer
from app.wire.ledger import read_movements

WIRE = Path(__file__).resolve().parents[2] / "fixtures" / "wire"


@pytest.mark.parametrize("name", ["wallet_transactions.json", "real_wallet_transactions_real.json"])
def test_a_recorded_ledger_is_read(name: str) -> None:
    """R41: what was taken is negative."""
    answer = json.loads((WIRE / name).read_text("utf-8"))
    assert [Movement("tsk_demo", -50)] == read_movements(json.dumps(answer["body"]))


def test_the_kind_of_change_goes_before_the_sign() -> None:
    """R41: some servers write an amount without its sign; what is no job's is left out, and so is the unreadable."""
    items = [
        {"id": "1", "changeType": "DECREASE", "points": 30, "taskId": "a"},
        {"id": "2", "changeType": "INCREASE", "points": 30, "taskId": "a"},
        {"id": "3", "points": -2.5, "task_id": "b"},
        {"id": "4", "changeType": "INCREASE", "points": 500, "taskId": None},
        {"id": "5", "changeType": "DECREASE", "taskId": "c"},
        {"points": {}},
    ]
    found = read_movements(json.dumps({"items": items}))
    assert [Movement("a", -30), Movement("a", 30), Movement("b", Decimal("-2.5"))] == found


def test_an_answer_without_entries_is_no_ledger() -> None:
    """R41: a proxy's page says nothing of prices."""
    with pytest.raises(MalformedAnswer):
        read_movements("<html></html>")
