"""Following which update brought each fact."""

from __future__ import annotations

from app.core.records import Source
from app.hooks.fact_sources import FactSources
from testkit.scene import Scene


def follow(scene: Scene) -> FactSources:
    """Follow the jobs of a scene."""
    monitor = scene.monitor
    return FactSources(monitor.ports.clock, monitor.bus, monitor.summary.tasks, monitor.ability_tasks.tasks)


async def test_what_push_says_and_what_a_list_says_are_apart() -> None:
    """R38: of a job that was known before, and of one that was not."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    sources = follow(scene)
    before = sources.origins(job)
    assert before is not None
    assert Source.POLL == before.of("points").source
    await scene.run(3)
    scene.backend.move_task(job, "processing", 40)
    await scene.run(2)
    origins = sources.origins(job)
    assert origins is not None
    assert (Source.PUSH, Source.POLL) == (origins.of("progress").source, origins.of("points").source)
    assert origins.of("progress").at > origins.of("points").at
    sources.close()
    await scene.leave()


async def test_nothing_is_followed_once_it_is_closed_nor_known_of_other_jobs() -> None:
    """R38: whoever asks then knows what last touched the job, and no more."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    sources = follow(scene)
    sources.close()
    scene.backend.move_task(job, "processing", 40)
    await scene.run(2)
    known = sources.origins(job)
    assert known is not None
    assert (None, Source.POLL) == (sources.origins("other"), known.of("progress").source)
    await scene.leave()
