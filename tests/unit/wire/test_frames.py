"""Frames of the realtime channel: alone and among others, sensible and not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame
from app.core.records import AbilityTask, Task
from app.core.status import Status
from app.wire.coalesce import Coalescer
from app.wire.errors import read_problem
from app.wire.frames import LARGEST_FRAME, read_frame, read_frames, read_gathered, split_frames
from app.wire.tasks import read_task


def frame(kind: str, **payload: Any) -> str:
    """Return a frame as a server writes it."""
    return json.dumps({"type": kind, "payload": payload})


def alone(text: str | None) -> Notification:
    """Return what a frame says, read by itself."""
    return read_frame(text)


def among_others(text: str | None) -> Notification:
    """Return what a frame says, read together with many."""
    others = [frame("wallet.points", taskId=f"t{n}", status="frozen") for n in range(50)]
    reading = read_frames([*others, text, *others])
    if reading.malformed:
        return MalformedFrame()
    if reading.unknown:
        return UnknownFrame()
    if reading.answered:
        return PingAnswer()
    assert 101 == len(reading.notifications)
    return next(item for item in reading.notifications if not str(getattr(item, "task_id", "")).startswith("t"))


@pytest.fixture(params=[alone, among_others])
def read(request: pytest.FixtureRequest) -> Any:
    """Both ways in which a frame is read."""
    return request.param


def test_both_name_styles_are_the_same() -> None:
    """R1: one resource in camelCase and in snake_case is one and the same."""
    camel = {"taskId": "a", "abilityId": "x", "status": "running", "logId": 3, "updatedAt": "2026-01-15T11:32:00Z"}
    snake = {"task_id": "a", "ability_id": "x", "status": "running", "log_id": 3, "updated_at": "2026-01-15T11:32:00Z"}
    assert read_frame(frame("ability-task.status", **camel)) == read_frame(frame("ability-task.status", **snake))
    assert read_task(json.dumps({**camel, "resultUrl": "/r"})) == read_task(json.dumps({**snake, "result_url": "/r"}))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "null",
        "[]",
        "5",
        '"x"',
        "{",
        "{}",
        "not json",
        '{"type": "task.status"}',
        '{"type": "task.status", "payload": null}',
        '{"type": "task.status", "payload": {}}',
        '{"type": "task.status", "payload": {"taskId": "", "status": "running"}}',
        '{"type": "task.status", "payload": {"taskId": "x", "status": 5}}',
        '{"type": "ability-task.status", "payload": {"taskId": ["x"], "status": "running"}}',
        '{"type": "ability-log.created", "payload": {"logId": 9223372036854775808}}',
        '{"type": "ability-log.created", "payload": {"logId": "x"}}',
        '{"type": "wallet.points", "payload": {"balance": 5}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type": "task.status", "payload": {"taskId": "x", "status": "running", "workflowParams": '
        + "[" * 10_000
        + "]" * 10_000
        + "}}",
        '{"type": "echo", "payload": "' + "x" * 5_000_000 + '"}',
        "\ud800",
    ],
    ids=lambda text: ascii(text[:60] + f" ({len(text)})" if text else text),
)
def test_a_frame_that_makes_no_sense_is_malformed(read: Any, text: str | None) -> None:
    """R1, fault 23: it is counted and skipped, and the next one still counts."""
    assert MalformedFrame() == read(text)


@pytest.mark.parametrize("text", ['{"type": "x"}', '{"type": "x", "payload": 1}', '{"type": 5}', '{"type": null}'])
def test_a_frame_of_an_unknown_type_is_unknown(read: Any, text: str) -> None:
    """R1: a newer server may say more than this page understands."""
    assert UnknownFrame() == read(text)


@pytest.mark.parametrize("text", ['{"type": "pong"}', '{"type": "echo", "payload": "{\\"type\\":\\"ping\\"}"}'])
def test_both_answers_to_a_ping_are_understood(read: Any, text: str) -> None:
    """R6: some servers echo, newer ones answer."""
    assert PingAnswer() == read(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ability-task.status", "payload": {"taskId": "x", "status": "failed", "errorMessage": "\\ud83d!"}}',
        '{"type": "ability-task.status", "payload": {"taskId": "x", "status": "failed", "errorMessage": "\ud83d!"}}',
    ],
)
def test_a_lone_surrogate_costs_one_character(read: Any, text: str) -> None:
    """R1, fault 23: an ending is not lost because half a character was cut off."""
    update = read(text)
    assert isinstance(update, AbilityTask)
    assert ("x", Status.FAILED, "\ufffd!") == (update.id, update.status, update.error)


def test_a_frame_of_almost_the_largest_size_counts() -> None:
    """R1: what is long but not absurd is read."""
    text = frame("echo", x="x" * (LARGEST_FRAME - 100))
    assert PingAnswer() == read_frame(text)


def test_progress_is_whole_percent() -> None:
    """R27: progress stays between 0 and 100, and is absent where it is no number."""
    values = [40.4, -5, 250, "30", float("nan"), float("inf"), None, "x", 2**63]
    update = [read_frame(frame("task.status", taskId="a", status="running", progress=value)) for value in values]
    assert [40, 0, 100, 30, None, 100, None, None, 100] == [item.progress for item in update if isinstance(item, Task)]


def test_a_log_notice_is_read() -> None:
    """R1, R28: a log record was written for an ability."""
    notice = read_frame(frame("ability-log.created", logId=5, abilityId="x", status="success", taskId="t"))
    assert LogNotice(5, "x", Status.SUCCEEDED, "t") == notice


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


NAMES = st.sampled_from(["taskId", "task_id", "id", "status", "progress", "updatedAt", "logId", "balance", "items"])


@given(
    st.sampled_from(["task.status", "ability-task.status", "wallet.points", "ability-log.created", "echo", "x"]),
    st.dictionaries(NAMES, JSON),
)
def test_no_frame_makes_the_reader_stumble(kind: str, payload: dict[str, object]) -> None:
    """R1: whatever is sent, the reader answers, and the same whether frames come singly or together."""
    text = json.dumps({"type": kind, "payload": payload})
    single = read_frame(text)
    reading = read_frames([text] * 40)
    assert isinstance(single, MalformedFrame) == (reading.malformed == 40)
    assert isinstance(single, UnknownFrame) == (reading.unknown == 40)
    assert all(item == single for item in reading.notifications)


@given(st.text())
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    """R1: a frame need not even be JSON."""
    assert isinstance(read_frame(text), MalformedFrame | UnknownFrame | PingAnswer)
    read_problem(500, text)


def test_an_ability_task_of_the_seed_is_read_with_camel_case_names() -> None:
    """R23: the description's own shape is understood as well as the backend's."""
    text = json.dumps(
        {
            "type": "ability-task.status",
            "payload": {
                "taskId": "abt_1",
                "abilityId": "flux",
                "status": "succeeded",
                "logId": 7,
                "executorId": "node-1",
                "updatedAt": "2026-01-15T11:32:00Z",
                "resultPayload": {"images": [{"ossUrl": "/a.png"}], "texts": ["done"], "raw": {"x": 1}},
            },
        }
    )
    update = read_frame(text)
    assert isinstance(update, AbilityTask)
    assert ("abt_1", "flux", 7, "node-1", 1768476720.0) == (
        update.id,
        update.ability_id,
        update.log_id,
        update.executor_id,
        update.updated_at,
    )
    assert update.result is not None
    assert (("/a.png",), ("done",), {"x": 1}) == (update.result.images, update.result.texts, update.result.raw)


def test_a_burst_is_read_as_its_frames_are() -> None:
    """R1, R15: what was gathered of many frames says what the last word of each job says alone."""
    texts = [frame("task.status", taskId="a", status=word) for word in ("pending", "processing", "completed")]
    texts += [frame("ability-task.status", taskId="b", status="running"), '{"type": "x"}', frame("task.status", x=1)]
    burst = Coalescer()
    assert burst.gather(",".join(texts).encode(), len(texts)) is False
    reading = read_gathered(burst.take())
    said = {item.id: item.status for item in reading.notifications if isinstance(item, Task | AbilityTask)}
    assert {"a": Status.SUCCEEDED, "b": Status.RUNNING} == said
    assert (1, 1) == (reading.unknown, reading.malformed)


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8"))))
def test_joined_frames_are_split_where_they_were_joined(frames: list[str | None]) -> None:
    """R1, R43: as the socket's worker joins them: a comma after each but the last, and nothing of a binary one."""
    joined = b",".join((frame or "").encode() for frame in frames)
    lengths = tuple(-1 if frame is None else len(frame.encode()) for frame in frames)
    assert frames == split_frames(joined, lengths)


def test_lengths_that_do_not_fit_do_no_harm() -> None:
    """R43: what is cut within a letter is a frame that nobody can read, not an error."""
    assert ["\ufffd", "\ufffd鱼", None, ""] == split_frames("鱼鱼".encode(), (1, 900_000, -1, 5))
