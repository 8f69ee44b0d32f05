"""What is left of gathered frames ends where all of them would have ended."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.collection import AbilityTaskCollection, TaskCollection
from app.core.events import Notification
from app.core.records import AbilityTask, Source, Task
from app.wire.coalesce import Coalescer, supersedes
from app.wire.frames import ParsedFrames, read_frames, read_gathered

JOBS = ["a", "b"]
TASK_WORDS = ["pending", "queued", "processing", "running", "completed", "success", "failed", "odd", "even"]
ABILITY_TASK_WORDS = ["queued", "created", "running", "in_progress", "succeeded", "success", "failed", "error"]
PROGRESS = st.one_of(st.integers(-1, 101), st.sampled_from([None, 40.2, 40.4, "40", True, 1e300]))
STAMPS = st.one_of(
    st.builds(
        "2026-01-01T{}:00:0{}{}{}".format,
        st.sampled_from(["08", "09"]),
        st.integers(0, 2),
        st.sampled_from(["", ".000000", ".1", ".12", ".100000", ".1234567", ".1234569"]),
        st.sampled_from(["Z", "", "+01:00", "+02:00", "-01:00"]),
    ),
    st.sampled_from(["0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z", "yesterday", "tomorrow", "", 1767254400, None]),
)


def _frame(kind: str, words: list[str], more: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    payload = st.fixed_dictionaries(
        {"taskId": st.sampled_from(JOBS), "status": st.sampled_from(words)},
        optional={"progress": PROGRESS, "updatedAt": STAMPS, "points": st.just(5), **more},
    )
    return st.fixed_dictionaries({"type": st.just(kind), "payload": payload})


FRAMES = st.one_of(
    _frame("task.status", TASK_WORDS, {"resultUrl": st.just("/r.png")}),
    _frame("ability-task.status", ABILITY_TASK_WORDS, {"logId": st.just(7), "executorId": st.just("e")}),
)


def task_frame(word: str, progress: object = None, **facts: object) -> dict[str, Any]:
    """Return a frame of one task."""
    return {"type": "task.status", "payload": {"taskId": "a", "status": word, "progress": progress, **facts}}


def _apply(stores: tuple[TaskCollection, AbilityTaskCollection], notifications: tuple[Notification, ...]) -> None:
    tasks, ability_tasks = stores
    tasks.apply([item for item in notifications if isinstance(item, Task)], Source.PUSH, 1.0)
    ability_tasks.apply([item for item in notifications if isinstance(item, AbilityTask)], Source.PUSH, 1.0)


def _end(*bursts: tuple[Notification, ...]) -> list[Any]:
    """Return what collections that know both jobs by their ids end up with."""
    stores = TaskCollection(), AbilityTaskCollection()
    stores[0].apply_listed([Task(id=job_id) for job_id in JOBS], Source.POLL, 0.0)
    stores[1].apply_listed([AbilityTask(id=job_id) for job_id in JOBS], Source.POLL, 0.0)
    for notifications in bursts:
        _apply(stores, notifications)
    return [each.get(job_id) for each in stores for job_id in JOBS]


def _gathered(frames: list[dict[str, Any]], *, together: int = 1_000) -> ParsedFrames:
    coalescer = Coalescer()
    for start in range(0, len(frames), together):
        texts = [json.dumps(frame) for frame in frames[start : start + together]]
        assert coalescer.gather(",".join(texts).encode(), len(texts)) is False
    return read_gathered(coalescer.take())


def _singly(frames: list[dict[str, Any]]) -> ParsedFrames:
    return read_frames([json.dumps(frame) for frame in frames])


@given(st.lists(FRAMES, max_size=4), st.lists(FRAMES, min_size=1, max_size=12), st.integers(1, 12))
@example([], [task_frame("queued"), task_frame("pending")], 2)
@example([], [task_frame("running", 40), task_frame("processing", 40)], 2)
@example([], [task_frame("running", 30), task_frame("running", "40")], 2)
@example(
    [],
    [
        task_frame("running", updatedAt="0001-01-01T00:00:00Z"),
        task_frame("queued", updatedAt="2026-01-01T08:00:00Z"),
    ],
    2,
)
def test_a_burst_ends_where_single_frames_end(
    known: list[dict[str, Any]], frames: list[dict[str, Any]], together: int
) -> None:
    """R15, R20: leaving out superseded states changes nothing about the end, whatever was known before."""
    before = _singly(known).notifications
    single, gathered = _singly(frames), _gathered(frames, together=together)
    assert _end(before, single.notifications) == _end(before, gathered.notifications)
    assert (single.unknown, single.malformed) == (gathered.unknown, gathered.malformed)


FACTS = {"logId": st.integers(1, 3), "executorId": st.sampled_from(["e", "f", None])}
RUNNING = st.fixed_dictionaries(
    {"status": st.sampled_from(["running", "in_progress"]), "second": st.integers(10, 20)}, optional=FACTS
)
ENDED = st.fixed_dictionaries(
    {"status": st.sampled_from(["succeeded", "failed"]), "second": st.just(21)}, optional=FACTS
)


@given(st.lists(RUNNING, min_size=1, max_size=8), st.lists(ENDED, max_size=3))
def test_facts_that_change_in_the_course_of_time_end_as_the_last_frame_says(
    running: list[dict[str, Any]], ended: list[dict[str, Any]]
) -> None:
    """R15, R20: a later state overwrites facts, one of the same moment does not."""
    frames = []
    for entry in sorted([*running, *ended], key=lambda entry: entry["second"]):
        facts = {name: value for name, value in entry.items() if name != "second"}
        stamp = f"2026-01-01T08:00:{entry['second']}.5Z"
        frames.append({"type": "ability-task.status", "payload": {"taskId": "a", "updatedAt": stamp, **facts}})
    assert _end(_singly(frames).notifications) == _end(_gathered(frames).notifications)


def test_only_the_last_of_many_states_is_read() -> None:
    """R20: a hundred steps of one job's progress are one update."""
    reading = _gathered([task_frame("processing", step) for step in range(100)])
    assert [99] == [item.progress for item in reading.notifications if isinstance(item, Task)]


def test_a_state_that_says_more_than_those_after_it_is_kept_before_them() -> None:
    """R15, R20: one frame that alone has a fact does not keep those after it from being left out."""
    frames = [task_frame("pending", 0, points=5), *(task_frame("processing", step) for step in range(100))]
    tasks = [item for item in _gathered(frames).notifications if isinstance(item, Task)]
    assert [(5, 0), (None, 99)] == [(task.points, task.progress) for task in tasks]


def state(status: object, at: str | None = None, **more: object) -> dict[str, object]:
    """Return a payload; ``at`` is the end of its stamp."""
    return {"status": status, **more, **({} if at is None else {"updatedAt": f"2026-01-01T08:00:{at}"})}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (state("running"), state("queued"), True),
        (state("queued"), state("running"), False),
        (state("running"), state("succeeded"), False),
        (state("running", progress=5), state("running", progress=4), True),
        (state("running", progress=4), state("running", progress=5), False),
        (state("running", progress=4), state("running", progress=4), True),
        (state("running", "01Z"), state("running", "01Z"), False),
        (state("running"), state("queued", points=5), False),
        (state("running", points=6), state("queued", points=5), False),
        (state("running", points=5), state("queued", points=5), True),
        (state("queued", "02Z"), state("running", "01Z"), True),
        (state("running", "02Z"), state("failed", "01Z"), False),
        (state("failed", "02Z"), state("succeeded", "01Z"), True),
        (state("running", "02Z"), state("queued"), False),
        (state("running", "02+01:00"), state("running", "01+02:00"), False),
        (state("running", "01.000Z"), state("queued", "01.500Z"), False),
        (state("running", "02Z", points=6), state("queued", "01Z", points=5), True),
        (state("running", "02Z"), state("queued", "01Z", points=5), False),
        (state(7), state("queued"), False),
        (state("running", progress="40"), state("running", progress=30), False),
    ],
)
def test_what_may_be_left_out(one: dict[str, object], other: dict[str, object], expected: bool) -> None:
    """R15: an end always holds, then the later, then the further along; and no fact is lost."""
    assert supersedes("task.status", one, other) is expected


def test_of_equal_states_the_first_is_kept() -> None:
    """R15: equal updates change nothing."""
    assert supersedes("task.status", state("running", "01Z"), state("running", "01Z"), or_equals=True)
    frames = [task_frame("running", 40, points=points) for points in (5, 5, 5)]
    assert 1 == len(_gathered(frames).notifications)


def test_what_cannot_be_read_as_one_text_is_left_to_be_read_singly() -> None:
    """R1: one broken frame in a burst is no reason to lose the others."""
    good = json.dumps(task_frame("completed"))
    coalescer = Coalescer()
    assert coalescer.gather(f"{good},{{broken".encode(), 2) is None
    assert coalescer.gather(f"{good},{good}".encode(), 1) is None
    assert coalescer.take() == []


def test_unknown_and_malformed_frames_are_counted() -> None:
    """R1: frames of unknown types, without a payload, or that are no objects are counted and skipped."""
    texts = ['{"type":"news","payload":{}}', '{"type":"task.status","payload":null}', "7", "null", '{"type":[]}']
    texts += ['{"type":"task.status","payload":{"taskId":"a"}}']
    texts += ['{"type":"task.status","payload":{"taskId":"","status":"running"}}'] * 2
    coalescer = Coalescer()
    assert coalescer.gather(",".join(texts).encode(), len(texts)) is False
    reading = read_gathered(coalescer.take())
    assert ((), 2, 6) == (reading.notifications, reading.unknown, reading.malformed)
    assert read_frames(texts) == reading


def test_a_pings_answer_is_noticed_at_once() -> None:
    """R6: an echo in a burst counts as the answer when it arrives, not when the burst is read."""
    assert Coalescer().gather(b'{"type":"echo","payload":"x"},{"type":"pong"}', 2) is True


def test_clearing_forgets_what_was_gathered() -> None:
    """R33: one user's frames are not read for the next."""
    coalescer = Coalescer()
    for frames in permutations([task_frame("running", 1, points=5), task_frame("running", 2), {"type": "odd"}]):
        texts = [json.dumps(frame) for frame in frames]
        coalescer.gather(",".join(texts).encode(), len(texts))
    coalescer.clear()
    assert [] == coalescer.take()
