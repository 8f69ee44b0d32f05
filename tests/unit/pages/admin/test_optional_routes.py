"""Every optional route of the server, answered in every way that means there is none, on every page for admins.

What stands on the route is hidden and everything else is there: that is one rule for all of them (docs/contract.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.pages.abilities.ability import AbilityPage
from app.pages.admin.calls import CallsPage
from app.pages.admin.metrics import MetricsPage
from app.pages.admin.overview import OverviewPage
from app.pages.admin.problems import ProblemsPage
from app.pages.page_context import Page, PageContext
from app.pages.route import AbilityRoute, CallsRoute, MetricsRoute, OverviewRoute, ProblemsRoute
from app.ports import Response
from testkit.backend import stamp
from testkit.chance import longest
from testkit.page_context import History, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

RECORDED = Path(__file__).parents[3] / "fixtures" / "wire"
DASHBOARD = "/api/admin/dashboard/metrics"
EXECUTORS = "/api/admin/executors"
QUEUES = "/api/admin/comfyui/queue-summary"
QUEUE = "/api/admin/comfyui/queue-status"
MEMORY = "/api/admin/comfyui/system-stats"
CALLS = "/api/admin/abilities/logs"
METRICS = f"{CALLS}/metrics"
LEDGER = "/api/wallet/v1/transactions"
SECRET = "sesame-opens"
HTML = "<!doctype html><title>proxy</title>"
ANSWERS = {
    "403": Response(403, {}, '{"detail": "ADMIN_ONLY"}'),
    "404": Response(404, {}, '{"detail": "Not Found"}'),
    "404 of a proxy": Response(404, {"content-type": "text/html"}, HTML),
    "405": Response(405, {}, '{"detail": "Method Not Allowed"}'),
    "nonsense": Response(200, {}, '"nonsense"'),
    "nothing": Response(200, {}, "null"),
    "a page": Response(200, {"content-type": "text/html"}, HTML),
}


def body(name: str) -> Any:
    """Return the body of a recorded answer."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]


def shown(surface: MemorySurface, *slots: str) -> bool:
    """Return whether none of these is hidden."""
    return all(surface.values.get(f"{slot}@hidden", "") is None for slot in slots)


def of_overview(surface: MemorySurface) -> dict[str, bool]:
    """Return which parts of the overview are there."""
    executors = surface.regions["executors"].markup if "executors" in surface.regions else ""
    return {
        "numbers": shown(surface, "numbers-panel"),
        "newest jobs": shown(surface, "recent-panel"),
        "executors": shown(surface, "executors-panel") and "stand-in" in executors,
        "memory": "GB used" in executors,
        "queues": "running, " in executors and bool(surface.values["queue-total"]),
        "timeline": shown(surface, "timeline-panel") and "Node 1" in surface.regions["timeline"].markup,
    }


def of_calls(surface: MemorySurface) -> dict[str, bool]:
    """Return whether the calls are there."""
    return {"calls": surface.values["calls-panel@data-state"] == "ready"}


def of_problems(surface: MemorySurface) -> dict[str, bool]:
    """Return whether the problems are there."""
    return {"problems": surface.values["problems-panel@data-state"] == "ready"}


def of_metrics(surface: MemorySurface) -> dict[str, bool]:
    """Return which parts of the metrics are there."""
    said = str(surface.values["groups-sample"])
    return {
        "the server's figures": said.startswith("Counted by the server"),
        "figures": "<tbody>" in surface.regions["groups"].markup,
        "charts": shown(surface, "from-log") and "time-chart" in surface.regions,
        "queue depth": "depth-chart" in surface.regions,
    }


def of_ability(surface: MemorySurface) -> dict[str, bool]:
    """Return which parts of an ability's page are there."""
    load = surface.region("executor-load").markup
    return {
        "form": "submit-task-text" in surface.values,
        "log": surface.values["log-count"] == "2 records",
        "day": shown(surface, "day-numbers"),
        "the server's day": str(surface.values["day-said"]).startswith("Counted by the server"),
        "chooser": "<option" in surface.region("executor").markup,
        "queue": "running, " in load,
        "memory": "GB used" in load,
        "price": bool(surface.values["price"]),
    }


@dataclass(frozen=True)
class Case:
    """A page for admins, its parts, and which of them each route takes away."""

    opened: Callable[[PageContext], Page]
    parts: Callable[[MemorySurface], dict[str, bool]]
    stands_on: Mapping[str, frozenset[str]]


PAGES = {
    "overview": Case(
        lambda context: OverviewPage(context, OverviewRoute()),
        of_overview,
        {
            DASHBOARD: frozenset({"numbers", "newest jobs"}),
            # The dashboard names the executors too, but not which of them have memory that can be read.
            EXECUTORS: frozenset({"memory"}),
            MEMORY: frozenset({"memory"}),
            QUEUES: frozenset({"queues"}),
            CALLS: frozenset({"timeline"}),
        },
    ),
    "calls": Case(lambda context: CallsPage(context, CallsRoute()), of_calls, {CALLS: frozenset({"calls"})}),
    "problems": Case(
        lambda context: ProblemsPage(context, ProblemsRoute()), of_problems, {CALLS: frozenset({"problems"})}
    ),
    "metrics": Case(
        lambda context: MetricsPage(context, MetricsRoute()),
        of_metrics,
        {
            METRICS: frozenset({"the server's figures"}),
            CALLS: frozenset({"charts"}),
            QUEUES: frozenset({"queue depth"}),
        },
    ),
    "ability": Case(
        lambda context: AbilityPage(context, AbilityRoute("x")),
        of_ability,
        {
            METRICS: frozenset({"the server's day"}),
            EXECUTORS: frozenset({"chooser"}),
            QUEUE: frozenset({"queue"}),
            MEMORY: frozenset({"memory"}),
            LEDGER: frozenset({"price"}),
        },
    ),
}
REFUSALS = [
    (page, route, answer)
    for page, case in PAGES.items()
    for route in case.stands_on
    for answer in ANSWERS
    # R30: of this route, the API's own word is that the user is no admin, which ends all these pages.
    if (route, answer) != (QUEUES, "403")
]


async def served() -> Scene:
    """Return an admin's monitor on a server that has every route, with calls, executors, queues and a ledger."""
    scene = Scene(chance=longest, disable_ws=True)
    backend = scene.backend
    executors = body("real_admin_executors")
    for executor in executors:
        executor["config"] = {**executor["config"], "apiKey": SECRET}
    dashboard = body("real_admin_dashboard_metrics")
    for executor in dashboard["executor_health"]:
        executor["config"] = {"apiKey": SECRET}
    first = executors[0]["id"]
    queue = {"executorId": first, "runningCount": 1, "pendingCount": 2, "queueMaxSize": 10, "supported": True}
    bucket = {"ability_provider": "p", "capability_key": "c", "count": 9, "success_count": 8, "failed_count": 1}
    backend.optional.update(
        {
            DASHBOARD: dashboard,
            EXECUTORS: executors,
            MEMORY: body("real_comfyui_system_stats"),
            QUEUES: {"totalRunning": 1, "totalPending": 2, "servers": [queue]},
            QUEUE: queue,
            METRICS: {"window_hours": 24, "buckets": [bucket]},
        }
    )
    backend.abilities[:] = [{"id": "x", "displayName": "X", "provider": "p", "capabilityKey": "c", "executorId": first}]
    job = backend.submit_ability_task("x")["id"]
    backend.ledger = [{"id": "1", "changeType": "DECREASE", "points": -35, "taskId": job}]
    # Asked apart from the log over all abilities.
    backend.logs[:] = [
        {
            "id": number,
            "ability_id": "x",
            "executor_name": "Node 1",
            "status": status,
            "duration_ms": 60_000,
            "error_message": "no route",
            "created_at": stamp(scene.clock.server() - 1800),
        }
        for number, status in ((1, "success"), (2, "failed"))
    ]
    await scene.begin()
    return scene


async def shown_parts(scene: Scene, case: Case, seconds: float = 12.0) -> tuple[dict[str, bool], MemorySurface]:
    """Return which parts of a page are there after a while, and what it has shown; its user is still an admin."""
    surface = MemorySurface()
    page = case.opened(quiet_context(scene.monitor, surface, address=History()))
    for _ in range(4):
        await scene.run(seconds / 4)
        page.tick(scene.clock.server())
    parts = case.parts(surface)
    assert "admin" == scene.monitor.session.role
    page.close()
    await scene.leave()
    return parts, surface


def exactly(route: str) -> str:
    """Return the expression that finds requests of a route, and of none below it."""
    return rf"^\w+ {route}(\?|$)"


@pytest.mark.parametrize("name", PAGES)
async def test_with_every_route_every_part_is_there(name: str) -> None:
    """R49 to R52: otherwise the test below would show nothing."""
    parts, _ = await shown_parts(await served(), PAGES[name])
    assert dict.fromkeys(parts, True) == parts


@pytest.mark.parametrize(("name", "route", "answer"), REFUSALS)
async def test_a_missing_route_hides_what_stands_on_it_and_nothing_else(name: str, route: str, answer: str) -> None:
    """R49 to R52: and the user stays an admin."""
    scene = await served()
    scene.backend.fail(exactly(route), ANSWERS[answer])
    parts, _ = await shown_parts(scene, PAGES[name])
    assert PAGES[name].stands_on[route] == {part for part, there in parts.items() if not there}


@pytest.mark.parametrize("name", PAGES)
async def test_a_refused_route_is_not_asked_again_and_again(name: str) -> None:
    """R13: a server that has none of them is asked for each a few times at most, in two minutes."""
    scene = await served()
    for route in PAGES[name].stands_on:
        scene.backend.fail(exactly(route), ANSWERS["404"])
    since = scene.clock.now
    await shown_parts(scene, PAGES[name], 120)
    asked = {route: len(scene.times(route, since)) for route in PAGES[name].stands_on if route != QUEUES}
    assert {} == {route: times for route, times in asked.items() if times > 3}


def everything(surface: MemorySurface) -> str:
    """Return all that was ever put on a surface, as far as it is still there."""
    inner = "".join(map(everything, surface.regions.values()))
    return surface.markup + "".join(value or "" for value in surface.values.values()) + inner


@pytest.mark.parametrize("name", PAGES)
async def test_what_an_executor_is_configured_with_is_never_shown_or_kept(name: str) -> None:
    """R52: it may hold keys; the answer has it, the page and the browser's store have not."""
    scene = await served()
    _, surface = await shown_parts(scene, PAGES[name])
    assert SECRET in json.dumps(scene.backend.optional[EXECUTORS])
    assert SECRET not in everything(surface)
    assert SECRET not in json.dumps(scene.world.store.values)
