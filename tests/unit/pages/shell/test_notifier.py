"""Notifications of ends: which, once, and what the tab says."""

from __future__ import annotations

from collections.abc import Callable

from app.contexts.notifications import NotificationContext
from app.core.notify import NotifySettings, Scope
from app.pages.shell.notifier import Notifier
from app.ports import Closable
from testkit.plain_formats import plain_texts
from testkit.scene import Scene

T = plain_texts("en")
LISTS = ("/api/tasks/v1?", "/api/ability-tasks?")


class Tab:
    """A tab that remembers what it showed."""

    def __init__(self) -> None:
        self.text = ""
        self.icon: str | None = None

    def state(self, text: str, icon: str | None) -> None:
        self.text, self.icon = text, icon


class Bar:
    """An address bar."""

    base = "https://podi.example/"
    route = ""

    def go(self, route: str) -> None:
        self.route = route

    replace = go

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        raise AssertionError(callback)


class Notified:
    """A page that notifies."""

    def __init__(self, scene: Scene, settings: NotifySettings | None = None) -> None:
        self.scene = scene
        self.tab, self.bar = Tab(), Bar()
        self.notifications = scene.world.notifications
        self.notifications.permission = "granted"
        self.context = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
        if settings is not None:
            self.context.keep(settings)
        self.notifier = Notifier(scene.monitor, T, self.context, self.tab, self.bar)

    @property
    def tags(self) -> list[str]:
        """The tags of all notifications so far."""
        return [tag for tag, *_ in self.notifications.log]


async def test_each_end_is_reported_once_with_its_job_and_without_its_prompt() -> None:
    """R44: the tag is the job's id, a click leads to it, and what was asked for is nobody's business."""
    scene = Scene()
    good, bad = scene.backend.submit_ability_task("x")["id"], scene.backend.submit_task(30)
    await scene.begin(5)
    tab_page = Notified(scene, NotifySettings(Scope.ALL))
    scene.backend.move_ability_task(good, "succeeded")
    scene.backend.move_task(bad, "failed", 100)
    await scene.run(10)
    scene.drop(1012)
    await scene.run(70)
    assert sorted([good, bad]) == sorted(tab_page.tags)
    bodies = {tag: (title, body, silent) for tag, title, body, silent in tab_page.notifications.log}
    assert bodies[good][0] == "百度 · 老照片上色"
    assert bodies[good][1].startswith("Succeeded · ")
    assert bodies[bad][2]
    tab_page.notifications.shown[bad]()
    assert f"/tasks/{bad}" == tab_page.bar.route
    tab_page.notifier.close()
    await scene.leave()


async def test_two_pages_notify_once_together() -> None:
    """R44: both see the end by push and by poll."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    other = Scene(beside=scene)
    other.monitor.start()
    await scene.run(5)
    pages = [Notified(scene, NotifySettings(Scope.ALL)), Notified(other)]
    scene.backend.move_task(job, "completed", 100)
    await scene.run(10)
    assert [job] == [tag for page in pages for tag in page.tags]
    for page in pages:
        page.notifier.close()
    other.monitor.close()
    scene.monitor.close()
    await scene.run(1)
    assert [] == scene.world.errors


async def test_what_is_not_wanted_shows_no_notification() -> None:
    """R44: by itself only what is marked is."""
    scene = Scene()
    marked, other = scene.backend.submit_task(30), scene.backend.submit_task(30)
    await scene.begin(5)
    tab_page = Notified(scene)
    tab_page.context.mark(marked, marked=True)
    scene.backend.move_task(other, "failed", 100)
    scene.backend.move_task(marked, "completed", 100)
    await scene.run(5)
    assert ([marked], ()) == (tab_page.tags, tab_page.context.settings.marked)
    tab_page.notifier.close()
    await scene.leave()


async def test_a_mark_of_an_earlier_visit_is_reported_on_opening() -> None:
    """R44: the job ended in between."""
    scene = Scene()
    job = scene.backend.submit_task(30)
    scene.backend.move_task(job, "failed", 100)
    await scene.begin(5)
    tab_page = Notified(scene, NotifySettings(marked=(job,)))
    await scene.run(1)
    assert ([job], ()) == (tab_page.tags, tab_page.context.settings.marked)
    tab_page.notifier.close()
    await scene.leave()


async def test_many_at_once_become_one() -> None:
    """R44: more than three in five seconds; what was reported one by one is taken away."""
    scene = Scene()
    jobs = [scene.backend.submit_task(30) for _ in range(6)]
    await scene.begin(5)
    tab_page = Notified(scene, NotifySettings(Scope.ALL, sound=True))
    for job in jobs:
        scene.backend.move_task(job, "failed", 100)
    await scene.run(3)
    (only,) = tab_page.notifications.shown
    assert [("6 jobs ended", "6 of them failed", False)] == [entry[1:] for entry in tab_page.notifications.log[-1:]]
    tab_page.notifications.shown[only]()
    assert "/tasks" == tab_page.bar.route
    tab_page.notifier.close()
    await scene.leave()


async def test_the_tab_says_what_runs_and_what_ended_since_the_last_look() -> None:
    """R44: in words and by the shape of its icon; seeing the page ends it."""
    scene = Scene()
    jobs = [scene.backend.submit_task(30) for _ in range(3)]
    await scene.begin(5)
    tab_page = Notified(scene)
    assert "(3 running)" == tab_page.tab.text
    running = tab_page.tab.icon
    for job in jobs[:2]:
        tab_page.context.mark(job, marked=True)
    scene.world.page.hide()
    scene.backend.move_task(jobs[0], "completed", 100)
    await scene.run(61)
    ended = tab_page.tab.icon
    assert "(1 ended · 2 running)" == tab_page.tab.text
    scene.backend.move_task(jobs[1], "failed", 100)
    await scene.run(61)
    assert "(1 failed · 1 ended · 1 running)" == tab_page.tab.text
    assert 3 == len({running, ended, tab_page.tab.icon})
    scene.world.page.hide(False)
    assert "(1 running)" == tab_page.tab.text
    tab_page.notifier.close()
    assert ("", None) == (tab_page.tab.text, tab_page.tab.icon)
    await scene.leave()


async def test_a_hidden_page_reads_the_list_of_what_is_marked_and_nothing_else() -> None:
    """R17, R44: one list a minute until it has ended; then, and without a mark, silence."""
    scene = Scene()
    marked, other = scene.backend.submit_task(30), scene.backend.submit_task(30)
    scene.backend.submit_ability_task("x")
    await scene.begin(5)
    tab_page = Notified(scene)
    scene.world.page.hide()
    asked = scene.requests
    await scene.run(600)
    silent = scene.requests - asked
    scene.world.page.hide(False)
    await scene.run(5)
    tab_page.context.mark(marked, marked=True)
    scene.world.page.hide()
    since = scene.clock.now
    await scene.run(185)
    read = scene.paths(since + 1)
    scene.backend.move_task(marked, "completed", 100)
    scene.backend.move_task(other, "completed", 100)
    await scene.run(600)
    after = scene.paths(since + 186)
    assert (0, ["GET /api/tasks/v1"] * 3, ["GET /api/tasks/v1"]) == (silent, read, after)
    assert [marked] == tab_page.tags
    tab_page.notifier.close()
    scene.world.page.hide(False)
    await scene.run(5)
    await scene.leave()
