"""Where the facts of a job came from, on that job's page."""

from __future__ import annotations

from functools import partial

from app.core.records import Record
from app.hooks.fact_sources import FactSources
from app.pages.jobs.sources import JobSources
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_a_push_and_a_read_are_apart_and_ages_go_on() -> None:
    """R38: the lines follow what arrives and the time; so do the titles on the page."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    monitor = scene.monitor
    following = monitor.fact_sources = FactSources(
        monitor.ports.clock, monitor.bus, monitor.summary.tasks, monitor.ability_tasks.tasks
    )
    page, surface = MemorySurface(), MemorySurface()
    card = JobSources(quiet_context(monitor, page), surface, lambda: monitor.summary.tasks.get(job))
    assert str(surface.values["source-0"]).startswith("All of this: read")
    scene.backend.move_task(job, "processing", 40)
    await scene.run(2)
    assert "Status, Progress: pushed just now" == surface.values["source-0"]
    await scene.run(60)
    card.tick(scene.clock.wall())
    lines = [line for name, line in surface.values.items() if "@" not in name]
    assert "Status, Progress: pushed 1 minute ago" in lines
    assert "1 minute ago" in str(page.values["points-fact@title"])
    card.close()
    following.close()
    await scene.leave()


async def test_without_anybody_who_follows_the_last_touch_is_said() -> None:
    """R38: and of a job that is not known, nothing."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    tasks = scene.monitor.summary.tasks
    for record, line in ((tasks.get(job), True), (None, False)):
        surface = MemorySurface()
        card = JobSources(quiet_context(scene.monitor, MemorySurface()), surface, partial(_as_it_is, record))
        assert line == ("source-0" in surface.values)
        card.close()
    await scene.leave()


def _as_it_is(record: Record | None) -> Record | None:
    return record
