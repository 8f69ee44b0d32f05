"""The settings of what is told, and a job's bell."""

from __future__ import annotations

from app.contexts.tell import TellContext
from app.core.notify import Scope, TellSettings
from app.pages.route import TellRoute
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
