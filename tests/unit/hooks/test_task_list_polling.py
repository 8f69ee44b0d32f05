"""What is read of tasks: because one has ended, and so that none is missing."""

import json

import pytest

from app.core.status import Status
from app.ports import Response
from testkit.backend import stamp
from testkit.scene import Scene


@pytest.fixture
async def scene() -> Scene:
    """Somebody signed in a while ago."""
    return await Scene().begin(5)


async def test_a_finished_tasks_result_is_read_for_its_row() -> None:
    """R22, R27: push says that it has ended, the result's address comes with the next read."""
    scene = await Scene().begin(5)
    task = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(task, "completed", 100)
    await scene.run(1)
    record = scene.monitor.summary.tasks.get(task)
    assert record is not None
    assert f"/api/assets/{task}.png" == record.result_url
    await scene.settle()
    await scene.leave()


async def hidden_meanwhile(scene: Scene, submitted: int) -> list[str]:
    """Hide the page, submit so many tasks elsewhere, a second apart, and show it again."""
    scene.world.page.hide()
    jobs = []
    for _ in range(submitted):
        jobs.append(scene.backend.submit_task())
        await scene.run(1)
    scene.world.page.hide(False)
    await scene.run(10)
    return jobs


async def test_an_end_below_120_newer_tasks_is_found(scene: Scene) -> None:
    """R12, report 2: one task ran when the page was hidden, and ended; 120 newer ones wait."""
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.world.page.hide()
    scene.backend.move_task(job, "completed", 100)
    newer = await hidden_meanwhile(scene, 120)
    assert Status.SUCCEEDED is scene.status(job)
    assert set(newer) == set(scene.monitor.summary.tasks.active)
    await scene.leave()


async def test_what_came_while_hidden_leaves_no_hole(scene: Scene) -> None:
    """R12, report 4: 120 that began and ended meanwhile stand where they belong, above what was known."""
    for _ in range(40):
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
        await scene.run(1)
    scene.world.page.hide()
    for _ in range(120):
        scene.backend.move_task(scene.backend.submit_task(), "failed", 100)
        await scene.run(1)
    scene.world.page.hide(False)
    await scene.run(10)
    newest = sorted(scene.backend.tasks.values(), key=lambda task: task["createdAt"], reverse=True)
    assert [task["taskId"] for task in newest] == scene.monitor.summary.tasks.order
    await scene.leave()


async def test_a_task_that_was_deleted_goes_though_there_are_more_than_a_page(scene: Scene) -> None:
    """R12, report 14: its neighbours are listed, and it is not."""
    jobs = []
    for _ in range(80):
        jobs.append(scene.backend.submit_task())
        scene.backend.move_task(jobs[-1], "completed", 100)
        await scene.run(1)
    del scene.backend.tasks[jobs[-10]]
    await scene.run(70)
    assert jobs[-10] not in scene.monitor.summary.tasks
    assert {jobs[-9], jobs[-11]} <= set(scene.monitor.summary.tasks.order)
    await scene.leave()


async def test_a_task_that_the_list_shows_late_appears_within_seconds(scene: Scene) -> None:
    """R16, report 13: the frame of a task submitted elsewhere came 0.6 s before its place in the list."""
    empty = {"items": [], "total": 0, "page": 0, "size": 50}
    fault = scene.backend.fail(r"GET /api/tasks/v1\?", Response(200, {}, json.dumps(empty)))
    job = scene.backend.submit_task()
    await scene.run(0.6)
    fault.times = 0
    await scene.run(2.5)
    assert job in scene.monitor.summary.tasks
    await scene.leave()


async def test_a_task_submitted_again_under_its_id_runs_again(scene: Scene) -> None:
    """R15: the product's way to retry; the list calls it open later than its end, and it completes once more."""
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(job, "failed", 30)
    await scene.run(70)
    scene.backend.tasks[job].update(status="pending", progress=0, updatedAt=stamp(scene.clock.server()))
    await scene.run(70)
    assert Status.QUEUED is scene.status(job)
    assert [job] == scene.monitor.summary.tasks.active
    scene.backend.move_task(job, "completed", 100)
    await scene.run(70)
    assert Status.SUCCEEDED is scene.status(job)
    await scene.leave()


async def test_a_server_that_answers_html_for_minutes_does_not_keep_push_away(scene: Scene) -> None:
    """R4, report 35: any proof of health counts, whatever the failures before it looked like."""
    scene.backend.accepts_sockets = False
    fault = scene.backend.fail(
        "/api/(tasks|ability|wallet)", Response(200, {"content-type": "text/html"}, "<h1>…</h1>")
    )
    scene.drop()
    await scene.run(200)
    assert "polling" == scene.monitor.transport
    scene.backend.accepts_sockets = True
    fault.times = 0
    await scene.run(60)
    assert "push" == scene.monitor.transport
    await scene.leave()
