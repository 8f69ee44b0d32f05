"""The calls that the pages of the admins share."""

from __future__ import annotations

from app.core.call_filter import CallFilter
from app.pages.admin.all_calls import all_calls
from testkit.scene import Scene

LOGS = "GET /api/admin/abilities/logs"


async def test_they_are_read_once_somebody_watches_them() -> None:
    """R49: a page that is opened reads, and no more once it is closed."""
    scene = await Scene().begin()
    changes: list[None] = []
    calls = all_calls(scene.monitor, lambda: changes.append(None))
    await scene.run(30)
    assert (0, []) == (scene.paths().count(LOGS), changes)
    since = scene.clock.now
    calls.watch(CallFilter(since="24h"))
    await scene.run(2)
    assert 1 == scene.paths(since).count(LOGS)
    assert changes
    calls.close()
    since = scene.clock.now
    await scene.run(60)
    assert 0 == scene.paths(since).count(LOGS)
    await scene.leave()
