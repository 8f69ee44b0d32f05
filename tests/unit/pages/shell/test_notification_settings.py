"""The settings of notifications."""

from __future__ import annotations

from app.contexts.notifications import NotificationContext
from app.core.limits import Limits
from app.core.notify import NotifySettings, Scope
from app.pages.route import NotificationsRoute
from app.pages.shell.notification_settings import NotificationSettingsPage
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


def settings(scene: Scene) -> NotifySettings:
    """Return what is kept."""
    return NotificationContext(scene.world.ports, scene.monitor.bus, "u1").settings


async def test_what_is_chosen_is_kept_and_permission_is_asked_in_the_click() -> None:
    """R44: once, and not before somebody chooses to be notified."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = NotificationSettingsPage(quiet_context(scene.monitor, surface), NotificationsRoute())
    assert ("", None) == (surface.values["scope-marked@checked"], surface.values["permission-default@hidden"])
    surface.act("notify", {"sound": "true"})
    assert (0, NotifySettings(sound=True)) == (scene.world.notifications.asked, settings(scene))
    surface.act("notify", {"scope": "none"})
    assert (0, Scope.NONE) == (scene.world.notifications.asked, settings(scene).scope)
    for scope in ("failures", "all"):
        surface.act("notify", {"scope": scope})
    assert (1, NotifySettings(Scope.ALL, sound=True)) == (scene.world.notifications.asked, settings(scene))
    assert (None, "") == (surface.values["permission-granted@hidden"], surface.values["allow@hidden"])
    page.close()
    await scene.leave()


async def test_another_page_that_changes_them_changes_the_form() -> None:
    """R44: a control that was touched follows too."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = NotificationSettingsPage(quiet_context(scene.monitor, surface), NotificationsRoute())
    surface.act("notify", {"scope": "all"})
    NotificationContext(scene.world.ports, scene.monitor.bus, "u1").keep(NotifySettings(Scope.FAILURES))
    assert ("", None) == (surface.values["scope-failures@checked"], surface.values["scope-all@checked"])
    page.close()
    await scene.leave()


async def test_an_admin_sets_limits() -> None:
    """R44: each on its own, with permission asked for in that click; a number out of range becomes the nearest."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = NotificationSettingsPage(quiet_context(scene.monitor, surface), NotificationsRoute())
    surface.act("notify", {"scope": "none"})
    assert (None, "20") == (surface.values["limit-failures_on@checked"], surface.values["limit-failures@value"])
    surface.act("notify", {"queue_on": "true"})
    assert (1, Limits(queue_on=True)) == (scene.world.notifications.asked, settings(scene).limits)
    assert None is surface.values["permission-granted@hidden"]
    for name, typed, kept in (("failures", "35", 35), ("last", "3", 5), ("queue", "-4", 1), ("last", "", 5)):
        surface.act("notify", {name: typed})
        assert kept == getattr(settings(scene).limits, name)
        assert str(kept) == surface.values[f"limit-{name}@value"]
    assert "limit-last" == surface.focused
    surface.act("notify", {"queue_on": "false"})
    assert Limits(failures=35, last=5, queue=1) == settings(scene).limits
    page.close()
    await scene.leave()


async def test_nobody_else_is_offered_limits() -> None:
    """R44: they are about all users."""
    scene = await Scene(role="user").begin()
    surface = MemorySurface()
    page = NotificationSettingsPage(quiet_context(scene.monitor, surface), NotificationsRoute())
    assert ("notification-limits" in surface.markup, "limit-queue@value" in surface.values) == (False, False)
    surface.act("notify", {"queue_on": "true"})
    assert Limits() == settings(scene).limits
    page.close()
    await scene.leave()
