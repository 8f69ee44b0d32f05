"""Gathered frames say what they would have said one by one."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import AbilityTaskCollection, TaskCollection
from app.core.events import Notification
from app.core.records import AbilityTask, Source, Task
from app.wire.frames import FrameReader, read_frames, read_gathered

JOBS = ["a", "b"]
TASK_FRAMES = st.fixed_dictionaries(
    {
        "type": st.just("task.status"),
        "payload": st.fixed_dictionaries(
            {
                "taskId": st.sampled_from(JOBS),
                "status": st.sampled_from(["pending", "processing", "completed", "failed", "odd"]),
            },
            optional={"progress": st.integers(0, 100), "points": st.just(5)},
        ),
    }
)
ABILITY_TASK_FRAMES = st.fixed_dictionaries(
    {
        "type": st.just("ability-task.status"),
        "payload": st.fixed_dictionaries(
            {
                "taskId": st.sampled_from(JOBS),
                "status": st.sampled_from(["queued", "running", "succeeded", "failed"]),
            },
            optional={
                "updatedAt": st.builds(
                    "2026-01-01T{}:00:0{}{}{}".format,
                    st.sampled_from(["08", "09"]),
                    st.integers(0, 2),
                    st.sampled_from(["", ".000000", ".1", ".12", ".100000"]),
                    st.sampled_from(["Z", "", "+01:00", "+02:00", "-01:00"]),
                ),
                "logId": st.just(7),
                "executorId": st.just("e"),
            },
        ),
    }
)
FRAMES = st.lists(st.one_of(TASK_FRAMES, ABILITY_TASK_FRAMES), min_size=1, max_size=12)


def _end(notifications: tuple[Notification, ...]) -> list[Any]:
    """Return what collections that know both jobs end up with."""
    tasks, ability_tasks = TaskCollection(), AbilityTaskCollection()
    for job in JOBS:
        tasks.apply_listed([Task(id=job)], Source.POLL, 0.0)
        ability_tasks.apply_listed([AbilityTask(id=job)], Source.POLL, 0.0)
    tasks.apply([item for item in notifications if isinstance(item, Task)], Source.PUSH, 1.0)
    ability_tasks.apply([item for item in notifications if isinstance(item, AbilityTask)], Source.PUSH, 1.0)
    return [each.get(job) for each in (tasks, ability_tasks) for job in JOBS]


def _gathered(texts: list[str]) -> tuple[Notification, ...]:
    reader = FrameReader()
    assert reader.gather(",".join(texts).encode(), len(texts)) is False
    return read_gathered(reader.take()).notifications


@given(FRAMES)
def test_a_batch_ends_where_single_frames_end(frames: list[dict[str, Any]]) -> None:
    """R15, R20: leaving out superseded states changes nothing about the end."""
    texts = [json.dumps(frame) for frame in frames]
    assert _end(read_frames(texts).notifications) == _end(_gathered(texts))


def test_only_the_last_of_many_states_is_told() -> None:
    """R20: a hundred steps of one job's progress are one piece of news."""
    texts = [
        json.dumps({"type": "task.status", "payload": {"taskId": "a", "status": "processing", "progress": step}})
        for step in range(100)
    ]
    assert 1 == len(_gathered(texts))


def test_what_cannot_be_read_as_one_text_is_left_to_be_read_singly() -> None:
    """R1: one broken frame in a burst is no reason to lose the others."""
    good = json.dumps({"type": "task.status", "payload": {"taskId": "a", "status": "completed"}})
    reader = FrameReader()
    assert reader.gather(f"{good},{{broken".encode(), 2) is None
    assert reader.gather(f"{good},{good}".encode(), 1) is None
    assert reader.take() == []


def test_unknown_and_malformed_frames_are_counted() -> None:
    """R1: frames of unknown types, without a payload, or that are no objects are counted and skipped."""
    texts = ['{"type":"news","payload":{}}', '{"type":"task.status","payload":null}', "7", "null"]
    texts.append('{"type":"task.status","payload":{"taskId":"a"}}')
    reader = FrameReader()
    assert reader.gather(",".join(texts).encode(), len(texts)) is False
    reading = read_gathered(reader.take())
    assert ((), 1, 4) == (reading.notifications, reading.unknown, reading.malformed)


def test_a_pings_answer_is_noticed_at_once() -> None:
    """R6: an echo in a burst counts as the answer when it arrives, not when the burst is told."""
    assert FrameReader().gather(b'{"type":"echo","payload":"x"},{"type":"pong"}', 2) is True
