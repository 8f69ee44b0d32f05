"""The line of a job's bill, as that job's page shows it."""

from __future__ import annotations

from app.pages.points.bill import JobBillLine
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_it_follows_the_job_and_the_ledger() -> None:
    """R46: frozen, nothing, and then what is proven."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task(30)
    await scene.run(3)
    surface = MemorySurface()
    line = JobBillLine(quiet_context(scene.monitor, surface), surface, lambda: scene.monitor.summary.tasks.get(job))
    await scene.run(2)
    said = [surface.values["bill-text"]]
    scene.world.http.latency_s = 2.0
    scene.backend.move_task(job, "failed", 100)
    await scene.run(1)
    said.append(surface.values["bill-text"])
    await scene.run(20)
    said.append(surface.values["bill-text"])
    assert ["30 points frozen", "", "Not charged: 30 came back"] == said
    line.close()
    scene.world.http.latency_s = 0.0
    await scene.leave()
