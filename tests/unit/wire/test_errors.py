"""Error answers: whose they are, what they say, and when to come back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.errors import Problem, read_problem, read_retry_after

NOW = 1_790_000_000.0


def test_a_proxys_page_says_nothing_but_its_status() -> None:
    """R13, fault 22: HTML where JSON was expected is a failure with a status."""
    assert Problem(502) == read_problem(502, "<html><body>Bad Gateway</body></html>")


def test_a_full_queue_says_its_limit() -> None:
    """R30: the limit is taken from the code."""
    text = '{"detail": "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)"}'
    assert Problem(429, "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)", queue_limit=10) == read_problem(429, text)


def test_an_absurd_limit_is_none() -> None:
    """R13: a number too long to be one does not hurt."""
    found = read_problem(429, json.dumps({"detail": f"QUEUE_FULL(limit={'9' * 5000})"}))
    assert (None, 200) == (found.queue_limit, len(found.code or ""))


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"detail": "TASK_NOT_FOUND"}, "TASK_NOT_FOUND", None),
        ({"detail": {"code": "NO_POINTS", "message": "Not enough points"}}, "NO_POINTS", "Not enough points"),
        ({"code": "RATE_LIMITED", "message": "Slow down"}, "RATE_LIMITED", "Slow down"),
        ({"message": "Not enough points"}, None, "Not enough points"),
        ({"title": "Payment required"}, None, "Payment required"),
        ({"title": "Payment required", "detail": "Top up first"}, None, "Top up first"),
        ({"detail": ["first", "second", "first"]}, None, "first; second"),
        ({"error": {"message": "no"}}, None, "no"),
        ({"error": "余额不足"}, None, "余额不足"),
        ({"detail": "Not Found"}, None, "Not Found"),
        ({"odd": 5}, None, '{"odd": 5}'),
        ({}, None, None),
        ([], None, None),
        (7, None, None),
    ],
)
def test_a_refusal_of_any_shape_says_why(body: object, code: str | None, message: str | None) -> None:
    """R33, R29, report 19: the reader gets the words there are, and only the API's own code counts as one."""
    found = read_problem(402, json.dumps(body))
    assert (code, message, code is not None) == (found.code, found.message, found.own)


@pytest.mark.parametrize("detail", [None, 5, {}, {"code": "X"}, [], [1, None], [{"loc": 5, "msg": None}]])
def test_an_error_of_another_shape_does_not_hurt(detail: object) -> None:
    """R13: whatever stands in ``detail``, there is a problem to show."""
    assert 400 == read_problem(400, json.dumps({"detail": detail})).status


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Mon, 21 Sep 2026 14:14:20", 60.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("1" * 400, float("inf")),
        ("99, 99 Foo 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value: str | None, expected: float | None) -> None:
    """R13, fault 21: seconds, a date, a date in the past, garbage, and more than anybody would wait."""
    assert expected == read_retry_after(value, NOW)


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d{1,2}:\d\d:\d\d ?[+-]?\d{0,4}"))
def test_no_retry_after_makes_the_reader_stumble(value: str) -> None:
    """R13, fault 21: a header is seconds from now or nothing."""
    seconds = read_retry_after(value, NOW)
    assert seconds is None or seconds >= 0
