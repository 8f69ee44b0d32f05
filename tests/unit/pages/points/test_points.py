"""The page of points, as its user turns it."""

from __future__ import annotations

import re

from app.pages.points.points import ROWS, PointsPage
from app.pages.route import PointsRoute
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

ROUTE = "/api/wallet/v1/transactions"
T = plain_texts("en")


async def opened(scene: Scene) -> tuple[MemorySurface, PointsPage]:
    """Return the surface of a page that was just opened."""
    surface = MemorySurface()
    page = PointsPage(quiet_context(scene.monitor, surface), PointsRoute())
    await scene.run(1)
    return surface, page


def shown(surface: MemorySurface) -> list[str]:
    """Return the ids of the movements in the table."""
    return re.findall(r'data-movement="([^"]+)"', surface.regions["movements"].markup)


async def test_it_can_be_turned_to_its_end_and_back() -> None:
    """R46: part by part, reading older pages as they are needed."""
    scene = await Scene().begin(5)
    for _ in range(120):
        scene.backend.grant(1)
    ids = [entry["id"] for entry in scene.backend.ledger]
    surface, page = await opened(scene)
    parts = [shown(surface)]
    for _ in range(3):
        surface.act("older")
        await scene.run(2)
        parts.append(shown(surface))
    assert [ids[:50], ids[50:100], ids[100:], ids[100:]] == parts
    assert ("101–120", "") == (surface.values["place"], surface.values["older@disabled"])
    for _ in range(3):
        surface.act("newer")
    assert (ids[:ROWS], "") == (shown(surface), surface.values["newer@disabled"])
    page.close()
    await scene.leave()


async def test_a_read_that_brings_nothing_new_moves_nothing() -> None:
    """R46: whoever reads on in a table, or has the keyboard in it, keeps the place."""
    scene = await Scene().begin(5)
    scene.backend.grant(1)
    surface, page = await opened(scene)
    for name in ("figure", "days", "kinds", "movements"):
        surface.regions[name].markup = "as it was"
    since = scene.clock.now
    await scene.run(130)
    assert scene.times(ROUTE, since)
    assert {"as it was"} == {surface.regions[name].markup for name in ("figure", "days", "kinds", "movements")}
    scene.backend.grant(1)
    await scene.run(130)
    assert "as it was" not in {surface.regions[name].markup for name in ("figure", "days", "kinds", "movements")}
    page.close()
    await scene.leave()


async def test_a_second_press_while_older_ones_come_turns_no_page_more() -> None:
    """R46: the button keeps the keyboard meanwhile."""
    scene = await Scene().begin(5)
    for _ in range(170):
        scene.backend.grant(1)
    surface, page = await opened(scene)
    surface.act("older")
    await scene.run(2)
    surface.act("older")
    surface.act("older")
    await scene.run(2)
    assert "101–150" == surface.values["place"]
    page.close()
    await scene.leave()


async def test_names_come_with_the_lists() -> None:
    """R46: a page that is opened before its lists are there names its movements when they come."""
    scene = Scene()
    scene.backend.submit_task(30)
    scene.monitor.start()
    scene.backend.fail("GET /api/tasks/v1", Response(503, {}, ""), times=1)
    await scene.monitor.session.sign_in("demo", "demo")
    surface, page = await opened(scene)
    await scene.run(10)
    assert T.say("action.yinhua_tiqu") in surface.regions["kinds"].markup
    page.close()
    await scene.leave()


async def test_a_movement_without_a_time_has_its_jobs() -> None:
    """R46: frozen when it was submitted, back when it ended."""
    scene = Scene()
    scene.backend.dates_ledger = False
    job = scene.backend.submit_task(30)
    await scene.begin(5)
    scene.backend.move_task(job, "failed", 100)
    await scene.run(3)
    scene.backend.grant(5)
    surface, page = await opened(scene)
    times = re.findall(r"muted num\"[^>]*>([^<]+)<", surface.regions["movements"].markup)
    assert ["Time not known", "2026-09-21 14:13:25", "2026-09-21 14:13:20"] == times
    page.close()
    await scene.leave()


async def test_refresh_reads_it_anew() -> None:
    """R46, R4: also where the server said that there is no ledger."""
    scene = await Scene().begin(5)
    fault = scene.backend.fail(ROUTE, Response(404, {}, '{"detail": "Not Found"}'))
    surface, page = await opened(scene)
    assert "missing" == surface.values["panel@data-state"]
    fault.times = 0
    surface.act("refresh")
    await scene.run(1)
    assert "empty" == surface.values["panel@data-state"]
    page.close()
    await scene.leave()
