"""The page of one task, whichever list it is in, or in none."""

from __future__ import annotations

from app.pages.jobs.job import JobPage
from app.pages.route import JobRoute
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def opened(scene: Scene, job_id: str) -> MemorySurface:
    """Return the surface of a page that was opened for an id."""
    surface = MemorySurface()
    JobPage(quiet_context(scene.monitor, surface), JobRoute(job_id))
    await scene.world.advance(0.5)
    return surface


def reads(scene: Scene, job_id: str) -> list[str]:
    """Return the reads of one id."""
    return [path for _, _, path in scene.world.http.requests if path.endswith(f"/{job_id}")]


async def polling() -> Scene:
    """Return a scene that lives on polling, with something active to poll for."""
    scene = Scene(disable_ws=True)
    scene.backend.submit_task()
    return await scene.begin()


async def test_an_unknown_id_is_read_once() -> None:
    """R31: neither kind knows the id; the page says so, and does not read it with every poll."""
    scene = await polling()
    surface = await opened(scene, "nope")
    await scene.world.advance(30)
    assert ("missing", 2) == (surface.values["page@data-state"], len(reads(scene, "nope")))


async def test_an_id_that_could_not_be_read_is_retried_with_backoff() -> None:
    """R13: a failing server is read at growing intervals until it answers."""
    scene = await polling()
    job = scene.backend.submit_ability_task("x")["id"]
    broken = scene.backend.ability_tasks.pop(job)
    scene.backend.next_answers = [Response(503, {}, "")]
    surface = await opened(scene, job)
    assert "error" == surface.values["page@data-state"]
    scene.backend.ability_tasks[job] = broken
    await scene.world.advance(3)
    assert "ready" == surface.values["page@data-state"]


async def test_refresh_reads_a_missing_id_again() -> None:
    """R32: the user may know better."""
    scene = await polling()
    surface = await opened(scene, "late")
    scene.backend.ability_tasks["late"] = {**scene.backend.submit_ability_task("x"), "id": "late"}
    surface.act("refresh")
    await scene.world.advance(1)
    assert "ready" == surface.values["page@data-state"]
