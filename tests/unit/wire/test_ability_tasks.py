"""Ability tasks: moments, numbers and payloads that cannot be relied on."""

import json

import pytest

from app.core.records import Result
from app.core.status import Status
from app.wire.ability_tasks import read_ability_task, result_of
from app.wire.fields import LARGEST_SAFE_INTEGER, MalformedAnswer


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-15T11:32:00Z",
        "2026-01-15T11:32:00",
        "2026-01-15T11:32:00.000000",
        "2026-01-15T19:32:00+08:00",
        "2026-01-15 11:32:00",
        1768476720,
    ],
)
def test_a_time_without_a_zone_is_utc(moment: object) -> None:
    """R15: whichever way a server writes a moment, it is the same moment."""
    task = read_ability_task(json.dumps({"id": "a", "status": "running", "updatedAt": moment}))
    assert 1768476720.0 == task.updated_at


@pytest.mark.parametrize("wrong", ["x", [], {}, "2026-99-99", 1e400, -(2**63), 2**63, 10**400])
def test_an_optional_field_of_the_wrong_type_is_absent(wrong: object) -> None:
    """R1, fault 23: a strange value costs its own field at most, never the update."""
    fields = ("logId", "durationMs", "points", "createdAt", "startedAt", "abilityName", "executorId", "resultPayload")
    task = read_ability_task(json.dumps({"id": "a", "status": "running", **dict.fromkeys(fields, wrong)}))
    assert ("a", Status.RUNNING, None, None) == (task.id, task.status, task.duration_ms, task.result)


def test_deep_nesting_in_an_answer_is_a_failure() -> None:
    """R13, fault 23: nesting without end is refused, not followed."""
    with pytest.raises(MalformedAnswer):
        read_ability_task('{"id": "a", "status": "running", "requestPayload": ' + "[" * 5000 + "]" * 5000 + "}")


def test_the_largest_safe_integer_is_kept() -> None:
    """R28: a log id may be as large as a browser can hold."""
    task = read_ability_task(json.dumps({"id": "a", "status": "failed", "logId": LARGEST_SAFE_INTEGER}))
    assert LARGEST_SAFE_INTEGER == task.log_id


@pytest.mark.parametrize(
    ("more", "executor"),
    [
        ({"executorId": "named"}, "named"),
        ({"resultPayload": {"metadata": {"executorId": "ran"}}}, "ran"),
        ({"requestPayload": {"executor_id": "wanted"}, "resultPayload": {"metadata": {"executor_id": "ran"}}}, "ran"),
        ({"requestPayload": {"executorId": "wanted"}}, "wanted"),
        ({"requestPayload": {"executorId": 7}, "resultPayload": {"metadata": []}}, None),
        ({"requestPayload": "wanted"}, None),
    ],
)
def test_who_ran_it_is_in_the_result_and_else_in_the_request(more: dict[str, object], executor: str | None) -> None:
    """R27: the server's own field counts first, then who ran it, then who was asked for."""
    assert executor == read_ability_task(json.dumps({"id": "a", "status": "running", **more})).executor_id


def test_trace_id_and_callback_may_stand_in_the_request() -> None:
    """R31: an answer that has no fields of its own for them still shows both."""
    request = {"metadata": {"traceId": "tr"}, "callbackUrl": "https://a.example/cb"}
    task = read_ability_task(json.dumps({"id": "a", "status": "running", "requestPayload": request}))
    assert ("tr", "https://a.example/cb", request) == (task.trace_id, task.callback_url, task.request)
    own = read_ability_task(
        json.dumps({"id": "a", "status": "running", "requestPayload": request, "traceId": "x", "callback_url": "/y"})
    )
    assert ("x", "/y") == (own.trace_id, own.callback_url)


@pytest.mark.parametrize(("payload", "result"), [(None, None), ({}, None), ("text", None), ([1], None)])
def test_an_empty_result_is_none(payload: object, result: Result | None) -> None:
    """R23: a result that has nothing in it has still to be read."""
    assert result == result_of(payload)


def test_a_result_keeps_the_raw_answer_beside_what_cannot_be_shown() -> None:
    """R39: a list of the wrong type costs itself alone; what the executor said can still be opened as JSON."""
    raw = {"answer": {"deep": [1]}}
    found = result_of({"images": 5, "texts": ["done"], "raw": raw})
    assert found is not None
    assert ((), ("done",), raw) == (found.images, found.texts, found.raw)
