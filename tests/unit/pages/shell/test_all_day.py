"""What makes a page that is left open all day worth looking at again, put together."""

from __future__ import annotations

from collections.abc import Callable

from app.contexts.notifications import NotificationContext
from app.core.notify import NotifySettings, Scope
from app.pages.shell.all_day import AllDay
from app.ports import Closable, Response
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Tab:
    """A tab nobody looks at."""

    def state(self, text: str, icon: str | None) -> None:
        del text, icon


class Bar:
    """An address bar nobody uses."""

    base = "https://podi.example/"
    route = ""

    def go(self, route: str) -> None:
        raise AssertionError(route)

    replace = go

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        raise AssertionError(callback)


def opened(scene: Scene) -> tuple[MemorySurface, AllDay]:
    """Return it with the surface of its strips."""
    surface = MemorySurface()
    return surface, AllDay(scene.monitor, plain_texts("en"), surface, Tab(), Bar())


async def seconds(scene: Scene, all_day: AllDay, count: int) -> None:
    """Let so many seconds pass in which the page is in sight."""
    for _ in range(count):
        await scene.run(1)
        all_day.tick()


async def test_points_that_stay_frozen_raise_a_banner() -> None:
    """R46: after ten minutes with nothing running; it is gone with its reason, and stays away once dismissed."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    surface, all_day = opened(scene)
    strip = surface.region("stuck")
    await seconds(scene, all_day, 605)
    assert "" == strip.markup
    scene.backend.move_task(job, "failed", 100)
    scene.backend.frozen = 30
    await seconds(scene, all_day, 605)
    assert "30 points have been frozen" in strip.markup
    all_day.set_language(plain_texts("zh"))
    assert "30 积分" in strip.markup
    surface.act("dismiss-frozen")
    await seconds(scene, all_day, 5)
    assert "" == strip.markup
    scene.backend.frozen = 0
    await seconds(scene, all_day, 65)
    scene.backend.frozen = 7
    await seconds(scene, all_day, 700)
    assert "7 points have been frozen" not in strip.markup
    assert "7 积分" in strip.markup
    all_day.close()
    await scene.leave()


async def test_points_that_are_not_known_any_more_raise_none() -> None:
    """R46, R13: what was frozen when the wallet last answered may long be free."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    surface, all_day = opened(scene)
    scene.backend.fail("/api/wallet/v1/statistics", Response(503, {}, ""))
    scene.backend.move_task(job, "failed", 100)
    await seconds(scene, all_day, 900)
    assert "" == surface.region("stuck").markup
    all_day.close()
    scene.backend.mend()
    await scene.leave()


async def test_what_names_jobs_goes_with_the_session() -> None:
    """R44, R33: marks are the user's, and the next user of the browser is another one."""
    scene = await Scene().begin()
    _, all_day = opened(scene)
    context = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    context.keep(NotifySettings(Scope.ALL, marked=("a",)))
    all_day.close()
    kept = context.settings
    _, all_day = opened(scene)
    scene.monitor.session.sign_out()
    all_day.close()
    assert (("a",), NotifySettings(Scope.ALL)) == (kept.marked, context.settings)
    await scene.world.settle()
    await scene.close()
