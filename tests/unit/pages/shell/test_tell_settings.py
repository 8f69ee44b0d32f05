"""The settings of what is told, and a job's bell."""

from __future__ import annotations

from app.contexts.tell import TellContext
from app.core.notify import Scope, TellSettings
from app.pages.route import TellRoute
from app.pages.shell.bell import JobBell
from app.pages.shell.tell_settings import TellSettingsPage
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


def settings(scene: Scene) -> TellSettings:
    """Return what is kept."""
    return TellContext(scene.world.ports, scene.monitor.bus, "u1").settings


async def test_what_is_chosen_is_kept_and_permission_is_asked_in_the_click() -> None:
    """R44: once, and not before somebody chooses to be told."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = TellSettingsPage(quiet_context(scene.monitor, surface), TellRoute())
    assert ("", None) == (surface.values["scope-marked@checked"], surface.values["permission-default@hidden"])
    surface.act("tell", {"sound": "true"})
    assert (0, TellSettings(sound=True)) == (scene.world.notifications.asked, settings(scene))
    surface.act("tell", {"scope": "none"})
    assert (0, Scope.NONE) == (scene.world.notifications.asked, settings(scene).scope)
    for scope in ("failures", "all"):
        surface.act("tell", {"scope": scope})
    assert (1, TellSettings(Scope.ALL, sound=True)) == (scene.world.notifications.asked, settings(scene))
    assert (None, "") == (surface.values["permission-granted@hidden"], surface.values["allow@hidden"])
    page.close()
    await scene.leave()


async def test_another_page_that_changes_them_changes_the_form() -> None:
    """R44: a control that was touched follows too."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = TellSettingsPage(quiet_context(scene.monitor, surface), TellRoute())
    surface.act("tell", {"scope": "all"})
    TellContext(scene.world.ports, scene.monitor.bus, "u1").keep(TellSettings(Scope.FAILURES))
    assert ("", None) == (surface.values["scope-failures@checked"], surface.values["scope-all@checked"])
    page.close()
    await scene.leave()


async def test_a_bell_marks_what_is_still_to_end() -> None:
    """R44: pressed while it is marked; asks for permission; whoever wanted nothing wants what is marked from now on."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    TellContext(scene.world.ports, scene.monitor.bus, "u1").keep(TellSettings(Scope.NONE))
    surface = MemorySurface()
    bell = JobBell(quiet_context(scene.monitor, surface), surface, lambda: scene.monitor.summary.tasks.get(job))
    assert (None, "false") == (surface.values["bell@hidden"], surface.values["bell@aria-pressed"])
    surface.act("mark")
    assert ("true", TellSettings(Scope.MARKED, marked=(job,))) == (surface.values["bell@aria-pressed"], settings(scene))
    surface.act("mark")
    assert ("false", (), 1) == (
        surface.values["bell@aria-pressed"],
        settings(scene).marked,
        scene.world.notifications.asked,
    )
    scene.backend.move_task(job, "completed", 100)
    await scene.run(2)
    assert "" == surface.values["bell@hidden"]
    bell.close()
    await scene.leave()
