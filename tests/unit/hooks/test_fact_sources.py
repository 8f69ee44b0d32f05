"""Following which update brought each fact."""

from __future__ import annotations

from app.core.provenance import Origins
from app.core.records import Source
from app.hooks.fact_sources import FactSources, OriginsAsked
from testkit.scene import Scene


def follow(scene: Scene) -> FactSources:
    """Follow the jobs of a scene."""
    monitor = scene.monitor
    return FactSources(monitor.ports.clock, monitor.bus, monitor.summary.tasks, monitor.ability_tasks.tasks)


def asked(scene: Scene, job_id: str) -> list[Origins]:
    """Ask on the bus; return what was answered."""
    found: list[Origins] = []
    scene.monitor.bus.publish(OriginsAsked(job_id, found.append))
    return found


async def test_what_push_says_and_what_a_list_says_are_apart() -> None:
    """R38: of a job that was known before, and of one that was not."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    sources = follow(scene)
    assert [Source.POLL] == [origins.of("points").source for origins in asked(scene, job)]
    await scene.run(3)
    scene.backend.move_task(job, "processing", 40)
    await scene.run(2)
    (origins,) = asked(scene, job)
    assert (Source.PUSH, Source.POLL) == (origins.of("progress").source, origins.of("points").source)
    assert origins.of("progress").at > origins.of("points").at
    sources.close()
    await scene.leave()


async def test_nobody_is_answered_once_it_is_closed_or_about_a_job_that_is_not_known() -> None:
    """R38: whoever asks then knows what last touched the job, and no more."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    sources = follow(scene)
    assert [] == asked(scene, "other")
    sources.close()
    assert [] == asked(scene, job)
    await scene.leave()
