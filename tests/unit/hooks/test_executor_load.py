"""The load of the chosen executor: what is read of which, and what hides it."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.admin import AdminApi
from app.hooks.executor_load import ExecutorLoad
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

LIST = "/api/admin/executors"
QUEUE = "/api/admin/comfyui/queue-status"
MEMORY = "/api/admin/comfyui/system-stats"
EXECUTORS = [
    {"id": "c1", "name": "A", "type": "comfyui", "config": {"apiKey": "sesame"}},
    {"id": "c2", "type": "comfyui"},
    {"id": "b1", "type": "baidu"},
]
ANSWERS: dict[str, Any] = {
    LIST: EXECUTORS,
    QUEUE: {"executorId": "c1", "runningCount": 1, "pendingCount": 2, "queueMaxSize": 10, "supported": True},
    MEMORY: {"devices": [{"name": "gpu", "vram_total": 8, "vram_free": 6}]},
}


async def loading(*without: str, chosen: str | None = "c1") -> tuple[Scene, ExecutorLoad]:
    """Return the load of an executor, on a backend that has these routes but for some."""
    scene = Scene(chance=longest, disable_ws=True)
    scene.backend.optional.update({path: body for path, body in ANSWERS.items() if path not in without})
    await scene.begin()
    load = ExecutorLoad(scene.monitor.refresh_context, AdminApi(scene.monitor.api), lambda: None)
    load.choose(chosen)
    await scene.run(3)
    return scene, load


def shown(load: ExecutorLoad) -> tuple[tuple[int, int, int | None] | None, list[int]]:
    """Return what runs, what waits and the limit, if that is known; and how much memory of each device is taken."""
    queue = load.queue
    counts = None if queue is None else (queue.running, queue.waiting, queue.limit)
    return counts, [device.used for device in load.memory]


async def leave(scene: Scene, load: ExecutorLoad) -> None:
    """Read nothing more."""
    load.close()
    await scene.leave()


async def test_queue_and_memory_are_those_of_the_chosen_one() -> None:
    """R52: another choice shows nothing of the one before, not even until it is read."""
    scene, load = await loading()
    assert ((1, 2, 10), [2]) == shown(load)
    load.choose("c2")
    assert (None, []) == shown(load)
    await scene.run(2)
    assert ((1, 2, 10), [2]) == shown(load)
    last = [path for _, _, path in scene.world.http.requests if path.startswith((QUEUE, MEMORY))][-2:]
    assert {f"{QUEUE}?executorId=c2", f"{MEMORY}?executorId=c2"} == set(last)
    await leave(scene, load)


async def test_what_is_no_comfyui_is_asked_nothing() -> None:
    """R52: it has no queue that could be read."""
    scene, load = await loading(chosen="b1")
    await scene.run(30)
    assert (None, ()) == (load.queue, load.memory)
    assert [] == [*scene.times(QUEUE), *scene.times(MEMORY)]
    await leave(scene, load)


async def test_nothing_is_read_where_nothing_is_chosen() -> None:
    """R52: the list alone."""
    scene, load = await loading(chosen=None)
    assert ["c1", "c2", "b1"] == [one.id for one in load.executors or ()]
    assert [] == [*scene.times(QUEUE), *scene.times(MEMORY)]
    await leave(scene, load)


@pytest.mark.parametrize("absent", [LIST, QUEUE, MEMORY])
@pytest.mark.parametrize(
    "answer",
    [
        Response(403, {}, '{"detail": "ADMIN_ONLY"}'),
        Response(404, {}, '{"detail": "Not Found"}'),
        Response(405, {}, '{"detail": "Method Not Allowed"}'),
        Response(200, {}, '"nonsense"'),
    ],
)
async def test_a_route_that_is_missing_hides_what_stands_on_it_alone(absent: str, answer: Response) -> None:
    """R52: no list leaves the load of an executor that is named; the user stays an admin."""
    scene = Scene(chance=longest, disable_ws=True)
    scene.backend.optional.update(ANSWERS)
    scene.backend.fail(absent, answer)
    await scene.begin()
    load = ExecutorLoad(scene.monitor.refresh_context, AdminApi(scene.monitor.api), lambda: None)
    load.choose("c1")
    await scene.run(10)
    there = {LIST: bool(load.executors), QUEUE: load.queue is not None, MEMORY: bool(load.memory)}
    assert {path: path != absent for path in ANSWERS} == there
    assert "admin" == scene.monitor.session.role
    await leave(scene, load)


async def test_a_queue_that_fails_shows_no_old_numbers_as_those_of_now() -> None:
    """R13, R52: and it is read again once it is well."""
    scene, load = await loading()
    scene.backend.fail(QUEUE, Response(502, {}, ""))
    await scene.run(8)
    assert (None, [2]) == shown(load)
    scene.backend.mend()
    await scene.run(40)
    assert ((1, 2, 10), [2]) == shown(load)
    await leave(scene, load)


async def test_what_an_executor_is_configured_with_is_not_kept() -> None:
    """R52: it may hold keys."""
    scene, load = await loading()
    assert "sesame" not in repr(load.executors)
    await leave(scene, load)
