"""A job's bell."""

from __future__ import annotations

from app.contexts.notifications import NotificationContext
from app.core.notify import NotifySettings, Scope
from app.pages.shell.bell import JobBell
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


def settings(scene: Scene) -> NotifySettings:
    """Return what is kept."""
    return NotificationContext(scene.world.ports, scene.monitor.bus, "u1").settings


async def test_a_bell_marks_what_is_still_to_end() -> None:
    """R44: pressed while it is marked; asks for permission; whoever wanted nothing wants what is marked from now on."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    NotificationContext(scene.world.ports, scene.monitor.bus, "u1").keep(NotifySettings(Scope.NONE))
    surface = MemorySurface()
    bell = JobBell(quiet_context(scene.monitor, surface), surface, lambda: scene.monitor.summary.tasks.get(job))
    assert (None, "false") == (surface.values["bell@hidden"], surface.values["bell@aria-pressed"])
    surface.act("mark")
    assert ("true", NotifySettings(Scope.MARKED, marked=(job,))) == (
        surface.values["bell@aria-pressed"],
        settings(scene),
    )
    surface.act("mark")
    assert ("false", (), 1) == (
        surface.values["bell@aria-pressed"],
        settings(scene).marked,
        scene.world.notifications.asked,
    )
    scene.backend.move_task(job, "completed", 100)
    await scene.run(2)
    surface.act("mark")
    assert ("", (), 1) == (surface.values["bell@hidden"], settings(scene).marked, scene.world.notifications.asked)
    bell.close()
    await scene.leave()


async def test_another_page_that_marks_the_job_presses_the_bell() -> None:
    """R44: all pages of a browser share what is marked."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    surface = MemorySurface()
    bell = JobBell(quiet_context(scene.monitor, surface), surface, lambda: scene.monitor.summary.tasks.get(job))
    NotificationContext(scene.world.ports, scene.monitor.bus, "u1").mark(job, marked=True)
    assert "true" == surface.values["bell@aria-pressed"]
    bell.close()
    surface.act("mark")
    assert (job,) == settings(scene).marked
    await scene.leave()


async def test_a_job_that_is_not_known_cannot_be_marked() -> None:
    """R44: there is no bell, and a press that comes all the same marks nothing."""
    scene = await Scene().begin()
    surface = MemorySurface()
    bell = JobBell(quiet_context(scene.monitor, surface), surface, lambda: None)
    assert "" == surface.values["bell@hidden"]
    surface.act("mark")
    assert ((), 0) == (settings(scene).marked, scene.world.notifications.asked)
    bell.close()
    await scene.leave()
