"""A job that is known by its id alone: what is read of it, and where it then stands."""

from __future__ import annotations

import pytest

from app.pages.jobs import named_job
from app.pages.jobs.compare import ComparePage
from app.pages.jobs.job import JobPage
from app.pages.jobs.named_job import read_job
from app.pages.route import CompareRoute, JobRoute
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

ORDER = {"action": "upscale", "channel": "default", "workflowParams": {"prompt": "koi"}}


async def with_old_tasks() -> tuple[Scene, str, str]:
    """Return a scene in which two ended tasks are older than what was read of the list."""
    scene = Scene(disable_ws=True)
    old = [scene.backend.submit_task(20, {**ORDER, "workflowParams": {"prompt": name}}) for name in ("koi", "carp")]
    for job in old:
        scene.backend.move_task(job, "completed", 100)
    scene.clock.server_offset += 2.0
    for _ in range(60):
        scene.backend.move_task(scene.backend.submit_task(0), "failed", 100)
    await scene.begin(5)
    assert [job in scene.monitor.summary.tasks for job in old] == [False, False]
    return scene, old[0], old[1]


def list_reads(scene: Scene, since: float) -> int:
    """Return how many pages of the task list were read since then."""
    return sum("/api/tasks/v1?" in path and "status=" not in path for path in scene.world.http.paths(since))


async def test_an_old_task_is_found_in_the_list() -> None:
    """R31, R41: with what went into it and when, so that it stands where it belongs and can be run again."""
    scene, job, _ = await with_old_tasks()
    surface = MemorySurface()
    page = JobPage(quiet_context(scene.monitor, surface), JobRoute(job))
    await scene.run(5)
    known = scene.monitor.summary.tasks.get(job)
    assert known is not None
    assert ({"prompt": "koi"}, False) == (known.parameters, known.row_only)
    assert scene.monitor.summary.tasks.order[-1] == job
    assert ("Run again for 20 points", None) == (surface.values["again-text"], surface.values["again@hidden"])
    page.close()
    await scene.leave()


async def test_a_task_that_no_page_holds_is_shown_without_its_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """R22: never as the newest of the list; it is searched for once, and again when the reader asks."""
    monkeypatch.setattr(named_job, "PAGES_SEARCHED", 1)
    scene, job, _ = await with_old_tasks()
    surface = MemorySurface()
    page = JobPage(quiet_context(scene.monitor, surface), JobRoute(job))
    await scene.run(5)
    assert ("ready", "") == (surface.values["page@data-state"], surface.values["again@hidden"])
    assert scene.monitor.summary.tasks.order[-1] == job
    since = scene.clock.now
    scene.world.page.hide()
    await scene.run(5)
    scene.world.page.hide(False)
    await scene.run(1)
    # The reconcile's, and nothing of this page.
    assert 1 == list_reads(scene, since)
    surface.act("refresh")
    await scene.run(1)
    assert 3 == list_reads(scene, since)
    page.close()
    await scene.leave()


async def test_old_tasks_are_compared_by_their_inputs() -> None:
    """R42: those that the list says, however old the tasks are."""
    scene, first, second = await with_old_tasks()
    surface = MemorySurface()
    page = ComparePage(quiet_context(scene.monitor, surface), CompareRoute(first, second))
    await scene.run(5)
    assert "ready" == surface.values["page@data-state"]
    table = surface.region("differences").markup
    assert (True, True) == ("koi" in table, "carp" in table)
    page.close()
    await scene.leave()


async def test_inputs_that_are_not_known_are_not_called_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """R42: nor is the page loading for ever."""
    monkeypatch.setattr(named_job, "PAGES_SEARCHED", 1)
    scene, first, second = await with_old_tasks()
    surface = MemorySurface()
    page = ComparePage(quiet_context(scene.monitor, surface), CompareRoute(first, second))
    await scene.run(5)
    assert "ready" == surface.values["page@data-state"]
    assert "What went into at least one of them is not known." in surface.region("differences").markup
    page.close()
    await scene.leave()


async def test_an_unknown_id_is_not_looked_for_in_the_list() -> None:
    """R11: the server says ``pending`` of any id."""
    scene, _, _ = await with_old_tasks()
    since = scene.clock.now
    assert not await read_job(scene.monitor, "nobody")
    assert 0 == list_reads(scene, since)
    await scene.leave()


async def test_an_id_in_its_long_form_opens_the_job() -> None:
    """R53: as it stands in a log's record, whether the job is known or has to be read."""
    scene = await Scene(disable_ws=True).begin(5)
    job = scene.backend.submit_ability_task("x", {"inputs": {"prompt": "koi"}})["id"]
    for _ in range(2):
        surface = MemorySurface()
        page = JobPage(quiet_context(scene.monitor, surface), JobRoute(f"t1.volc.exec_1.{job}"))
        await scene.run(5)
        assert ("ready", True) == (surface.values["page@data-state"], page.follow(JobRoute(job)))
        page.close()
    surface = MemorySurface()
    compared = ComparePage(quiet_context(scene.monitor, surface), CompareRoute(f"t1.volc.exec_1.{job}", job))
    assert "ready" == surface.values["page@data-state"]
    compared.close()
    await scene.leave()
