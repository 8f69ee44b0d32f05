"""The application: which page is shown to whom, and what goes on around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.contexts.display_preferences import KEY
from app.core.bulk import RunAgainAsked
from app.core.display_preferences import DisplayPreferences
from app.pages.shell.application import Application, Mounts
from app.ports import Closable
from app.views.texts import Texts
from app.wire.display_preferences import write_preferences
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

    def change_zone(self, zone: str) -> None:
        """Let another tab of this user choose a time zone."""
        user = self.scene.monitor.session.user_id or ""
        text = write_preferences(DisplayPreferences(zone=zone))
        self.scene.world.store.beside().set(KEY + user, text)

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


PROMPT = {"id": "x", "name": "Koi", "inputSchema": {"fields": [{"name": "prompt", "label": "Prompt"}]}}


async def test_what_is_filled_in_is_kept_through_another_language_and_another_tabs_choices() -> None:
    """R29, R54: the page is in the former language until it is left; one that holds nothing is drawn anew."""
    page = await opened("/tasks", role="user")
    page.scene.backend.abilities[:] = [PROMPT]
    page.bar.go("/abilities/x")
    await page.scene.run(2)
    form = page.main.markup
    assert "Prompt" in form
    page.main.act("edit", {"prompt": "koi"})
    page.header.act("language", language="zh")
    page.change_zone("Asia/Tokyo")
    await page.scene.run(1)
    assert (form, "zh") == (page.main.markup, page.choices.language)
    page.main.act("edit", {"prompt": ""})
    page.change_zone("")
    await page.scene.run(2)
    assert form != page.main.markup
    await page.leave()


async def test_all_that_is_shown_all_day_is_in_the_chosen_time_zone() -> None:
    """R54: the language, too, is changed within it."""
    page = await opened("/tasks")
    await page.scene.run(5)
    zones: list[str] = []
    all_day = page.application._all_day
    assert all_day is not None
    all_day.set_language = lambda texts: zones.append(texts.moment(0.0))  # type: ignore[method-assign]
    page.change_zone("Asia/Tokyo")
    page.header.act("language", language="zh")
    await page.scene.run(1)
    tokyo = plain_texts("zh")
    tokyo.read_as("Asia/Tokyo", relative=False)
    assert [tokyo.moment(0.0)] == list(dict.fromkeys(zones))
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
