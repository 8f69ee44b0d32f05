"""Remembered rows as text."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.core.records import AbilityTask, Record, Result, Task, Word
from app.core.remembered import Seen
from app.core.status import Status
from app.wire.remembered import LONGEST_ERROR, Reader, read_any, write_row

DONE = Word(Status.SUCCEEDED, "done", None, 30.5)
TASK = Task(
    id="t",
    dated=DONE,
    created_at=10.0,
    finished_at=30.0,
    points=Decimal("0.5"),
    error="x",
    action="paint",
    channel="web",
    row_only=True,
)
CALL = AbilityTask(
    id="a",
    dated=DONE,
    created_at=10.0,
    finished_at=30.0,
    points=3,
    ability_id="koi",
    ability_name="Koi",
    provider="p",
    capability_key="k",
    executor_id="e",
    log_id=7,
    duration_ms=9,
    started_at=11.0,
    trace_id="tr",
    row_only=True,
)


@pytest.mark.parametrize("record", [TASK, CALL])
def test_a_row_is_read_as_it_was_written(record: Task | AbilityTask) -> None:
    """R48: all that a row shows and a search looks through, and when it was seen."""
    seen = read_any(write_row(record, 99.0))
    assert seen
    assert (record, 99.0) == (seen.record, seen.at)


def test_what_went_in_and_came_out_is_not_written() -> None:
    """R48: no payload, no picture, no address to call back, and no more of an error than a row shows."""
    secret = "koi-secret"
    call = AbilityTask(
        id="a",
        dated=DONE,
        created_at=1.0,
        error="e" * 900,
        request={"prompt": secret},
        result=Result((secret,), (secret,), (secret,), secret),
        callback_url=secret,
    )
    text = write_row(call, 2.0)
    assert secret not in text
    assert LONGEST_ERROR == len(json.loads(text)["error"])
    assert secret not in write_row(Task(id="t", dated=DONE, created_at=1.0, parameters=secret, result_url=secret), 2.0)


def test_a_word_without_a_time_is_as_old_as_its_end() -> None:
    """R15, R48: what a list says later is the later word."""
    task = Task(id="t", undated=Word(Status.FAILED, "failed"), created_at=1.0, finished_at=5.0)
    seen = read_any(write_row(task, 9.0))
    assert seen
    assert (Status.FAILED, 5.0) == (seen.record.status, seen.record.updated_at)
    task = Task(id="t", undated=Word(Status.FAILED, "failed"), created_at=1.0)
    seen = read_any(write_row(task, 9.0))
    assert seen
    assert 1.0 == seen.record.updated_at


@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", '{"kind":"task"}', '{"kind":"other","id":"a","seen":1,"word":"done","created":1}'],
)
def test_what_is_no_row_is_passed_over(text: str) -> None:
    """R48: another version, or anybody, may have written it."""
    assert None is read_any(text)
    assert None is Reader(Task).read(text)


def test_a_row_is_of_its_kind_and_of_a_job_that_has_ended() -> None:
    """R48: nothing remembered is active."""
    assert Seen(CALL, 2.0) == Reader(AbilityTask).read(write_row(CALL, 2.0))
    assert None is Reader(Task).read(write_row(CALL, 2.0))
    for record in (TASK, CALL):
        assert None is read_any(write_row(record, 2.0).replace('"done"', '"running"'))


def test_a_record_of_no_kind_is_a_mistake() -> None:
    """Nobody may lose a job silently."""
    with pytest.raises(TypeError):
        write_row(Record(id="x", dated=DONE), 1.0)
