"""One job's place in the queue of its executor."""

from __future__ import annotations

import json

from app.hooks.queue_place import QueuePlace
from app.ports import Response
from testkit.scene import Scene

ROUTE = "/api/admin/comfyui/queue-status"
RAW = {"queue_running": [[0, "other"]], "queue_pending": [[1, "third"], [2, "mine"]]}


async def waiting(prompt: str | None, answer: Response) -> tuple[Scene, str, QueuePlace, list[object]]:
    """Return a job that waits under a prompt, and its place at each change."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_ability_task("x")["id"]
    ran = {"executorId": "e"} | ({"promptId": prompt} if prompt else {})
    scene.backend.ability_tasks[job]["result_payload"] = {"metadata": ran}
    scene.backend.fail(ROUTE, answer)
    await scene.begin()
    places: list[object] = []
    hook = QueuePlace(
        scene.monitor.refresh_context,
        scene.monitor.api,
        lambda: scene.monitor.ability_tasks.tasks.get(job),
        lambda: places.append(hook.place),
    )
    await scene.run(1)
    return scene, job, hook, places


async def test_the_place_is_read_while_the_job_waits() -> None:
    """R47: every few seconds, and no longer once it runs."""
    scene, job, hook, places = await waiting("mine", Response(200, {}, json.dumps({"raw": RAW})))
    await scene.run(10)
    assert ([(2, 1)] * 3, 3) == (places, len(scene.times(ROUTE)))
    scene.backend.move_ability_task(job, "running")
    await scene.run(3)
    hook.job_changed()
    asked = len(scene.times(ROUTE))
    await scene.run(30)
    assert (None, asked) == (hook.place, len(scene.times(ROUTE)))
    hook.close()
    await scene.leave()


async def test_without_a_prompt_nothing_is_asked() -> None:
    """R47: the place can be known only where the server says under which prompt the job waits."""
    scene, _, hook, _ = await waiting(None, Response(200, {}, "{}"))
    await scene.run(30)
    assert (None, []) == (hook.place, scene.times(ROUTE))
    hook.close()
    await scene.leave()


async def test_a_server_without_such_a_queue_is_asked_once() -> None:
    """R47: the route is optional."""
    scene, _, hook, _ = await waiting("mine", Response(404, {}, '{"detail": "EXECUTOR_NOT_FOUND"}'))
    await scene.run(60)
    assert (None, 1) == (hook.place, len(scene.times(ROUTE)))
    hook.close()
    await scene.leave()
