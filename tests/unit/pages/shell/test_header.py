"""The header at work: what it marks, shows and does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.core.events import PointsChanged
from app.core.points import Points
from app.pages.route import (
    AbilityListRoute,
    CallsRoute,
    JobListRoute,
    JobRoute,
    NotificationsRoute,
    OfferedRoute,
    PointsRoute,
    Route,
)
from app.pages.shell.header import Header
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

ENTRIES = ("navigation-tasks", "navigation-abilities", "navigation-admin", "points", "notifications")


class Choices:
    """What a reader has chosen."""

    def __init__(self) -> None:
        self.theme = "auto"
        self.languages: list[str] = []

    def choose_theme(self, theme: str) -> None:
        self.theme = theme

    def choose_language(self, language: str) -> None:
        self.languages.append(language)


class Open:
    """A header on a page, and the reader's choices."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.choices = Choices()
        self.header = Header(scene.monitor, plain_texts("en"), self.surface, self.choices, self.choices.choose_language)

    def say(self, before: int | None, after: int, *, animate: bool = True) -> dict[str, str | None]:
        """Let the balance change; return what of it is written."""
        self.surface.values.clear()
        known = None if before is None else Points(before)
        self.scene.monitor.bus.publish(PointsChanged(Points(after), known, animate=animate))
        return self.surface.values


@pytest.fixture
async def page() -> AsyncIterator[Open]:
    """A header, signed in as an admin."""
    opened = Open(await Scene().begin())
    yield opened
    opened.header.close()
    await opened.scene.leave()


@pytest.mark.parametrize(
    ("route", "entry"),
    [
        (JobListRoute(), "navigation-tasks"),
        (JobRoute("a"), "navigation-tasks"),
        (None, "navigation-tasks"),
        (AbilityListRoute(), "navigation-abilities"),
        (OfferedRoute("x"), "navigation-abilities"),
        (CallsRoute(), "navigation-admin"),
        (PointsRoute(), "points"),
        (NotificationsRoute(), "notifications"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
async def test_the_entry_of_the_page_is_marked(page: Open, route: Route | None, entry: str) -> None:
    """R32: one entry, that to which the page belongs."""
    page.header.show_route(route)
    marked = [name for name in ENTRIES if page.surface.values.get(f"{name}@aria-current") == "page"]
    assert [entry] == marked


async def test_a_read_that_confirms_the_balance_ends_no_animation(page: Open) -> None:
    """R24: only a move begins one; two in the same direction are two."""
    first = dict(page.say(100, 150))
    assert ("up", "+50") == (first["points@data-move"], first["delta"])
    confirmed = page.say(150, 150)
    assert "150" == confirmed["balance"]
    assert not {"points@data-move", "points@data-turn", "delta"} & confirmed.keys()
    second = page.say(150, 200)
    assert second["points@data-turn"] != first["points@data-turn"]


async def test_history_moves_nothing(page: Open) -> None:
    """R24: what was replayed is shown as it is."""
    assert (None, "") == tuple(page.say(100, 150, animate=False)[name] for name in ("points@data-move", "delta"))


async def test_the_theme_goes_round_and_is_shown(page: Open) -> None:
    """R54: each press goes on from the theme that the button names as its next; a key does the same."""
    seen = []
    for _ in range(3):
        page.surface.act("theme", themeNext=page.surface.values["theme@data-theme-next"] or "")
        seen.append(page.choices.theme)
    page.header.act("theme")
    assert (3, seen[0]) == (len({*seen}), page.choices.theme)


async def test_the_language_is_the_other_one(page: Open) -> None:
    """R54: by the button, and by a key."""
    page.surface.act("language", language="zh")
    page.header.act("language")
    assert ["zh", "zh"] == page.choices.languages


async def test_the_refresh_button_reads_anew(page: Open) -> None:
    """R32, R4: both lists."""
    since = page.scene.clock.now
    page.surface.act("refresh")
    await page.scene.run(1)
    assert {"GET /api/tasks/v1", "GET /api/ability-tasks"} <= {*page.scene.paths(since)}


async def test_the_age_of_the_data_grows_with_the_ticks(page: Open) -> None:
    """R32: and falls when the data is new."""
    page.scene.backend.down = True
    page.scene.unplug()
    await page.scene.run(130)
    page.header.tick()
    assert "2 minutes ago" == page.surface.values["connection-age"]
    page.scene.backend.mend()
    await page.scene.run(60)
    page.header.tick()
    assert "minutes" not in str(page.surface.values["connection-age"])


async def test_a_new_version_is_offered_and_taken_on_request(page: Open) -> None:
    """R55: it can be put off; taking it is the page's affair."""
    update = page.surface.regions["update"]
    page.scene.world.page.offer_version()
    assert "take-version" in update.markup
    page.surface.act("dismiss-version")
    assert ("", 0) == (update.markup, page.scene.world.page.taken)
    page.surface.act("take-version")
    assert 1 == page.scene.world.page.taken


async def test_signing_out_ends_the_session(page: Open) -> None:
    """R33: and the next header has no navigation."""
    assert "sign-out" in page.surface.markup
    page.surface.act("sign-out")
    assert (None, False) == (page.scene.monitor.session.user_id, page.header.signed_in)
    other = Open(page.scene)
    assert 'data-action="sign-out"' not in other.surface.markup
    other.header.close()


async def test_why_there_is_no_push_is_said() -> None:
    """R32: a refusal for good is explained where the badge is."""
    scene = Scene()
    await scene.begin()
    opened = Open(scene)
    scene.drop(4403, "no such client")
    await scene.run(2)
    assert "no such client" in str(opened.surface.values["connection@title"])
    opened.header.close()
    await scene.leave()


@pytest.mark.parametrize(("wants_tokens", "said"), [(True, "offered as a subprotocol"), (False, "without a token")])
async def test_how_the_connection_shows_who_it_is_is_said(wants_tokens: bool, said: str) -> None:
    """R55: what the page chose is in the badge's title while the connection is up."""
    scene = Scene()
    scene.backend.authenticates_sockets = scene.backend.takes_subprotocols = wants_tokens
    await scene.begin(10)
    opened = Open(scene)
    assert said in str(opened.surface.values["connection@title"])
    scene.unplug()
    await scene.run(1)
    assert said not in str(opened.surface.values["connection@title"])
    opened.header.close()
    await scene.leave()


@pytest.mark.parametrize("ws_auth", ["subprotocol", "query", "none"])
async def test_what_the_setting_says_was_not_chosen(ws_auth: str) -> None:
    """R55: the badge's title says what being live means, and no more."""
    scene = Scene(ws_auth=ws_auth)
    scene.backend.authenticates_sockets = ws_auth != "none"
    await scene.begin()
    opened = Open(scene)
    assert plain_texts("en").say("connection.push.meaning") == opened.surface.values["connection@title"]
    opened.header.close()
    await scene.leave()
