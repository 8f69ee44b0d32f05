"""The admins' limits at work: a notification per crossing, and a strip while something is above its limit."""

from __future__ import annotations

from collections.abc import Callable

from app.contexts.notifications import NotificationContext
from app.core.limits import Limits
from app.core.notify import NotifySettings, Scope
from app.pages.shell.alarms import TAG, Alarms
from app.ports import Closable
from testkit.chance import longest
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

T = plain_texts("en")
QUEUES = "/api/admin/comfyui/queue-summary"
LIMITS = Limits(failures_on=True, queue_on=True)


class Bar:
    """An address bar."""

    base = "https://podi.example/"
    route = ""

    def go(self, route: str) -> None:
        self.route = route

    replace = go

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        raise AssertionError(callback)


class Page:
    """A page that notifies of limits, with what it shows."""

    def __init__(self, scene: Scene, limits: Limits = LIMITS) -> None:
        self.scene = scene
        self.surface, self.bar = MemorySurface(), Bar()
        self.notifications = scene.world.notifications
        self.notifications.permission = "granted"
        self.kept = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
        self.kept.keep(NotifySettings(Scope.NONE, limits=limits))
        self.alarms = Alarms(scene.monitor, T, self.kept, self.surface, self.bar)

    @property
    def reported(self) -> list[tuple[str, str]]:
        """Title and body of all notifications so far."""
        return [(title, body) for _, title, body, _ in self.notifications.log]

    def fill(self, waiting: int) -> None:
        """Let so many jobs wait at an executor, of ten."""
        server = {"executorId": "executor_c1", "pendingCount": waiting, "queueMaxSize": 10}
        self.scene.backend.optional[QUEUES] = {"servers": [server]}

    async def leave(self) -> None:
        """Notify no more."""
        self.alarms.close()
        await self.scene.leave()


async def opened(*, failed: int = 0, waiting: int = 0, limits: Limits = LIMITS, role: str = "admin") -> Page:
    """Return the page of somebody on a server where so many of twenty calls failed."""
    scene = await Scene(chance=longest, disable_ws=True, role=role).begin()
    scene.backend.logs[:] = [{"id": n, "status": "failed" if n < failed else "success"} for n in range(20)]
    page = Page(scene, limits)
    page.fill(waiting)
    await scene.run(5)
    return page


async def test_a_crossing_is_notified_with_its_figures_and_leads_to_what_is_behind_it() -> None:
    """R44: silent unless a sound was chosen; whatever is reported of jobs."""
    page = await opened(failed=7, waiting=9)
    assert [
        ("7 of the last 20 calls failed", "Your limit is 20%."),
        ("The queue of c1 is 90% full", "9 of 10 places are taken; your limit is 80%."),
    ] == sorted(page.reported)
    assert all(silent for *_, silent in page.notifications.log)
    page.notifications.shown[f"{TAG}failures"]()
    assert "/admin/problems" == page.bar.route
    page.notifications.shown[f"{TAG}queue.executor_c1"]()
    assert "/admin/overview" == page.bar.route
    await page.leave()


async def test_the_strip_stands_as_long_as_the_alarm() -> None:
    """R44: also where notifications are not allowed; it follows the figures, and leaves with the notification."""
    page = await opened(waiting=9)
    assert "The queue of c1 is 90% full" in page.surface.markup
    page.fill(10)
    await page.scene.run(40)
    assert "The queue of c1 is 100% full" in page.surface.markup
    page.alarms.set_language(plain_texts("zh"))
    assert "c1 的队列已占用 100%" in page.surface.markup
    page.fill(0)
    await page.scene.run(40)
    assert ("", {}) == (page.surface.markup, page.notifications.shown)
    assert 1 == len(page.reported)
    await page.leave()


async def test_a_strip_that_was_dismissed_stays_away_until_the_next_crossing() -> None:
    """R44: and another alarm shows without it."""
    page = await opened(waiting=9)
    page.alarms.dismiss()
    page.fill(8)
    await page.scene.run(40)
    assert "" == page.surface.markup
    page.fill(0)
    await page.scene.run(40)
    page.fill(9)
    await page.scene.run(40)
    assert "90% full" in page.surface.markup
    assert 2 == len(page.reported)
    await page.leave()


async def test_several_pages_and_visits_report_once() -> None:
    """R44: whoever claims the crossing first; a page that is opened while it lasts shows the strip alone."""
    page = await opened(waiting=9)
    other = await Scene(chance=longest, disable_ws=True, beside=page.scene).begin()
    late = Page(other)
    await other.run(10)
    assert (1, 0) == (len(page.reported), len(late.reported))
    assert "90% full" in late.surface.markup
    late.alarms.close()
    await other.leave()
    await page.leave()


async def test_nobody_else_is_notified_or_reads_anything() -> None:
    """R44: an end user whose settings say so, and an admin who is none any more."""
    page = await opened(failed=20, waiting=10, role="user")
    assert ([], "") == (page.reported, page.surface.markup)
    assert [] == [path for path in page.scene.paths() if "/admin/" in path]
    await page.leave()
    demoted = await opened(waiting=9)
    demoted.scene.monitor.session.demote()
    assert "" == demoted.surface.markup
    since = demoted.scene.clock.now
    await demoted.scene.run(120)
    assert [] == demoted.scene.times(QUEUES, since)
    await demoted.leave()


async def test_turning_a_limit_off_ends_its_alarm() -> None:
    """R44: at once."""
    page = await opened(waiting=9)
    page.kept.keep(NotifySettings(Scope.NONE))
    assert ("", {}) == (page.surface.markup, page.notifications.shown)
    await page.leave()
