"""What the server noted of one job, read for admins."""

from __future__ import annotations

import json

from app.core.job_history import HistoryEvent
from app.hooks.job_history import JobHistoryRead
from app.ports import Response
from testkit.scene import Scene

ROUTE = "/api/admin/dashboard/logs"


async def test_a_tasks_events_are_read_and_read_again_when_it_moves() -> None:
    """R38: once for each state, not for each update."""
    scene = Scene(disable_ws=True)
    task = scene.backend.submit_task()
    entries = [{"task_id": task, "event_type": "created", "created_at": "2026-01-01T00:00:00"}]
    scene.backend.fail(ROUTE, Response(200, {}, json.dumps({"entries": entries})))
    await scene.begin()
    tasks, changes = scene.monitor.summary.tasks, []
    hook = JobHistoryRead(
        scene.monitor.refresh_context, scene.monitor.api, lambda: tasks.get(task), lambda: changes.append(1)
    )
    await scene.run(1)
    assert hook.history is not None
    assert hook.history.events == (HistoryEvent(task, "created", 1_767_225_600.0),)
    hook.job_changed()
    await scene.run(5)
    assert len(scene.times(ROUTE)) == 1
    scene.backend.move_task(task, "processing", 10)
    await scene.run(5)
    hook.job_changed()
    await scene.run(1)
    assert (2, 2) == (len(scene.times(ROUTE)), len(changes))
    hook.close()
    await scene.leave()


async def test_a_server_without_such_a_log_is_asked_once() -> None:
    """R38: nothing else is hidden by that."""
    scene = Scene(disable_ws=True)
    task = scene.backend.submit_task()
    await scene.begin()
    tasks = scene.monitor.summary.tasks
    hook = JobHistoryRead(scene.monitor.refresh_context, scene.monitor.api, lambda: tasks.get(task), lambda: None)
    await scene.run(60)
    assert (None, 1) == (hook.history, len(scene.times(ROUTE)))
    hook.close()
    await scene.leave()
