"""The log of calls: exact amounts, and words that mean something else there."""

import json
from decimal import Decimal

import pytest

from app.core.status import Status
from app.wire.logs import read_log_page, read_log_record


@pytest.mark.parametrize("cost", ["1E+1000000", "NaN", "Infinity", 1e30, "1E-30", "-1E+999999", True])
def test_an_absurd_amount_is_none(cost: object) -> None:
    """R28: it cannot be added to the others, and the record is shown without it."""
    page = read_log_page(json.dumps({"items": [{"id": 1, "status": "success", "cost_amount": cost}]}))
    assert page.items[0].cost is None


@pytest.mark.parametrize("cost", ["0.00001", 0.00001, 1e-7, 0.3, "12345678.12345678", 0])
def test_an_amount_is_exact(cost: object) -> None:
    """R28, report 22: what the wire says is what is added and shown."""
    page = read_log_page(json.dumps({"items": [{"id": 1, "status": "success", "cost_amount": cost}]}))
    assert page.items[0].cost == Decimal(str(cost))


def test_a_cost_keeps_its_decimals() -> None:
    """R28: money is exact, whether it comes as a number or as text."""
    items = [{"id": 1, "cost_amount": 0.1, "currency": "CNY"}, {"id": 2, "costAmount": "0.20"}]
    page = read_log_page(json.dumps({"items": items}))
    assert [Decimal("0.1"), Decimal("0.20")] == [record.cost for record in page.items]


def test_a_pending_log_record_is_a_call_under_way() -> None:
    """R28: the log's word for a call that runs is not the queue's."""
    page = read_log_page('{"items": [{"id": 1, "status": "pending"}, {"id": 2, "status": "success"}]}')
    assert [Status.RUNNING, Status.SUCCEEDED] == [record.status for record in page.items]


@pytest.mark.parametrize(
    ("payload", "caller"),
    [
        ({"userId": "u1"}, "u1"),
        ({"user_id": 7}, "7"),
        ({"userId": None, "user_id": "u2"}, "u2"),
        ({"userId": True}, None),
        ({"userId": ""}, None),
        ({"userId": ["u1"]}, None),
        ("u1", None),
        (None, None),
    ],
)
def test_the_caller_is_who_the_request_names(payload: object, caller: str | None) -> None:
    """R49: in either style of names; what is no id names nobody."""
    record = read_log_record(json.dumps({"id": 1, "status": "success", "request_payload": payload}))
    assert caller == record.user_id


def test_offsets_count_records_that_cannot_be_read() -> None:
    """R28: a page with a gap ends where the server's ends, and says how many records that were."""
    page = read_log_page(json.dumps({"items": [{"id": 3}, {"id": "x"}, None, {"id": 1}], "offset": 40}))
    assert ([3, 1], 40, 4, 4) == ([record.id for record in page.items], page.offset, page.count, page.total)


def test_a_callback_is_shown_as_far_as_it_is() -> None:
    """R49: one that nobody has begun is none."""
    begun = {"id": 1, "callback_status": "failed", "callback_http_status": 502, "callback_error": "bad gateway"}
    record = read_log_record(json.dumps(begun))
    assert isinstance(record.callback, dict)
    assert {"failed", 502, "bad gateway"} <= {*record.callback.values()}
    assert read_log_record('{"id": 1, "callback_http_status": 502}').callback is None
