"""What orders the same job again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.ledger import Movement
from app.core.records import AbilityTask, Task, Word
from app.core.refill import OMITTED
from app.core.run_again import Price, call_order, may_order_again, order_of, price_of, task_order
from app.core.status import Status

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"
ENDED = Word(Status.FAILED, "failed", at=1.0)
TASK = Task(id="t", dated=ENDED, action="cut", channel="web", points=20, parameters={"prompt": "koi"})
CALL = AbilityTask(id="a", dated=ENDED, ability_id="cut", request={"inputs": {"prompt": "koi"}})


def test_a_task_is_ordered_again_without_its_id() -> None:
    """R41: whoever submits names the id; what the server has not said cannot be ordered."""
    order = task_order(TASK, "u")
    assert {
        "action": "cut",
        "userId": "u",
        "channel": "web",
        "workflowParams": {"prompt": "koi"},
        "points": 20,
    } == order
    assert [None, None, None] == [
        task_order(replace(TASK, parameters=None), "u"),
        task_order(replace(TASK, points=0), "u"),
        order_of(TASK, None),
    ]


def test_a_call_is_ordered_again_without_its_trace_id() -> None:
    """R41: two calls of one trace id cannot be distinguished; the rest is as it was sent."""
    request = {
        "inputs": {"prompt": "koi"},
        "executorId": "e1",
        "metadata": {"traceId": "tr", "note": "x"},
        "callbackHeaders": {"Authorization": OMITTED},
        "imageUrl": None,
    }
    order = order_of(replace(CALL, request=request), "u")
    assert {"abilityId": "cut", "inputs": {"prompt": "koi"}, "executorId": "e1", "metadata": {"note": "x"}} == order


@pytest.mark.parametrize(
    "request_",
    [None, "x", {"imageBase64": OMITTED}, {"images": [{"base64": OMITTED}]}, {"inputs": {"mask": [OMITTED]}}],
)
def test_what_was_not_kept_cannot_be_ordered(request_: object) -> None:
    """R41: a picture sent as data is gone, and nobody sends the rest without it."""
    assert call_order(replace(CALL, request=request_)) is None


def test_a_picture_that_has_an_address_is_no_missing_one() -> None:
    """R41: the product writes that the data was left out also where none was sent, as its recorded answers show."""
    item = json.loads((RECORDED / "real_ability_tasks_real.json").read_text(encoding="utf-8"))["body"]["items"][0]
    request = item["request_payload"]
    assert OMITTED == request["imageBase64"]
    order = call_order(replace(CALL, ability_id=item["ability_id"], request=request))
    listed = {"abilityId": "cut", "images": ["http://127.0.0.1:8098/in.png"]}
    assert listed == call_order(replace(CALL, request={"imageBase64": OMITTED, "images": listed["images"]}))
    assert {"abilityId": "comfyui_yinhua_tiqu", "imageUrl": "http://127.0.0.1:8098/in.png", "metadata": {}} == order
    assert call_order(replace(CALL, request={**request, "imageUrl": None})) is None
    assert call_order(replace(CALL, request={**request, "inputs": {"mask": OMITTED}})) is None


def test_what_has_ended_can_be_ordered_again() -> None:
    """R41: a call of which only a row is kept may be: its request is read first."""
    rows: list[Task | AbilityTask] = [CALL, TASK, replace(CALL, request=None)]
    rows.append(replace(CALL, request={"imageBase64": OMITTED}))
    assert [True, True, True, False] == [may_order_again(row, "u") for row in rows]
    assert not may_order_again(replace(TASK, dated=Word(Status.RUNNING, "running", at=1.0)), "u")


def test_the_price_is_what_was_paid_last() -> None:
    """R41: tasks name theirs, calls cost what the ledger took for their ability; the others are counted."""
    movements = [Movement("2", -7, job_id="b"), Movement("1", -5, job_id="b0")]
    found = price_of([TASK, CALL, CALL, replace(CALL, ability_id="other")], movements, {"b": "cut", "b0": "cut"})
    assert Price(34, 3, 1) == found


def nested(levels: int, innermost: int) -> dict[str, object]:
    """Return a request whose inputs lack something under so many lists and objects; 0 for an object innermost."""
    value: object = OMITTED
    for level in range(innermost, innermost + levels):
        value = [value] if level % 2 else {"in": value}
    return {"inputs": value}


@pytest.mark.parametrize("innermost", [0, 1])
def test_what_lies_deeper_than_anybody_nests_is_not_searched(innermost: int) -> None:
    """R41: a request is not followed without end, and twenty levels are more than any form has."""
    assert call_order(replace(CALL, request=nested(20, innermost))) is None
    assert call_order(replace(CALL, request=nested(21, innermost))) is not None


def test_lists_in_a_request_are_ordered_again() -> None:
    """R41: they lack nothing."""
    order = call_order(replace(CALL, request={"inputs": {"sizes": [1, [2, {"deep": []}]]}}))
    assert {"abilityId": "cut", "inputs": {"sizes": [1, [2, {"deep": []}]]}} == order


def test_one_point_is_enough_to_order() -> None:
    """R41: the server wants more than none."""
    assert task_order(replace(TASK, points=1), "u") is not None


def test_every_job_of_which_the_price_is_unknown_is_counted() -> None:
    """R41: the question says of how many nobody knows it."""
    assert Price(20, 1, 2) == price_of([TASK, CALL, replace(CALL, ability_id=None)], [], {})
