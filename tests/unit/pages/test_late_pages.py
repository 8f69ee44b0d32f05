"""Late pages: what stands in their place, and that each route has the page that it names."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from app.pages.late_pages import LATE_PAGES, SOON, LatePage, begin_all_day, begin_keyboard
from app.pages.route import CompareRoute, JobRoute, OfferedListRoute, PointsRoute
from app.pages.shell.tab_title import TabTitle
from testkit.page_context import AddressLog, quiet_context
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface


def nothing() -> None:
    """Begin nothing else."""


@pytest.mark.parametrize("route", LATE_PAGES, ids=lambda route: route.__name__)
def test_each_late_route_names_a_page(route: type) -> None:
    """A page is made of a context and its route, and does what every page does."""
    module, name = LATE_PAGES[route]
    page = getattr(import_module(module), name)
    assert 2 == len(inspect.signature(page).parameters)
    assert all(callable(getattr(page, method)) for method in ("tick", "close"))


async def test_a_skeleton_stands_there_until_the_page_has_come() -> None:
    """R13: a failure says so, with a button that tries again; the page then takes its place."""
    scene = await Scene().begin()
    late, surface = scene.world.late, MemorySurface()
    late.withhold(fails=True)
    page = LatePage(quiet_context(scene.monitor, surface), OfferedListRoute(), nothing)
    assert "loading" == surface.values["late@data-state"]
    await scene.world.settle()
    assert "error" == surface.values["late@data-state"]
    late.fails = False
    surface.act("load-late")
    await scene.run(1)
    assert (2, True) == (late.asked, "abilities" in surface.lists)
    page.close()
    await scene.leave()


async def test_a_page_that_is_left_meanwhile_is_not_opened() -> None:
    """R13: another one stands on the surface by then."""
    scene = await Scene().begin()
    surface = MemorySurface()
    scene.world.late.withhold()
    page = LatePage(quiet_context(scene.monitor, surface), OfferedListRoute(), nothing)
    page.close()
    await scene.run(1)
    assert {} == surface.lists
    await scene.leave()


async def test_another_address_of_the_same_thing_keeps_the_page() -> None:
    """R39: a node of a job's JSON is the same page; another job, or another kind of page, is not."""
    scene = Scene()
    job = scene.backend.submit_task()
    await scene.begin()
    page = LatePage(quiet_context(scene.monitor, MemorySurface(), address=AddressLog()), JobRoute(job), nothing)
    assert page.follow(JobRoute(job, "request", "/a"))
    assert not page.follow(JobRoute("other"))
    assert not page.follow(CompareRoute(job, None))
    page.tick(scene.monitor.server_now)
    page.close()
    assert not page.follow(JobRoute(job, "request", "/b"))
    await scene.leave()


async def test_a_page_that_follows_nothing_is_made_anew() -> None:
    """The ledger has one address."""
    scene = await Scene().begin()
    page = LatePage(quiet_context(scene.monitor, MemorySurface()), PointsRoute(), nothing)
    assert not page.follow(PointsRoute())
    page.close()
    await scene.leave()


async def test_what_lasts_all_day_begins_when_it_can_be_imported() -> None:
    """R44, R53: nothing before that, and each once it is asked for again."""

    class Root:
        """The tab."""

        def write(self, name: str, value: str) -> None:
            raise AssertionError(name)

        def title(self, text: str) -> None:
            del text

        def icon(self, address: str | None) -> None:
            del address

    scene = await Scene().begin()
    scene.world.late.withhold()
    texts, tab, address = plain_texts("en"), TabTitle(Root()), AddressLog()
    assert None is begin_all_day(scene.monitor, texts, MemorySurface(), tab, address)
    assert None is begin_keyboard(scene.monitor, texts, address, lambda name: None)
    for module in SOON:
        await scene.world.late.bring(module)
    all_day = begin_all_day(scene.monitor, texts, MemorySurface(), tab, address)
    keyboard = begin_keyboard(scene.monitor, texts, address, lambda name: None)
    assert all_day is not None
    assert keyboard is not None
    keyboard.close()
    all_day.close()
    await scene.leave()
