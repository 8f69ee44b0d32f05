"""The queue of one executor as a call."""

from __future__ import annotations

import json

import pytest

from app.api.errors import NotFound
from app.api.queues import queue_places
from app.ports import Response
from testkit.scene import Scene


async def test_one_executors_queue_is_asked_by_its_id() -> None:
    """R47: the id is quoted, and the answer has who runs and who waits in front."""
    scene = await Scene(role="admin").begin()
    answer = {"raw": {"queue_running": [[1, "p1"]], "queue_pending": [[2, "p2"], [3, "p3"]]}}
    scene.backend.fail("queue-status", Response(200, {}, json.dumps(answer)))
    found = await queue_places(scene.monitor.api, "node 1&x")
    assert "GET /api/admin/comfyui/queue-status?executorId=node+1%26x" == scene.world.http.paths()[-1]
    assert (2, 1) == found.place("p3")
    await scene.leave()


async def test_an_executor_that_is_not_there_is_not_found() -> None:
    """R47: then nothing is said of a place."""
    scene = await Scene(role="admin").begin()
    scene.backend.fail("queue-status", Response(404, {}, '{"detail": "EXECUTOR_NOT_FOUND"}'))
    with pytest.raises(NotFound):
        await queue_places(scene.monitor.api, "gone")
    await scene.leave()
