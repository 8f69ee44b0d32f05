"""Why one job waits, as its page says it."""

from __future__ import annotations

import json

from app.pages.jobs.waiting import JobWaiting
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def ran(scene: Scene, count: int, seconds: float) -> None:
    """Let so many ability tasks run to their end, one after the other."""
    for _ in range(count):
        job = scene.backend.submit_ability_task("x")["id"]
        scene.backend.move_ability_task(job, "running")
        await scene.run(seconds)
        scene.backend.move_ability_task(job, "succeeded")
        scene.backend.ability_tasks[job]["duration_ms"] = int(seconds * 1000)
    await scene.run(5)


def opened(scene: Scene, job: str) -> tuple[MemorySurface, JobWaiting]:
    """Return the line of a job."""
    surface = MemorySurface()
    monitor = scene.monitor
    part = JobWaiting(
        quiet_context(monitor, surface),
        surface,
        lambda: monitor.ability_tasks.tasks.get(job) or monitor.summary.tasks.get(job),
    )
    return surface, part


async def opened_for_a_lost_task() -> tuple[Scene, MemorySurface, JobWaiting]:
    """Return the line of a task that the server lost 400 s ago."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_task(30)
    await scene.begin()
    del scene.backend.tasks[job]
    await scene.run(400)
    return scene, *opened(scene, job)


async def test_it_follows_the_job_and_the_time() -> None:
    """R47: own jobs ahead, then how long it runs still, then that it takes longer than its like."""
    scene = Scene(disable_ws=True)
    await scene.begin()
    await ran(scene, 5, 20.0)
    first = scene.backend.submit_ability_task("x")["id"]
    scene.backend.move_ability_task(first, "running")
    await scene.run(2)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(70)
    surface, part = opened(scene, job)
    said = [surface.values["waiting-text"]]
    scene.backend.move_ability_task(first, "succeeded")
    scene.backend.move_ability_task(job, "running")
    await scene.run(3)
    part.tick(0.0)
    said.append(surface.values["waiting-text"])
    await scene.run(30)
    part.tick(0.0)
    said.append(surface.values["waiting-text"])
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    said.append(surface.values["waiting-text"])
    assert said[0] == "1 of your jobs is ahead · begins within 20 s"
    assert str(said[1]).startswith("ends within 1")
    assert ["longer than usual", ""] == said[2:]
    part.close()
    await scene.leave()


async def test_fewer_than_five_of_its_like_make_no_range() -> None:
    """R47: the reason alone is said."""
    scene = Scene(disable_ws=True)
    await scene.begin()
    await ran(scene, 4, 20.0)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(70)
    surface, part = opened(scene, job)
    assert "waiting; none of your jobs is ahead" == surface.values["waiting-text"]
    part.close()
    await scene.leave()


async def test_a_task_that_the_server_forgot_counts_down() -> None:
    """R47, R11: until it is shown as unknown."""
    scene, surface, part = await opened_for_a_lost_task()
    before = str(surface.values["waiting-text"])
    await scene.run(300)
    part.tick(0.0)
    assert "given up in 3 min" in before
    assert "" == surface.values["waiting-text"]
    part.close()
    await scene.leave()


async def test_the_countdown_begins_anew_after_a_pause() -> None:
    """R47, R11: what nobody asked for the server has not kept to itself, and no page gives up at the end of a count."""
    scene, surface, part = await opened_for_a_lost_task()
    scene.world.page.hide()
    await scene.run(100)
    scene.world.page.hide(hidden=False)
    said = []
    for _ in range(2):
        await scene.run(250)
        part.tick(0.0)
        said.append(str(surface.values["waiting-text"]))
    assert "given up in 5 min" in said[0]
    assert "given up in 1 min" in said[1]
    await scene.run(120)
    part.tick(0.0)
    assert "" == surface.values["waiting-text"]
    part.close()
    await scene.leave()


async def test_an_admin_sees_the_place() -> None:
    """R47: where the prompt is known."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.ability_tasks[job]["result_payload"] = {"metadata": {"promptId": "mine", "executorId": "e"}}
    raw = {"queue_running": [], "queue_pending": [[1, "other"], [2, "mine"]]}
    scene.backend.fail("/api/admin/comfyui/queue-status", Response(200, {}, json.dumps({"raw": raw})))
    await scene.begin()
    surface, part = opened(scene, job)
    await scene.run(1)
    assert "place 2 in the queue of its executor" == surface.values["waiting-text"]
    part.close()
    await scene.leave()
