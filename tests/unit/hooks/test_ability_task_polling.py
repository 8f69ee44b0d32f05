"""The callbacks when an ability task completes: once each, with all there is."""

from collections import Counter

import pytest

from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene

ABILITY = "/api/ability-tasks"


def reported(scene: Scene) -> dict[str, int]:
    """Return how often each task's completion was reported."""
    return Counter(task.id for task in (*scene.succeeded, *scene.failed))


@pytest.mark.parametrize("push", [True, False])
@pytest.mark.parametrize(("status", "good"), [("succeeded", True), ("failed", False), ("cancelled", False)])
async def test_a_completion_is_reported_once_with_all_there_is(push: bool, status: str, good: bool) -> None:
    """R23: success with its result, failure with its error, by push or by poll."""
    scene = await Scene(disable_ws=not push).begin(5)
    job = (await scene.monitor.ability_tasks.submit({"abilityId": "x"})).id
    await scene.run(2)
    scene.backend.move_ability_task(job, "running")
    await scene.run(1)
    scene.backend.move_ability_task(job, status)
    await scene.run(3)
    (task,) = scene.succeeded if good else scene.failed
    assert (job, status, good, not good) == (
        task.id,
        task.status.value,
        task.result is not None,
        task.error is not None,
    )
    await scene.settle()
    await scene.leave()


async def test_a_result_that_push_left_out_is_read_at_once() -> None:
    """R23: one read, within the same moment."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    since = scene.clock.now
    scene.backend.move_ability_task(job, "succeeded")
    await scene.world.settle()
    await scene.run(0)
    assert [f"GET {ABILITY}/{job}"] == [path for path in scene.paths(since) if ABILITY in path]
    assert [job] == [task.id for task in scene.succeeded]
    await scene.settle()
    await scene.leave()


async def test_a_result_that_push_brought_is_not_read() -> None:
    """R23: a frame with ``resultPayload`` needs no read."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    since = scene.clock.now
    scene.backend.muted = True
    scene.backend.move_ability_task(job, "succeeded")
    scene.backend.muted = False
    task = scene.backend.ability_tasks[job]
    scene.backend.send(
        "ability-task.status",
        {
            "taskId": job,
            "status": "succeeded",
            "updatedAt": task["updated_at"],
            "resultPayload": task["result_payload"],
        },
    )
    await scene.run(3)
    assert ([], [job]) == (scene.times(ABILITY, since), [each.id for each in scene.succeeded])
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("count", [2, 10, 60, 150])
async def test_many_ends_at_once_are_read_with_few_requests(count: int) -> None:
    """R10, R23: one list where it covers them."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(count)]
    await scene.run(5)
    since = scene.clock.now
    for job in jobs:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.run(5)
    assert dict.fromkeys(jobs, 1) == reported(scene)
    assert all(task.result is not None for task in scene.succeeded)
    assert len(scene.times(ABILITY, since)) <= 2 + count // 25
    await scene.settle()
    await scene.leave()


async def test_an_end_that_comes_while_another_is_read_is_read_too() -> None:
    """R23: a completion during a read is not lost."""
    scene = await Scene().begin(5)
    first, second = (scene.backend.submit_ability_task("x")["id"] for _ in range(2))
    await scene.run(2)
    scene.world.http.latency_s = 1.0
    scene.backend.move_ability_task(first, "succeeded")
    await scene.run(0.5)
    scene.backend.move_ability_task(second, "succeeded")
    await scene.run(3)
    assert {first: 1, second: 1} == reported(scene)
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_a_read_that_fails_delays_the_call_and_does_not_lose_it() -> None:
    """R13, R23: the completion is reported when the result is there."""
    scene = await Scene().begin(5)
    job, other = (scene.backend.submit_ability_task("x")["id"] for _ in range(2))
    await scene.run(2)
    scene.backend.fail(f"{ABILITY}/{job}", Response(500, {}, ""))
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(5)
    assert {} == reported(scene)
    scene.backend.move_ability_task(other, "succeeded")
    await scene.run(40)
    assert 1 == reported(scene)[other]
    scene.backend.mend()
    await scene.run(40)
    assert {job: 1, other: 1} == reported(scene)
    await scene.settle()
    await scene.leave()


async def test_history_is_not_reported() -> None:
    """R23: what had ended before the page was opened, or before the sign-in, completes nothing."""
    scene = Scene()
    for status in ("succeeded", "failed"):
        scene.backend.move_ability_task(scene.backend.submit_ability_task("x")["id"], status)
    await scene.begin(5)
    assert {} == reported(scene)
    scene.monitor.session.sign_out()
    await scene.monitor.session.sign_in("demo", "demo")
    await scene.run(5)
    assert {} == reported(scene)
    await scene.settle()
    await scene.leave()


async def test_an_end_during_an_outage_is_reported_once() -> None:
    """R12, R23: found by a poll, then replayed by push; one call."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    scene.unplug()
    scene.backend.move_ability_task(job, "failed")
    await scene.run(5)
    scene.backend.mend()
    scene.monitor.refresh()
    await scene.run(5)
    for _ in range(3):
        scene.drop(1012)
        await scene.run(5)
    assert {job: 1} == reported(scene)
    await scene.settle()
    await scene.leave()


async def test_a_task_that_was_gone_and_ends_is_reported() -> None:
    """R11, R23: unknown is no end; the real one may still come."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    task = scene.backend.ability_tasks.pop(job)
    scene.monitor.refresh()
    await scene.run(1)
    assert (Status.UNKNOWN, {}) == (scene.status(job), reported(scene))
    scene.backend.ability_tasks[job] = task
    await scene.run(5)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(2)
    assert ({job: 1}, Status.SUCCEEDED) == (reported(scene), scene.status(job))
    await scene.settle()
    await scene.leave()


async def test_a_callback_that_raises_harms_nobody() -> None:
    """R21, R23: the error is reported; the other callbacks are called."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(3)]
    await scene.run(2)
    polling = scene.monitor.ability_task_polling
    on_success = polling.on_success

    def fail(task: object) -> None:
        raise ZeroDivisionError

    polling.on_success = fail
    scene.backend.move_ability_task(jobs[0], "succeeded")
    await scene.run(1)
    polling.on_success = on_success
    for job in jobs[1:]:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    assert {jobs[1]: 1, jobs[2]: 1} == reported(scene)
    assert {ZeroDivisionError} == {type(error) for error in scene.world.errors}
    assert 1 == len(scene.world.errors)
    scene.world.errors.clear()
    await scene.leave()
