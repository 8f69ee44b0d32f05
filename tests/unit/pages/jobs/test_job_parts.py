"""The parts of a job's page that are apart."""

from __future__ import annotations

import pytest

from app.pages.jobs.job_parts import PARTS, JobParts
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


@pytest.mark.parametrize("early", [True, False])
async def test_they_open_once_the_job_is_known(early: bool) -> None:
    """R44, R46, R47: whichever comes last; each is opened once and closed with the page."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    surface = MemorySurface()
    known = scene.monitor.summary.tasks.get(job) if early else None
    shown = known
    parts = JobParts(quiet_context(scene.monitor, surface), lambda: shown)
    parts.open()
    assert (set(PARTS) if early else set()) == set(surface.regions)
    shown = scene.monitor.summary.tasks.get(job)
    parts.tick(scene.clock.wall())
    await scene.run(2)
    assert set(PARTS) == set(surface.regions)
    bill = surface.regions["bill"]
    assert "30 points frozen" == bill.values["bill-text"]
    parts.tick(scene.clock.wall())
    assert "30 points frozen" == bill.values["bill-text"]
    parts.close()
    await scene.leave()
