"""What reaches views and scripts: every accepted update, at a pace, and no end lost."""

import asyncio
import time
from itertools import pairwise

import pytest

from app.core.events import Flush, LogNotice
from app.core.status import Status
from testkit.scene import Scene


async def test_scripts_get_the_payloads_own_fields() -> None:
    """R19: four events, plain details."""
    scene = await Scene().begin(5)
    job, task = scene.backend.submit_ability_task("x")["id"], scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(task, "processing", 40)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    events = scene.world.events
    assert {"taskId": task, "status": "running", "progress": 40} == {
        name: value
        for name, value in events.named("podi:task-status")[-1].items()
        if name in {"taskId", "status", "progress"}
    }
    last = events.named("podi:ability-task-status")[-1]
    assert (job, "succeeded", 1) == (last["taskId"], last["status"], last["logId"])
    nothing: dict[str, list[str]] = {"videos": [], "audios": [], "files": [], "texts": []}
    assert {"images": [f"/api/assets/{job}.png"], **nothing} == last["resultPayload"]
    assert [{"taskId": job, "status": "deducted", "balance": 940}] == events.named("podi:wallet-points")[-1:]
    assert [{"logId": 1, "abilityId": "x", "status": "succeeded", "taskId": job}] == events.named(
        "podi:ability-log-created"
    )
    await scene.settle()
    await scene.leave()


async def test_at_most_one_flush_per_half_second() -> None:
    """R20: the first update at once, then one flush per 500 ms with each id's latest state."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(2)
    moments: list[float] = []
    subscription = scene.monitor.bus.subscribe(Flush, lambda _: moments.append(scene.clock.now))
    start = scene.clock.now
    for progress in range(1, 100):
        scene.backend.move_task(job, "processing", progress)
        await scene.run(0.02)
    subscription.close()
    assert start == moments[0]
    assert {0.5} == {round(after - before, 3) for before, after in pairwise(moments)}
    assert len(moments) <= 5
    await scene.settle()
    assert 99 == scene.world.events.named("podi:task-status")[-1]["progress"]
    await scene.leave()


async def test_an_end_is_not_lost_to_coalescing() -> None:
    """R20, R28: the flush that shows the result too still says that the job ended in it."""
    scene = await Scene().begin(5)
    job, other = (scene.backend.submit_ability_task("x")["id"] for _ in range(2))
    await scene.run(2)
    flushes = scene.events(Flush)
    scene.backend.move_ability_task(other, "running")
    scene.backend.move_ability_task(job, "running")
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(2)
    changes = [flush.ability_tasks[job] for flush in flushes if job in flush.ability_tasks]
    (end,) = [change for change in changes if change.ended]
    assert (Status.SUCCEEDED, True) == (end.record.status, end.record.result is not None)
    await scene.settle()
    await scene.leave()


async def test_ten_thousand_frames_in_a_second() -> None:
    """R1, R20, fault 27: every frame counts, the page is flushed a handful of times, and the end state is right."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_task() for _ in range(40)]
    await scene.run(3)
    flushes = scene.events(Flush)
    frames = scene.monitor.activity.frames
    requests = scene.requests
    began = time.perf_counter()
    for step in range(1, 251):
        for job in jobs:
            scene.backend.move_task(job, "processing" if step < 250 else "completed", min(step // 3, 99))
        await scene.run(0.004)
    spent_s = time.perf_counter() - began
    assert 10_000 <= scene.monitor.activity.frames - frames <= 10_100
    assert len(flushes) <= 4
    await scene.run(1)
    assert {Status.SUCCEEDED} == {scene.status(job) for job in jobs}
    assert scene.requests - requests <= 6
    assert spent_s < 20
    await scene.settle()
    await scene.leave()


async def test_a_burst_in_one_batch_is_as_good_as_one_by_one() -> None:
    """R15, R20, fault 27: what the browser hands over together comes to the same end."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(100)]
    await scene.run(3)
    scene.backend.muted = True
    start = len(scene.backend.history)
    for status in ("running", "succeeded"):
        for job in jobs:
            scene.backend.move_ability_task(job, status)
    scene.backend.muted = False
    since = scene.clock.now
    scene.backend.sockets[0].push(*scene.backend.history[start:])
    await scene.run(3)
    assert {Status.SUCCEEDED} == {scene.status(job) for job in jobs}
    assert set(jobs) == {task.id for task in scene.succeeded}
    assert all(task.result is not None for task in scene.succeeded)
    assert len(scene.times("/api/ability-tasks", since)) <= 3
    await scene.settle()
    await scene.leave()


async def test_what_disappears_is_reported_without_anything_else_having_to_change() -> None:
    """R11, R20, fault 35: a row whose job is gone goes with the next flush."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    scene.backend.move_ability_task(job, "failed")
    await scene.run(2)
    del scene.backend.ability_tasks[job]
    scene.backend.history.clear()
    flushes = scene.events(Flush)
    scene.monitor.refresh()
    await scene.run(1)
    assert [frozenset({job})] == [flush.removed for flush in flushes if flush.removed]
    await scene.leave()


async def test_nothing_that_waited_is_reported_after_sign_out() -> None:
    """R5, R33: one user's updates are not another's."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(job, "processing", 10)
    scene.backend.move_task(job, "processing", 20)
    scene.monitor.session.sign_out()
    reported = len(scene.world.events.events)
    await scene.run(5)
    assert reported == len(scene.world.events.events)
    await scene.close()


async def test_a_listener_that_raises_harms_nobody() -> None:
    """R21: it is reported, and the others still run."""
    scene = await Scene().begin(5)

    def fail(_: Flush) -> None:
        raise ZeroDivisionError

    subscription = scene.monitor.bus.subscribe(Flush, fail)
    flushes = scene.events(Flush)
    job = scene.backend.submit_task()
    await scene.run(2)
    subscription.close()
    assert (True, Status.QUEUED) == (bool(flushes), scene.status(job))
    assert {ZeroDivisionError} == {type(error) for error in scene.world.errors}
    scene.world.errors.clear()
    await scene.settle()
    await scene.leave()


async def test_a_notice_of_a_log_is_reported_once_per_flush() -> None:
    """R19, R20: the same log id twice is one event."""
    scene = await Scene().begin(5)
    flushes = scene.events(Flush)
    for _ in range(3):
        for _ in range(2):
            scene.backend.send("ability-log.created", {"logId": 7, "abilityId": "x", "status": "success"})
    await scene.run(2)
    notices = [notice for flush in flushes for notice in flush.logs]
    assert {LogNotice(7, "x", Status.SUCCEEDED, None)} == set(notices)
    assert len(notices) <= 2
    await scene.leave()


@pytest.mark.parametrize("cycles", [300])
async def test_connecting_and_disconnecting_leaves_nothing_behind(cycles: int) -> None:
    """R5, fault 29: after many sign-ins and reconnects the counts are where they were."""
    scene = await Scene().begin(5)
    bus, page = len(scene.monitor.bus), scene.world.page.listeners
    for number in range(cycles):
        scene.drop(1012)
        await scene.run(1)
        if number % 10 == 0:
            scene.monitor.session.sign_out()
            await scene.monitor.session.sign_in("demo", "demo")
    await scene.run(10)
    assert (bus, page, 1) == (len(scene.monitor.bus), scene.world.page.listeners, scene.world.sockets.alive)
    assert len(asyncio.all_tasks()) <= 2
    await scene.settle()
    await scene.leave()
