"""The monitor as a whole: what it says of itself, starting, and closing at any moment."""

import asyncio
import json
import time

import pytest

from app.core.records import Source
from app.core.status import Status
from app.wire.tasks import read_task_list
from testkit.scene import Scene


async def test_the_diagnostics_are_plain_and_hold_no_token() -> None:
    """R1, R32: counts and states that survive JSON, with the names others rely on."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    for frame in ("{", '{"type": "x"}', None):
        scene.backend.sockets[0].push(frame)
    diagnostics = scene.monitor.diagnostics()
    text = json.dumps(diagnostics)
    assert {
        "version",
        "transport",
        "frames",
        "unknown",
        "malformed",
        "stale",
        "duplicates",
        "reconnects",
        "requests",
        "activeIds",
        "pauseReasons",
        "trusted",
        "timers",
        "sockets",
    } <= diagnostics.keys()
    assert ("push", ["ability-tasks", "points"], 5, 1, 2, [job], [], 1) == tuple(
        diagnostics[name]
        for name in ("transport", "trusted", "frames", "unknown", "malformed", "activeIds", "pauseReasons", "sockets")
    )
    assert [] == [secret for secret in (*scene.backend.valid, *scene.backend.refresh_tokens) if secret in text]
    await scene.leave()


async def test_the_next_frame_counts_after_one_that_makes_no_sense() -> None:
    """R1: skipped, not stumbled over."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    scene.backend.move_ability_task(job, "running")
    good = scene.backend.history[-1].replace('"running"', '"failed"')
    for bad in (None, "", "null", "[" * 10_000, '{"type": "task.status", "payload": 5}', "\ud800", "x" * 5_000_000):
        scene.backend.sockets[0].push(bad)
    scene.backend.sockets[0].push(good)
    await scene.run(0.1)
    assert (Status.FAILED, 7) == (scene.status(job), scene.monitor.activity.malformed)
    await scene.leave()


async def test_the_age_of_the_data_is_the_time_since_anything_came() -> None:
    """R32: a frame or an answer, whichever was later."""
    scene = Scene()
    ages = [scene.monitor.age_s]
    await scene.begin(5)
    await scene.run(10)
    scene.backend.send("pong", {})
    await scene.run(7)
    ages.append(scene.monitor.age_s)
    assert [None, 7.0] == ages
    await scene.leave()


@pytest.mark.parametrize("moment_s", [0.0, 0.1, 0.3, 1.0, 2.0, 5.0, 26.0, 61.0])
@pytest.mark.parametrize("latency_s", [0.0, 0.5, 20.0])
async def test_closing_at_any_moment_leaves_nothing(moment_s: float, latency_s: float) -> None:
    """R5: whatever was under way; the session stays for the next visit."""
    scene = Scene()
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    scene.world.http.latency_s = latency_s
    scene.backend.submit_ability_task("x")
    scene.monitor.queues.watch()
    scene.monitor.logs.watch("x")
    await scene.run(moment_s)
    await scene.close()
    requests = scene.requests
    await scene.run(100)
    assert (requests, "u1") == (scene.requests, scene.monitor.session.user_id)


async def test_the_call_log_is_made_for_whoever_asks_first() -> None:
    """R28: until then nothing listens for it; it is the same for all, and ends with the user."""
    scene = await Scene().begin()
    listeners = len(scene.monitor.bus)
    scene.monitor.refresh()
    assert listeners == len(scene.monitor.bus)
    log = scene.monitor.logs
    log.watch("x")
    assert log is scene.monitor.logs
    assert listeners < len(scene.monitor.bus)
    scene.monitor.session.sign_out()
    assert listeners == len(scene.monitor.bus)
    await scene.leave()


async def test_closing_twice_is_as_good_as_once() -> None:
    """R5: closing is idempotent."""
    scene = await Scene().begin()
    await scene.close()
    await scene.close()


async def test_many_sign_ins_leave_nothing_behind() -> None:
    """R5, R33, fault 29: sign-in and sign-out, again and again."""
    scene = Scene()
    scene.monitor.start()
    counts = set()
    for _ in range(300):
        await scene.monitor.session.sign_in("demo", "demo")
        await scene.world.settle()
        scene.monitor.session.sign_out()
        await scene.world.settle()
        counts.add(
            (
                len(scene.monitor.bus),
                scene.world.timers.pending,
                scene.world.sockets.alive,
                scene.world.page.listeners,
                len(asyncio.all_tasks()),
            )
        )
    assert 1 == len(counts)
    await scene.close()


async def test_ten_thousand_subscriptions_leave_nothing_behind() -> None:
    """R21, fault 29: counts return to where they were."""
    scene = Scene()
    before = len(scene.monitor.bus)
    for _ in range(10_000):
        scene.monitor.bus.subscribe(int, lambda number: None).close()
    assert before == len(scene.monitor.bus)
    await scene.close()


async def cost_of_a_thousand_frames(rows: int) -> float:
    """Return the seconds that a thousand frames take when so many tasks are active."""
    scene = await Scene().begin(5)
    items = [
        {"taskId": f"t{n}", "status": "pending", "progress": 0, "createdAt": f"2026-01-15T11:32:00.{n:06d}"}
        for n in range(rows)
    ]
    tasks, _ = read_task_list(json.dumps({"items": items}))
    scene.monitor.summary.intake.apply_listed(tasks, Source.POLL, scene.clock.now)
    await scene.run(2)
    frames = [
        json.dumps(
            {"type": "task.status", "payload": {"taskId": f"t{n % rows}", "status": "running", "progress": n % 90}}
        )
        for n in range(1000)
    ]
    began = time.perf_counter()
    for frame in frames:
        scene.backend.sockets[0].push(frame)
    spent_s = time.perf_counter() - began
    scene.monitor.session.sign_out()
    await scene.close()
    return spent_s


async def test_work_per_frame_does_not_grow_with_the_number_of_rows() -> None:
    """R20, fault 28: with 5,000 active tasks a frame costs what it costs with a hundred, give or take."""
    few, many = await cost_of_a_thousand_frames(100), await cost_of_a_thousand_frames(5000)
    assert many < 10 * few + 0.1
