"""The one way in: what arrives together is flushed together, whoever was constructed first."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import pytest

from app.api.activity import Activity
from app.core.bus import Bus
from app.core.collection import Change
from app.core.events import Flush, Resumed, TasksChanged
from app.core.pause import Reason
from app.core.points import WalletMove
from app.core.records import AbilityTask, Source, Task, Word
from app.core.status import Status
from app.hooks.delivery import Delivery
from app.hooks.publisher import Publisher
from app.hooks.push_trust import PushTrust
from app.ports import Response
from app.wire.coalesce import Coalescer
from app.wire.frames import read_frames
from testkit.parts import Parts
from testkit.scene import Scene
from testkit.world import MemorySocket, MemoryWorld

PARTS = (
    "subscriber",
    "publisher",
    "points",
    "delivery",
    "summary",
    "ability_tasks",
    "task_polling",
    "ability_task_polling",
    "push",
)
ORDERS = [PARTS, PARTS[::-1], *(tuple(random.Random(seed).sample(PARTS, len(PARTS))) for seed in range(10))]


async def constructed(scene: Scene, order: tuple[str, ...]) -> tuple[Parts, MemorySocket]:
    """Return parts that were constructed in this order and are connected and up to date, and their socket."""
    parts = Parts(scene)
    for name in order:
        getattr(parts, name)
    before = set(scene.backend.sockets)
    parts.bus.publish(Resumed(Reason.SIGNED_OUT))
    parts.push.start()
    await scene.run(3)
    parts.shown.clear()
    parts.balances.clear()
    (socket,) = set(scene.backend.sockets) - before
    return parts, socket


def frame(kind: str, **payload: object) -> str:
    """Return the text of a frame."""
    return json.dumps({"type": kind, "payload": payload})


def flushes(parts: Parts) -> list[tuple[float, dict[str, str], list[str | None], list[int]]]:
    """Return of each flush when it was, the jobs' states in it, whose points moved, and the log records."""
    return [
        (
            at,
            {
                **{job_id: change.record.status.value for job_id, change in flush.tasks.items()},
                **{job_id: change.record.status.value for job_id, change in flush.ability_tasks.items()},
            },
            [move.task_id for move in flush.moves],
            [log.log_id for log in flush.logs],
        )
        for at, flush in parts.shown
    ]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
async def test_what_is_flushed_does_not_depend_on_the_order_of_construction(order: tuple[str, ...]) -> None:
    """R20: a job, its points and its log record that arrive together are one flush: answered, pushed or gathered."""
    scene = await Scene().begin(5)
    parts, socket = await constructed(scene, order)
    job_id = scene.backend.submit_task()
    await scene.run(1)
    socket.push(
        frame("task.status", taskId=job_id, status="processing", progress=10),
        frame("wallet.points", taskId=job_id, status="deducted", balance=900),
        frame("ability-log.created", logId=7, abilityId="x", status="success"),
    )
    await scene.run(3)
    socket.push_together(
        *(frame("task.status", taskId=job_id, status="processing", progress=step) for step in range(20, 70)),
        frame("wallet.points", taskId=job_id, status="released", balance=950),
        frame("task.status", taskId=job_id, status="completed", progress=100),
    )
    await scene.run(3)
    assert [
        (3.3, {job_id: "queued"}, [job_id], []),
        (4.0, {job_id: "running"}, [job_id], [7]),
        (7.0, {job_id: "succeeded"}, [job_id], []),
    ] == flushes(parts)
    assert [950, 900, 950] == parts.balances
    parts.close()
    await scene.leave()


# Bursts


class NoServer:
    """A server that is not there."""

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        return None

    def connect(self, socket: MemorySocket) -> None:
        pass


class Moves:
    """Points that belong to whoever asks; keeps what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, bool]] = []

    def jobs_changed(self, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> list[WalletMove]:
        return []

    def moved(self, moves: Sequence[WalletMove], *, more: bool) -> list[WalletMove]:
        self.calls.append((len(moves), more))
        return list(moves)


class Arrivals:
    """A delivery alone in a world, in which taking in a slice of tasks takes a while."""

    def __init__(self, slice_takes_s: float = 0.0) -> None:
        self.world = MemoryWorld(NoServer())
        self.bus = Bus(self.world.report)
        self.moves = Moves()
        self.publisher = Publisher(self.world.ports, self.bus)
        self.trust = PushTrust(self.world.ports, self.bus)
        self.delivery = Delivery(
            self.world.ports, self.bus, Activity(), self.publisher, self.moves, self.trust, every_s=0.5
        )
        self.coalescer = Coalescer()
        self.began = self.world.clock.now
        self.flushes: list[tuple[float, dict[str, int | None]]] = []
        self._slice_takes_s = slice_takes_s
        self._subscriptions = (self.bus.subscribe(TasksChanged, self._take), self.bus.subscribe(Flush, self._note))

    def _take(self, event: TasksChanged) -> None:
        self.world.clock.now += self._slice_takes_s

    def _note(self, flush: Flush) -> None:
        progress = {job_id: change.record.progress for job_id, change in flush.tasks.items()}
        self.flushes.append((round(self.world.clock.now - self.began, 3), progress))

    def know(self, count: int) -> list[str]:
        """Return the ids of that many tasks that are known and were never flushed."""
        job_ids = [str(number) for number in range(count)]
        update = (Task(id=job_id, undated=Word(Status.QUEUED, "pending")) for job_id in job_ids)
        self.delivery.tasks.collection.apply_listed(update, Source.POLL, self.world.clock.now)
        return job_ids

    def push(self, *job_ids: str, progress: int) -> None:
        """Let frames of tasks arrive singly, in one message."""
        self.delivery.receive(read_frames([running(job_id, progress) for job_id in job_ids]))

    def answer(self, *tasks: Task) -> None:
        """Let a list be answered."""
        self.delivery.tasks.apply_listed(tasks, Source.POLL, self.world.clock.now)

    def gather(self, *job_ids: str, progress: int) -> None:
        """Let frames of tasks arrive that are gathered."""
        texts = [running(job_id, progress) for job_id in job_ids]
        self.coalescer.gather(",".join(texts).encode(), len(texts))
        self.delivery.gathered(self.coalescer)

    def at(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back at a time, in seconds since the beginning."""
        self.world.timers.call_at(self.began + seconds, callback)

    def close(self) -> None:
        """Close everything, and see that nothing is left."""
        for part in (self.delivery, self.trust, self.publisher, *self._subscriptions):
            part.close()
        assert (0, 0, []) == (self.world.timers.pending, len(self.bus), self.world.errors)


def running(job_id: str, progress: int) -> str:
    """Return the text of a frame of a running task."""
    return frame("task.status", taskId=job_id, status="processing", progress=progress)


async def test_a_burst_is_read_in_slices_and_flushed_once() -> None:
    """R20: nothing of it is flushed before all of it is applied, however long that takes."""
    arrivals = Arrivals(slice_takes_s=0.02)
    job_ids = arrivals.know(120)
    arrivals.gather(*job_ids, progress=7)
    await arrivals.world.advance(2)
    assert [(0.06, dict.fromkeys(job_ids, 7))] == arrivals.flushes
    assert [(0, True), (0, True), (0, False)] == arrivals.moves.calls
    arrivals.close()


async def test_an_answer_that_comes_while_a_burst_is_read_is_flushed_with_it() -> None:
    """R20: an answer between two slices does not flush half of the burst, and makes nobody believe that it is whole."""
    arrivals = Arrivals(slice_takes_s=0.02)
    job_ids = arrivals.know(120)
    answer = Task(id="polled", undated=Word(Status.RUNNING, "processing", 3))
    arrivals.at(0.01, lambda: arrivals.answer(answer))
    arrivals.gather(*job_ids, progress=7)
    await arrivals.world.advance(2)
    assert [dict.fromkeys(job_ids, 7) | {"polled": 3}] == [progress for _, progress in arrivals.flushes]
    assert [True, True, True, False] == [more for _, more in arrivals.moves.calls]
    arrivals.close()


async def test_a_frame_that_comes_while_a_burst_is_read_is_flushed_with_it() -> None:
    """R20: nor does a frame that arrives alone."""
    arrivals = Arrivals(slice_takes_s=0.02)
    job_ids = arrivals.know(120)
    arrivals.at(0.01, lambda: arrivals.push("0", progress=9))
    arrivals.gather(*job_ids, progress=7)
    await arrivals.world.advance(2)
    assert [dict.fromkeys(job_ids, 7) | {"0": 9}] == [progress for _, progress in arrivals.flushes]
    arrivals.close()


async def test_a_frame_alone_is_flushed_at_once_and_several_in_a_task_of_their_own() -> None:
    """R20: the first update is flushed at once; what came together makes no task of the page long."""
    arrivals = Arrivals()
    first, second = arrivals.know(2)
    arrivals.push(first, progress=1)
    assert [{first: 1}] == [progress for _, progress in arrivals.flushes]
    await arrivals.world.advance(1)
    arrivals.push(first, second, progress=2)
    assert 1 == len(arrivals.flushes)
    await arrivals.world.advance(0)
    assert (1.0, {first: 2, second: 2}) == arrivals.flushes[-1]
    arrivals.close()


async def test_an_update_says_what_changed_since_the_last_flush() -> None:
    """R20, R28: of several changes of one job, the flush knows the first one's before and the last one's record."""
    arrivals = Arrivals()
    flushes_: list[Flush] = []
    subscription = arrivals.bus.subscribe(Flush, flushes_.append)
    (job_id,) = arrivals.know(1)
    for progress in (1, 2, 3):
        arrivals.push(job_id, progress=progress)
    await arrivals.world.advance(1)
    changes = [flush.tasks[job_id] for flush in flushes_]
    assert [(None, 1), (1, 3)] == [(each.before and each.before.progress, each.record.progress) for each in changes]
    subscription.close()
    arrivals.close()


async def test_a_subscriber_that_raises_keeps_no_flush_from_its_time() -> None:
    """R21: it is reported, and what arrived is flushed."""
    arrivals = Arrivals()
    (job_id,) = arrivals.know(1)

    def fail(_: TasksChanged) -> None:
        raise ZeroDivisionError

    subscription = arrivals.bus.subscribe(TasksChanged, fail)
    arrivals.push(job_id, progress=1)
    assert [{job_id: 1}] == [progress for _, progress in arrivals.flushes]
    assert [ZeroDivisionError] == [type(error) for error in arrivals.world.errors]
    arrivals.world.errors.clear()
    subscription.close()
    arrivals.close()


async def test_reading_what_was_gathered_makes_no_period_longer() -> None:
    """R20: frames that take a while to read are read earlier; the page is flushed every 500 ms all the same."""
    arrivals = Arrivals(slice_takes_s=0.08)
    (job_id,) = arrivals.know(1)
    for number in range(60):
        arrivals.at(number * 0.05, partial(arrivals.gather, job_id, progress=number))
    await arrivals.world.advance(4)
    moments = [at for at, _ in arrivals.flushes]
    assert [0.5] * 5 == [round(after - before, 2) for before, after in pairwise(moments)][1:6]
    arrivals.close()


async def test_nothing_that_waited_is_read_or_flushed_after_clearing() -> None:
    """R5, R33: one user's updates are not another's; the next arrival is flushed as ever."""
    arrivals = Arrivals(slice_takes_s=0.02)
    job_ids = arrivals.know(120)
    arrivals.at(0.01, arrivals.delivery.clear)
    arrivals.gather(*job_ids, progress=7)
    await arrivals.world.advance(2)
    assert [] == arrivals.flushes
    arrivals.push("0", progress=8)
    assert [{"0": 8}] == [progress for _, progress in arrivals.flushes]
    arrivals.close()


async def test_a_flush_of_something_else_takes_gathered_frames_along() -> None:
    """R20: whatever makes a flush due, gathered frames wait no longer than one period."""
    arrivals = Arrivals()
    first, second = arrivals.know(2)
    arrivals.push(first, progress=1)
    await arrivals.world.advance(0.1)
    arrivals.gather(first, progress=2)
    arrivals.push(second, progress=1)
    await arrivals.world.advance(0.45)
    assert [(0.0, {first: 1}), (0.5, {second: 1, first: 2})] == arrivals.flushes
    arrivals.close()


async def test_an_end_that_comes_alone_at_the_end_of_a_batch_is_in_its_flush() -> None:
    """R20: the last slice of a long reading is flushed with the others."""
    arrivals = Arrivals()
    job_ids = arrivals.know(41)
    arrivals.gather(*job_ids, progress=7)
    await arrivals.world.advance(0.1)
    assert [41] == [len(progress) for _, progress in arrivals.flushes]
    arrivals.close()
