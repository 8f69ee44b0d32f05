"""The application: which page is shown to whom, and what goes on around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.bulk import RunAgainAsked
from app.pages.shell.application import Application, Mounts
from app.ports import Closable
from app.views.texts import Texts
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Bar:
    """An address bar that the user and the page change."""

    base = "https://podi.example/"

    def __init__(self, route: str) -> None:
        self.route = route
        self.listeners: list[Callable[[str], None]] = []

    def go(self, route: str) -> None:
        self.route = route
        for listener in tuple(self.listeners):
            listener(route)

    def replace(self, route: str) -> None:
        self.route = route

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        self.listeners.append(callback)
        return _Ends(lambda: self.listeners.remove(callback))


class _Ends:
    def __init__(self, close: Callable[[], None]) -> None:
        self.close = close


class Root:
    """``<html>`` in memory."""

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.text = ""

    def write(self, name: str, value: str) -> None:
        self.attributes[name] = value

    def title(self, text: str) -> None:
        self.text = text

    def icon(self, address: str | None) -> None:
        del address


class Choices:
    """What the reader has chosen."""

    theme = "auto"
    language = ""

    def choose_theme(self, theme: str) -> None:
        self.theme = theme

    def choose_language(self, language: str) -> None:
        self.language = language


class Open:
    """The application in a document in memory."""

    def __init__(self, scene: Scene, route: str = "") -> None:
        self.scene = scene
        self.bar = Bar(route)
        self.root = Root()
        self.choices = Choices()
        self.header, self.strips, self.main, self.notices = (MemorySurface() for _ in range(4))
        self.mounts = Mounts(
            header=self.header, strips=self.strips, main=self.main, notices=self.notices, root=self.root
        )
        self.application = Application(
            scene.monitor, self.mounts, self.bar, self.choices, plain_texts("en"), self._texts
        )
        self.application.draw()

    async def _texts(self, language: str) -> Texts:
        return plain_texts(language)

    @property
    def focused(self) -> str | None:
        """What of the page has the keyboard; empty for the whole of it."""
        return self.main.focused

    @property
    def state(self) -> tuple[str, str]:
        """What embedders read."""
        return self.root.attributes["data-podi-state"], self.root.attributes["data-podi-transport"]

    async def leave(self) -> None:
        """Sign out and close; nothing listens any more."""
        self.scene.monitor.session.sign_out()
        self.application.close()
        await self.scene.world.settle()
        assert [] == self.bar.listeners
        await self.scene.close()


async def opened(route: str = "", *, role: str = "admin") -> Open:
    """Return the application, signed in."""
    return Open(await Scene(role=role).begin(), route)


async def test_nobody_gets_further_than_the_form() -> None:
    """R33: whatever the address says; after signing in it is the address that is shown."""
    scene = Scene()
    scene.backend.submit_task()
    scene.monitor.start()
    page = Open(scene, "/points")
    assert ("sign-in" in page.main.markup, page.state) == (True, ("signed-out", "off"))
    page.main.act("sign-in", {"username": "demo", "password": "demo"})
    await scene.run(2)
    assert ("ready", False) == (page.state[0], "sign-in" in page.main.markup)
    assert "/points" == page.bar.route
    scene.monitor.session.sign_out()
    assert ("sign-in" in page.main.markup, page.state[0]) == (True, "signed-out")
    await page.leave()


@pytest.mark.parametrize(
    ("role", "route", "shown"),
    [
        ("user", "", "/tasks"),
        ("user", "/nowhere", "/tasks"),
        ("user", "/admin/overview", "/tasks"),
        ("admin", "/admin/overview", "/admin/overview"),
        ("user", "/abilities", "/abilities"),
    ],
)
async def test_who_may_see_what(role: str, route: str, shown: str) -> None:
    """R33, R52: an address that names nothing, or something for others, becomes that of the lists."""
    page = await opened(route, role=role)
    assert shown == (page.bar.route or "/tasks")
    assert ("tasks" in page.main.lists) is (shown == "/tasks")
    await page.leave()


async def test_another_address_shows_another_page_and_gives_it_the_keyboard() -> None:
    """R35: one page at a time; another query of the lists is the same page."""
    page = await opened("/tasks")
    page.bar.go("/tasks?q=koi")
    focused = [page.focused]
    assert 'value="koi"' in page.main.regions["filter-search"].markup
    page.bar.go("/points")
    assert [None, ""] == [*focused, page.focused]
    assert "page" == page.header.values["points@aria-current"]
    page.bar.go("/tasks")
    assert "page" == page.header.values["navigation-tasks@aria-current"]
    await page.leave()


async def test_the_second_moves_the_page_while_it_is_in_sight() -> None:
    """R17: a hidden page does not tick, and the attributes follow the transport."""
    page = await opened("/tasks")
    job = page.scene.backend.submit_task()
    page.scene.backend.move_task(job, "processing", 5)
    await page.scene.run(3)
    shown = dict(page.main.lists["tasks"].shown[job])
    await page.scene.run(5)
    assert shown["elapsed"] != page.main.lists["tasks"].shown[job]["elapsed"]
    page.scene.world.page.hide()
    assert "paused" == page.state[1]
    hidden = dict(page.main.lists["tasks"].shown[job])
    await page.scene.run(30)
    assert hidden == page.main.lists["tasks"].shown[job]
    page.scene.world.page.hide(False)
    await page.scene.run(5)
    assert hidden["elapsed"] != page.main.lists["tasks"].shown[job]["elapsed"]
    await page.leave()


async def test_another_language_is_spoken_everywhere() -> None:
    """R54: header, page and tab, without signing in again."""
    page = await opened("/tasks")
    before = page.main.markup
    page.header.act("language", language="zh")
    await page.scene.run(1)
    assert "zh" == page.choices.language
    assert before != page.main.markup
    assert plain_texts("zh").say("page.title") == page.root.text
    await page.leave()


async def test_a_demoted_admin_leaves_the_admins_page() -> None:
    """R33: with the role the page goes."""
    page = await opened("/admin/overview")
    page.scene.backend.role = "user"
    page.scene.backend.valid = set()
    page.header.act("refresh")
    await page.scene.run(5)
    assert ("user", "/tasks") == (page.scene.monitor.session.role, page.bar.route)
    await page.leave()


async def test_the_late_part_is_fetched_when_the_lists_are_up() -> None:
    """R53, R44: nobody waits for it then; where it cannot be had, its first use asks again."""
    scene = Scene()
    late = scene.world.late
    late.withhold(fails=True)
    page = Open(await scene.begin(), "/tasks")
    await scene.run(30)
    assert (1, None) == (late.asked, late.adapters.keys.pressed)
    late.fails = False
    page.bar.go("/points")
    await scene.run(2)
    assert (2, True) == (late.asked, late.adapters.keys.pressed is not None)
    await page.leave()


async def test_closing_empties_the_document() -> None:
    """R5: nothing listens, rings or is shown afterwards."""
    page = await opened("/tasks")
    await page.scene.run(5)
    await page.leave()
    for surface in (page.header, page.main):
        assert () == surface.callbacks


async def test_what_a_late_page_needs_has_begun_when_it_is_shown() -> None:
    """R41, R50: what is to be run again is asked about at once, though the next tick is a second away."""
    scene = Scene(role="admin")
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.move_ability_task(job, "failed")
    await scene.begin(0)
    scene.world.late.withhold()
    page = Open(scene, "/admin/problems")
    await scene.world.settle()
    scene.monitor.bus.publish(RunAgainAsked((job,)))
    assert "bulk-cancel" in page.strips.regions["bulk"].markup
    await page.leave()
