"""The page of metrics: whose figures they are, the charts of the log, and the range between the handles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.pages.admin.metrics import MetricsPage
from app.pages.route import MetricsRoute, parse_route
from app.ports import Action, Response
from app.views.admin.metrics import PARTS
from testkit.backend import stamp
from testkit.page_context import History, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

RECORDED = Path(__file__).parents[3] / "fixtures" / "wire"
PATH = "/api/admin/abilities/logs/metrics"


async def opened(
    query: str = "", *, counted: bool = True, fails: bool = False
) -> tuple[Scene, MemorySurface, MetricsPage]:
    """Return the page of a log with a call every three minutes of the last hour, and the server's figures or not."""
    scene = Scene()
    if counted:
        text = (RECORDED / "real_admin_ability_logs_metrics_window.json").read_text(encoding="utf-8")
        recorded: dict[str, Any] = json.loads(text)
        scene.backend.optional[PATH] = recorded["body"]
    for number in range(1, 21):
        scene.backend.logs.append(
            {
                "id": number,
                "ability_id": "x",
                "executor_id": "e1",
                "status": "success",
                "duration_ms": 1000 * number,
                "cost_amount": 0.1,
                "currency": "CNY",
                "created_at": stamp(scene.clock.server() - 170 * (21 - number)),
            }
        )
    if fails:
        scene.backend.fail(PATH, Response(503, {}, ""))
    await scene.begin()
    surface = MemorySurface()
    history = History(f"/admin/metrics?{query}")
    page = MetricsPage(quiet_context(scene.monitor, surface, address=history), MetricsRoute(query))
    await scene.run(5)
    await tick(scene, page)
    return scene, surface, page


async def tick(scene: Scene, page: MetricsPage) -> None:
    """Let a second's draw come to its end, slice by slice."""
    page.tick(scene.clock.wall())
    await scene.run(0)


def choose(surface: MemorySurface, name: str, value: str) -> None:
    """Let the user choose from a list, or move a handle."""
    action = "drag" if name in {"from", "to"} else "choose"
    for callback in surface.callbacks:
        callback(Action(action, {"field": name}, {name: value}))


async def test_charts_are_drawn_one_after_the_other() -> None:
    """R51: each in a slice of its own, so that the page gets its turn before the next."""
    scene, surface, page = await opened("since=1h")
    names = ("time-chart", "scatter-chart", "time-table", "scatter-table")
    for name in names:
        surface.regions[name].markup = ""
    scene.backend.logs.append(
        {
            "id": 21,
            "ability_id": "x",
            "status": "failed",
            "duration_ms": 90_000,
            "created_at": stamp(scene.clock.server()),
        }
    )
    await scene.run(15)
    page.tick(scene.clock.wall())
    assert [] == [name for name in names if surface.regions[name].markup]
    scene.world.timers.ring_one()
    assert [True, False, False, False] == [bool(surface.regions[name].markup) for name in names]
    await scene.run(1)
    assert [] == [name for name in names if not surface.regions[name].markup]
    page.close()
    await scene.leave()


async def test_charts_are_drawn_anew_when_the_calls_in_them_are_others() -> None:
    """R51: not with every read of the log or the queues; the minute moves them on."""
    scene, surface, page = await opened("since=1h")
    chart = surface.regions["scatter-chart"]
    chart.show("the reader's place")
    for _ in range(3):
        await scene.run(5)
        await tick(scene, page)
    assert "the reader's place" == chart.markup
    scene.backend.logs.append(
        {"id": 21, "ability_id": "x", "status": "failed", "duration_ms": 9, "created_at": stamp(scene.clock.server())}
    )
    await scene.run(15)
    await tick(scene, page)
    assert 'class="failed"' in chart.markup
    page.close()
    await scene.leave()


async def test_the_servers_figures_are_shown_where_it_has_some() -> None:
    """R51: with the words that say whose they are; charts are of the log, and say of how many calls."""
    scene, surface, page = await opened()
    assert "Counted by the server over the last 24 hours." == surface.values["groups-sample"]
    assert "5,014" in surface.regions["groups"].markup
    assert "Counted here from 20 of 20 calls in the log." == surface.values["time-sample"]
    assert "CNY 2.00" in surface.regions["cost-table"].markup
    assert "since this page was opened" in str(surface.values["depth-sample"])
    page.close()
    await scene.leave()


async def test_without_them_the_log_is_counted() -> None:
    """R51: by ability, executor or provider; the sample is stated."""
    scene, surface, page = await opened("since=7d&by=executor", counted=False)
    assert "Counted here from 20 of 20 calls in the log." == surface.values["groups-sample"]
    assert "executor=e1&amp;since=7d" in surface.regions["groups"].markup
    choose(surface, "by", "provider")
    assert "" == surface.regions["groups"].markup
    await scene.run(2)
    await tick(scene, page)
    assert "Not named" in surface.regions["groups"].markup
    page.close()
    await scene.leave()


async def test_figures_that_cannot_be_read_are_counted_from_the_log_meanwhile() -> None:
    """R51, R13: a route that fails is no reason to show nothing; its figures come once it answers."""
    scene, surface, page = await opened("since=7d&by=executor", fails=True)
    assert "Counted here from 20 of 20 calls in the log." == surface.values["groups-sample"]
    assert "executor=e1" in surface.regions["groups"].markup
    scene.backend.mend()
    await scene.run(120)
    await tick(scene, page)
    assert "Counted by the server" in str(surface.values["groups-sample"])
    page.close()
    await scene.leave()


async def test_the_range_between_the_handles_opens_its_calls() -> None:
    """R51: whichever handle is the left one, and never less than one part."""
    scene, surface, page = await opened("since=1h")
    assert "Show the 20 calls in this range" == surface.values["open-range"]
    choose(surface, "from", str(PARTS // 2))
    half = surface.values["open-range"]
    assert half in {"Show the 10 calls in this range", "Show the 9 calls in this range"}
    choose(surface, "to", "0")
    assert surface.values["open-range"] in {"Show the 10 calls in this range", "Show the 11 calls in this range"}
    choose(surface, "from", "0")
    assert str(surface.values["open-range@href"]).startswith("#/admin/calls?from=")
    assert "NaN" not in str(surface.values["chosen"])
    page.close()
    await scene.leave()


async def test_another_range_is_asked_for_and_stands_in_the_address() -> None:
    """R51: whose figures they are, is said anew."""
    scene, surface, page = await opened()
    choose(surface, "since", "30d")
    await scene.run(2)
    await tick(scene, page)
    assert "Counted by the server over the last 720 hours." == surface.values["groups-sample"]
    page.close()
    await scene.leave()


async def test_back_and_forward_go_through_what_was_chosen() -> None:
    """R51: lists and handles are those of the entry; a drag is part of its entry, another range begins at its ends."""
    scene = await Scene().begin()
    surface, history = MemorySurface(), History("/admin/metrics?since=1h")
    page = MetricsPage(quiet_context(scene.monitor, surface, address=history), MetricsRoute("since=1h"))
    await scene.run(2)
    choose(surface, "from", "12")
    choose(surface, "from", "13")
    choose(surface, "by", "executor")
    choose(surface, "since", "7d")
    assert [
        "/admin/metrics?since=1h&by=ability&part=13-48",
        "/admin/metrics?since=1h&by=executor&part=13-48",
        "/admin/metrics?since=7d&by=executor",
    ] == history.entries
    handles = surface.regions["handles"]
    assert 'value="0" name="from"' in handles.markup
    for steps, by, since, first in ((-1, "executor", "1h", 13), (-1, "ability", "1h", 13), (2, "executor", "7d", 0)):
        route = parse_route(history.step(steps))
        assert isinstance(route, MetricsRoute)
        assert page.follow(route)
        assert f'value="{by}" selected' in surface.regions["choose-by"].markup
        assert f'value="{since}" selected' in surface.regions["choose-since"].markup
        assert f'value="{first}" name="from"' in handles.markup
    await tick(scene, page)
    assert history.entries[-1] == history.route
    page.close()
    await scene.leave()


async def test_a_part_that_makes_no_sense_is_the_whole() -> None:
    """R51: an address may say anything."""
    for query in ("part=x", "part=-3-9", "part=1-2-3", "by=moon&since=9y"):
        scene, surface, page = await opened(query)
        assert 'value="0" name="from"' in surface.markup
        assert f'value="{PARTS}" name="to"' in surface.markup
        page.close()
        await scene.leave()


async def test_a_drag_whose_address_the_browser_refused_is_in_it_with_the_next_tick() -> None:
    """R51: a browser refuses too many changes."""
    scene, surface, page = await opened("since=1h")
    other = History("/admin/metrics?since=1h")
    page.close()
    page = MetricsPage(quiet_context(scene.monitor, surface, address=other), MetricsRoute("since=1h"))
    choose(surface, "to", "30")
    other.entries[-1] = "/admin/metrics?since=1h"
    await tick(scene, page)
    assert "/admin/metrics?since=1h&by=ability&part=0-30" == other.route
    page.close()
    await scene.leave()


async def test_without_the_log_there_are_figures_and_no_charts() -> None:
    """R51: each route hides what stands on it."""
    scene = Scene()
    scene.backend.has_all_logs = False
    text = (RECORDED / "real_admin_ability_logs_metrics_window.json").read_text(encoding="utf-8")
    scene.backend.optional[PATH] = json.loads(text)["body"]
    await scene.begin()
    surface = MemorySurface()
    page = MetricsPage(quiet_context(scene.monitor, surface), MetricsRoute())
    await scene.run(3)
    await tick(scene, page)
    assert ("", None) == (surface.values["from-log@hidden"], surface.values["log-absent@hidden"])
    assert "5,014" in surface.regions["groups"].markup
    page.close()
    await scene.leave()
