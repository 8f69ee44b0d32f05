"""The page of the overview: its parts, each on a route of its own, and the timeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.pages.admin.overview import OverviewPage
from app.pages.route import OverviewRoute
from app.ports import Action
from testkit.backend import stamp
from testkit.page_context import AddressLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

RECORDED = Path(__file__).parents[3] / "fixtures" / "wire"
DASHBOARD = "/api/admin/dashboard/metrics"
EXECUTORS = "/api/admin/executors"


def body(name: str) -> Any:
    """Return the body of a recorded answer."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]


async def opened(*paths: str) -> tuple[Scene, MemorySurface, OverviewPage]:
    """Return the page in front of a backend that has these optional routes, with one call half an hour ago."""
    scene = Scene()
    recorded = {DASHBOARD: body("real_admin_dashboard_metrics"), EXECUTORS: body("real_admin_executors")}
    scene.backend.optional.update({path: recorded[path] for path in paths})
    scene.backend.logs.append(
        {
            "id": 1,
            "ability_id": "x",
            "executor_name": "ComfyUI A",
            "status": "success",
            "duration_ms": 60_000,
            "created_at": stamp(scene.clock.server() - 1800),
        }
    )
    await scene.begin()
    surface = MemorySurface()
    page = OverviewPage(quiet_context(scene.monitor, surface, address=AddressLog()), OverviewRoute())
    await scene.run(3)
    page.tick(scene.clock.wall())
    return scene, surface, page


async def test_every_part_shows_what_its_route_has() -> None:
    """R52: counts, executors with their queues, the newest jobs, and the timeline."""
    scene, surface, page = await opened(DASHBOARD, EXECUTORS)
    assert "2,671" in surface.regions["numbers"].markup
    assert "ComfyUI B stand-in" in surface.regions["executors"].markup
    assert "1 running, 2 waiting, limit 10" in surface.regions["executors"].markup
    assert "uadmin" in surface.regions["recent"].markup
    assert "ComfyUI A" in surface.regions["timeline"].markup
    assert "#/admin/calls?log=1" in surface.regions["timeline-list"].markup
    assert (None, None, None) == tuple(
        surface.values[f"{part}-panel@hidden"] for part in ("numbers", "executors", "timeline")
    )
    page.close()
    await scene.leave()


async def test_without_optional_routes_the_queues_and_the_timeline_stay() -> None:
    """R52: executors are those that have a queue then."""
    scene, surface, page = await opened()
    assert ("", "", None, None) == tuple(
        surface.values[f"{part}-panel@hidden"] for part in ("numbers", "recent", "executors", "timeline")
    )
    assert "comfyui_seamless_117" in surface.regions["executors"].markup
    assert None is surface.values["overview-absent@hidden"]
    page.close()
    await scene.leave()


async def test_another_range_of_the_timeline_is_drawn_at_once() -> None:
    """R52: what is outside it is not shown; the range stands in the address, and back leads to the one before."""
    scene, surface, page = await opened()
    for callback in surface.callbacks:
        callback(Action("choose-range", {}, {"range": "15m"}))
    assert "No call in this range." in surface.regions["timeline"].markup
    for callback in surface.callbacks:
        callback(Action("choose-range", {}, {"range": "6h"}))
    assert "ComfyUI A" in surface.regions["timeline"].markup
    assert page.follow(OverviewRoute("range=15m"))
    assert "No call in this range." in surface.regions["timeline"].markup
    assert 'value="15m" selected' in surface.regions["choose-range"].markup
    assert page.follow(OverviewRoute("range=9y"))
    assert 'value="1h" selected' in surface.regions["choose-range"].markup
    page.close()
    await scene.leave()


async def test_a_call_of_ones_own_shows_what_it_waited() -> None:
    """R52: the thin part is known of one's own ability tasks, from submission to start."""
    scene, surface, page = await opened()
    job = (await scene.monitor.ability_tasks.submit({"abilityId": "x"})).id
    await scene.run(60)
    scene.backend.move_ability_task(job, "running")
    await scene.run(60)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(15)
    page.tick(scene.clock.wall())
    assert "waited 1 min 0 s" in surface.regions["timeline-list"].markup
    page.close()
    await scene.leave()
