"""Notices at work: how long each is shown, and which go first."""

from __future__ import annotations

import re

from app.pages.shell.notices import MOST, SHOWN_S, NoticeBoard
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Board:
    """The notices of a page and where they are shown."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.surface = MemorySurface()
        world = self.scene.world
        self.board = NoticeBoard(self.surface, plain_texts("en"), world.clock, world.timers)

    def ids(self, region: str) -> list[int]:
        """Return the notices of a region, the newest last."""
        return [int(found) for found in re.findall(r'data-notice="(\d+)"', self.surface.regions[region].markup)]

    async def close(self) -> None:
        """Close the board; nothing rings any more."""
        self.board.close()
        await self.scene.close()


async def test_a_notice_is_shown_for_a_while() -> None:
    """R32: what failed is announced at once, the rest when the reader is free; each goes by itself."""
    page = Board()
    page.board.success("invoke.submitted")
    await page.scene.run(SHOWN_S / 2)
    page.board.error("list.error")
    assert ([2], [1]) == (page.ids("alerts"), page.ids("messages"))
    await page.scene.run(SHOWN_S / 2 + 0.1)
    assert ([2], []) == (page.ids("alerts"), page.ids("messages"))
    await page.scene.run(SHOWN_S)
    assert ([], []) == (page.ids("alerts"), page.ids("messages"))
    await page.close()


async def test_one_that_is_shown_already_gets_its_full_time_again() -> None:
    """R32: it is not shown twice; another of the same words and another kind is another one."""
    page = Board()
    page.board.success("invoke.submitted")
    await page.scene.run(SHOWN_S - 1)
    page.board.success("invoke.submitted")
    page.board.error("invoke.submitted")
    assert ([3], [2]) == (page.ids("alerts"), page.ids("messages"))
    await page.scene.run(SHOWN_S - 1)
    assert [2] == page.ids("messages")
    await page.close()


async def test_the_oldest_goes_when_there_would_be_too_many() -> None:
    """R32: notices never cover the page."""
    page = Board()
    for key in ("invoke.submitted", "invoke.found", "again.submitted", "copy.copied"):
        page.board.success(key)
    assert list(range(2, 2 + MOST)) == page.ids("messages")
    await page.close()


async def test_a_notice_is_dismissed_alone() -> None:
    """R32: by its own button."""
    page = Board()
    page.board.success("invoke.submitted")
    page.board.success("invoke.found")
    page.surface.act("dismiss", notice="1")
    assert [2] == page.ids("messages")
    page.board.clear()
    assert ([], 0) == (page.ids("messages"), page.scene.world.timers.pending)
    await page.close()


async def test_another_language_begins_without_notices() -> None:
    """R32: none stands there in two languages."""
    page = Board()
    page.board.success("invoke.submitted")
    page.board.set_language(plain_texts("zh"))
    page.board.success("invoke.submitted")
    assert [2] == page.ids("messages")
    assert plain_texts("zh").say("invoke.submitted") in page.surface.regions["messages"].markup
    await page.close()
