"""A job's page where the server does not know the job and the browser does."""

from __future__ import annotations

import pytest

from app.core.records import AbilityTask, Word
from app.core.status import Status
from app.late_ports import KeptRow
from app.pages.jobs.job import JobPage
from app.pages.route import JobRoute
from app.ports import Response
from app.wire.remembered import write_row
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

OLD = AbilityTask(
    id="old",
    dated=Word(Status.FAILED, "failed", None, 1_700_000_000.0),
    created_at=1_700_000_000.0,
    duration_ms=65_000,
    points=40,
    ability_name="Koi <b>",
    error="<i>broken</i>",
)


async def opened(scene: Scene, job_id: str = "old") -> tuple[JobPage, MemorySurface]:
    """Return the page of a job and its surface."""
    surface = MemorySurface()
    page = JobPage(quiet_context(scene.monitor, surface), JobRoute(job_id))
    await scene.run(1)
    return page, surface


async def remembering() -> Scene:
    """Return a scene whose browser remembers the job."""
    scene = await Scene().begin()
    memory = scene.world.ports.late.adapters.remembered_jobs(scene.clock, scene.world.timers)
    row = KeptRow("old", OLD.created_at or 0.0, write_row(OLD, scene.clock.wall() - 86400 * 3))
    await memory.put(scene.monitor.session.user_id or "", "ability-task", [row], [], most=9)
    return scene


async def test_it_says_that_the_server_does_not_know_the_job_any_more() -> None:
    """R48: the server is asked first; what is remembered is said to be that, and when it was seen."""
    scene = await remembering()
    page, surface = await opened(scene)
    assert "missing" == surface.values["page@data-state"]
    markup = surface.regions["remembered"].markup
    assert "The server no longer knows this job." in markup
    assert "last seen 3 days ago" in markup
    assert all(part in markup for part in ("Koi &lt;b&gt;", "&lt;i&gt;broken&lt;/i&gt;", "1:05", "40", "Failed"))
    assert "<b>" not in markup
    page.close()
    await scene.leave()


async def test_a_server_that_cannot_be_asked_has_not_forgotten_it() -> None:
    """R48: an outage is no answer; once the server shows the job, nothing remembered is beside it."""
    scene = await remembering()
    scene.backend.next_answers = [Response(503, {}, "")]
    surface = MemorySurface()
    page = JobPage(quiet_context(scene.monitor, surface), JobRoute("old"))
    await scene.run(0.3)
    assert "The server cannot be asked" in surface.regions["remembered"].markup
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.ability_tasks["old"] = {**scene.backend.ability_tasks[job], "id": "old"}
    await scene.run(5)
    assert ("ready", "") == (surface.values["page@data-state"], surface.regions["remembered"].markup)
    page.close()
    await scene.leave()


@pytest.mark.parametrize("refuses", [None, "SecurityError"])
async def test_what_nobody_remembers_is_missing_alone(refuses: str | None) -> None:
    """R31, R48: an id of no job, and a browser that remembers nothing."""
    scene = await remembering()
    memory = scene.world.ports.late.adapters.remembered_jobs(scene.clock, scene.world.timers)
    memory.refuses = refuses  # type: ignore[attr-defined]
    page, surface = await opened(scene, "nope")
    assert "missing" == surface.values["page@data-state"]
    assert "remembered" not in surface.regions
    page.close()
    await scene.leave()
