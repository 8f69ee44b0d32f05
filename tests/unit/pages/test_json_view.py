"""JSON trees at work behind disclosures."""

from __future__ import annotations

import json

import pytest

from app.core.json_tree import MOST_CHILDREN
from app.pages.json_view import STEPS_AT_ONCE, JsonViews
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

VALUE = {"images": [{"url": "/koi.png"}, {"url": "/carp.png"}], "text": "A Koi\npond"}


class Opened:
    """The trees of a page that shows one value, the part ``raw``."""

    def __init__(self, value: object = VALUE) -> None:
        self.value = value
        self.scene = Scene()
        self.surface = MemorySurface()
        self.moved: list[tuple[str, str]] = []
        self.views = JsonViews(
            quiet_context(self.scene.monitor, self.surface),
            lambda part: self.value,
            lambda part: "Raw",
            lambda part, node: self.moved.append((part, node)),
        )

    def act(self, name: str, key: str = "", text: str = "") -> bool:
        """Let the reader do something with the tree."""
        return self.views.act(Action(f"json-{name}", {"part": "raw", "key": key}, {"raw-search": text}))

    @property
    def names(self) -> list[str]:
        """The rows."""
        return self.surface.lists["raw-rows"].order

    async def leave(self) -> None:
        """Close the trees and the scene."""
        self.views.close()
        await self.scene.close()


async def test_nothing_is_done_before_it_is_opened() -> None:
    """R39: most values are never looked at."""
    page = Opened()
    page.views.refresh()
    assert ({}, False, False) == (page.surface.lists, page.act("toggle"), page.act("fold"))
    assert page.act("open")
    assert "/images/0/url" in page.names
    row = page.surface.lists["raw-rows"].shown["/images/0/url"]
    assert ("url", '"/koi.png"', "4") == (row["name"], row["text"], row["@aria-level"])
    await page.leave()


async def test_a_node_that_is_chosen_is_shown_folded_and_named() -> None:
    """R39: its path and value stand beside the rows, and the address names it."""
    page = Opened()
    page.act("open")
    page.act("toggle", "/images/0")
    assert "/images/0/url" not in page.names
    assert ("images[0]", [("raw", "/images/0")]) == (page.surface.values["raw-path"], page.moved)
    assert {"url": "/koi.png"} == json.loads(str(page.surface.values["raw-value"]))
    page.act("toggle", "/text")
    assert "A Koi\npond" == page.surface.values["raw-value"]
    page.act("fold")
    assert ([""], "") == (page.names[:1], page.surface.values["raw-node@hidden"])
    await page.leave()


async def test_value_path_and_whole_are_copied() -> None:
    """R39, report 24: a text as it is, everything else as JSON, all of it; a clipboard that refuses is said to."""
    page = Opened()
    clipboard = page.scene.world.clipboard
    page.act("open")
    page.act("toggle", "/text")
    page.act("copy-value")
    assert ("A Koi\npond", "Copied") == (clipboard.text, page.surface.values["raw-copy-value"])
    page.act("toggle", "/images/1/url")
    page.act("copy-path")
    assert ("images[1].url", "Copied") == (clipboard.text, page.surface.values["raw-copy-path"])
    page.act("copy-all")
    assert VALUE == json.loads(clipboard.text)
    clipboard.refuses = True
    page.act("copy-all")
    assert "Could not copy" == page.surface.values["raw-copy-all"]
    await page.leave()


async def test_a_copy_of_what_is_shown_cut_is_whole() -> None:
    """R39, report 24: of a long text, of a long list and of the whole; what is shown says that it is cut."""
    whole = {"text": "x" * 50_000, "items": list(range(5_000))}
    page = Opened(whole)
    clipboard = page.scene.world.clipboard
    page.act("open")
    for node, expected in (("/text", whole["text"]), ("/items", whole["items"])):
        page.act("toggle", node)
        assert (None, 4000) == (page.surface.values["raw-cut@hidden"], len(str(page.surface.values["raw-value"])))
        page.act("copy-value")
        assert expected == (clipboard.text if node == "/text" else json.loads(clipboard.text))
    page.act("copy-all")
    assert whole == json.loads(clipboard.text)
    await page.leave()


async def test_a_search_goes_to_the_first_match_and_on() -> None:
    """R39: the match is unfolded and chosen; after the last comes the first."""
    page = Opened()
    page.act("open")
    page.act("fold")
    page.act("search", text="koi")
    assert ("images[0].url", "1 of 2") == (page.surface.values["raw-path"], page.surface.values["raw-found"])
    assert "/images/0/url" in page.names
    page.act("next")
    assert ("text", "2 of 2") == (page.surface.values["raw-path"], page.surface.values["raw-found"])
    page.act("next")
    page.act("previous")
    assert "2 of 2" == page.surface.values["raw-found"]
    page.act("search", text="newt")
    page.act("next")
    assert "Nothing found" == page.surface.values["raw-found"]
    page.act("search", text="")
    assert "" == page.surface.values["raw-found"]
    await page.leave()


async def test_a_search_through_a_large_value_lets_the_page_work() -> None:
    """R39: it goes on in slices of time; a match far down is found all the same."""
    page = Opened({"items": ["x"] * (5 * STEPS_AT_ONCE), "last": "koi"})
    page.act("open")
    page.act("search", text="koi")
    await page.scene.run(1)
    assert ("last", "1 of 1") == (page.surface.values["raw-path"], page.surface.values["raw-found"])
    await page.leave()


@pytest.mark.parametrize(("node", "path"), [("/images/1/url", "images[1].url"), ("/gone", None), (None, None)])
async def test_an_address_opens_a_node(node: str | None, path: str | None) -> None:
    """R39: one that is not there opens the value all the same."""
    page = Opened()
    page.views.open("raw", node)
    assert ("", path) == (page.surface.values["raw-disclosure@open"], page.surface.values.get("raw-path"))
    await page.leave()


async def test_another_value_is_shown_from_its_top() -> None:
    """R39: the job has ended meanwhile; an equal value keeps what is unfolded."""
    page = Opened()
    page.act("open")
    page.act("toggle", "/images")
    page.value = {**VALUE}
    page.views.refresh()
    assert "/images/0" not in page.names
    page.value = list(range(1000))
    page.views.refresh()
    assert (1 + 1000 // MOST_CHILDREN, "") == (len(page.names), page.surface.values["raw-node@hidden"])
    await page.leave()


async def test_what_cannot_be_written_is_not_said_to_be_copied() -> None:
    """R39: a value nested without end."""
    deep: list[object] = []
    for _ in range(200_000):
        deep = [deep]
    page = Opened(deep)
    page.act("open")
    page.act("copy-all")
    assert ("", "Could not copy") == (page.scene.world.clipboard.text, page.surface.values["raw-copy-all"])
    await page.leave()


async def test_a_large_value_that_is_read_again_stays_as_it_is() -> None:
    """R39: it is not compared; what is unfolded and chosen stays, and what is gone is left."""
    page = Opened({"items": list(range(5000)), "last": {"a": 1}})
    page.act("open")
    page.act("toggle", "/items~s0-99")
    page.act("toggle", "/last/a")
    page.value = {"items": list(range(5000)), "last": {"a": 2}}
    page.views.refresh()
    assert ("/items/99" in page.names, "2") == (True, page.surface.values["raw-value"])
    page.value = {"items": list(range(5000))}
    page.views.refresh()
    assert ("/items/99" in page.names, "") == (True, page.surface.values["raw-node@hidden"])
    await page.leave()
