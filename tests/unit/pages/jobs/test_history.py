"""What the server noted of a job, on that job's page."""

from __future__ import annotations

import json

from app.pages.jobs.history import JobHistoryCard
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

ROUTE = "/api/admin/dashboard/logs"


def entries(task: str, *kinds: str) -> Response:
    """Return the log with these events of a task."""
    found = [{"task_id": task, "event_type": kind, "payload": {"reason": "NO_BINDING"}} for kind in reversed(kinds)]
    return Response(200, {}, json.dumps({"entries": found}))


async def test_an_admin_sees_why_a_task_stands_still() -> None:
    """R38: from the dashboard's log; the card is drawn when it was read, and says how long ago that is."""
    scene = Scene(disable_ws=True)
    task = scene.backend.submit_task()
    scene.backend.fail(ROUTE, entries(task, "created", "blocked"))
    await scene.begin()
    surface = MemorySurface()
    card = JobHistoryCard(
        quiet_context(scene.monitor, MemorySurface()), surface, lambda: scene.monitor.summary.tasks.get(task)
    )
    await scene.run(1)
    card.tick(scene.monitor.server_now)
    assert "NO_BINDING" in surface.markup
    await scene.run(60)
    card.tick(scene.monitor.server_now)
    assert "From the dashboard’s log, read 1 minute ago" in surface.markup
    card.close()
    await scene.leave()


async def test_others_do_not_ask() -> None:
    """R38: the log is of all users."""
    scene = Scene(role="user", disable_ws=True)
    task = scene.backend.submit_task()
    await scene.begin()
    surface = MemorySurface()
    card = JobHistoryCard(
        quiet_context(scene.monitor, MemorySurface()), surface, lambda: scene.monitor.summary.tasks.get(task)
    )
    await scene.run(5)
    card.tick(scene.monitor.server_now)
    assert ("", []) == (surface.markup, scene.times(ROUTE))
    card.close()
    await scene.leave()


async def test_a_callback_that_is_under_way_is_asked_about_again() -> None:
    """R38: every few seconds, until it has ended."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.ability_tasks[job]["log_id"] = 7
    record = {"id": 7, "callback_status": "pending", "callback_started_at": "2026-01-01T00:00:00"}
    route = "/api/admin/abilities/logs"
    scene.backend.fail(route, Response(200, {}, json.dumps({"items": [record]})))
    await scene.begin()
    surface = MemorySurface()
    card = JobHistoryCard(
        quiet_context(scene.monitor, MemorySurface()), surface, lambda: scene.monitor.ability_tasks.tasks.get(job)
    )
    for _ in range(12):
        await scene.run(1)
        card.tick(scene.monitor.server_now)
    assert "Called back" in surface.markup
    assert 3 == len(scene.times(route))
    card.close()
    await scene.leave()
