"""The ComfyUI queues, for as long as somebody watches them."""

import pytest

from app.api.errors import NotAllowed
from app.core.events import QueuesChanged
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

LOGS = "/api/admin/abilities/x/logs"
QUEUES = "/api/admin/comfyui/queue-summary"


async def test_the_queues_are_read_while_somebody_watches() -> None:
    """R30: every five seconds, and soon after an ability task moved."""
    scene = await Scene(chance=longest).begin(5)
    since = scene.clock.now
    await scene.run(20)
    assert [] == scene.times(QUEUES, since)
    scene.monitor.queues.watch()
    since = scene.clock.now
    await scene.run(14)
    assert [0.0, 5.0, 10.0] == scene.times(QUEUES, since)
    assert scene.monitor.queues.summary is not None
    assert (1, 2) == (scene.monitor.queues.summary.running, scene.monitor.queues.summary.waiting)
    scene.monitor.queues.unwatch()
    since = scene.clock.now
    await scene.run(60)
    assert [] == scene.times(QUEUES, since)
    await scene.leave()


async def test_a_storm_of_movements_reads_the_queues_every_two_seconds() -> None:
    """R30: not once per frame."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(100)]
    await scene.run(3)
    scene.monitor.queues.watch()
    since = scene.clock.now
    for job in jobs:
        scene.backend.move_ability_task(job, "running")
        await scene.run(0.1)
    assert len(scene.times(QUEUES, since)) <= 6
    await scene.settle()
    await scene.leave()


async def test_a_forbidden_queue_disappears() -> None:
    """R30, fault 34: 403 takes it away, and nothing asks again; the user stays signed in."""
    scene = await Scene().begin(5)
    scene.monitor.queues.watch()
    await scene.run(1)
    scene.backend.role = "user"
    received = scene.events(QueuesChanged)
    await scene.run(5)
    since = scene.clock.now
    await scene.run(60)
    assert (None, [], 1, "user") == (
        scene.monitor.queues.summary,
        scene.times(QUEUES, since),
        len(received),
        scene.monitor.session.role,
    )
    scene.monitor.logs.watch("x")
    await scene.run(5)
    assert (None, False) == (scene.monitor.logs.ability, isinstance(scene.monitor.logs.failing, NotAllowed))
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("answer", [Response(502, {}, "<html></html>"), Response(200, {}, ""), None])
async def test_a_queue_that_fails_says_so_and_is_asked_again(answer: Response | None) -> None:
    """R30: the last numbers stay; by itself all right again."""
    scene = await Scene().begin(5)
    scene.monitor.queues.watch()
    await scene.run(1)
    scene.backend.fail(QUEUES, answer)
    await scene.run(60)
    assert (True, True) == (scene.monitor.queues.failing is not None, scene.monitor.queues.summary is not None)
    scene.backend.mend()
    await scene.run(65)
    assert None is scene.monitor.queues.failing
    await scene.settle()
    await scene.leave()


async def test_a_refresh_reads_what_admins_watch_too() -> None:
    """R4: everything anew means everything on the page."""
    scene = await Scene().begin(5)
    scene.monitor.logs.watch("x")
    scene.monitor.queues.watch()
    await scene.run(3)
    scene.backend.fail("/api/admin", Response(500, {}, ""))
    scene.monitor.logs.fetch()
    await scene.run(60)
    scene.backend.mend()
    since = scene.clock.now
    scene.monitor.refresh()
    await scene.run(1)
    assert (1, 1) == (len(scene.times(LOGS, since)), len(scene.times(QUEUES, since)))
    await scene.settle()
    await scene.leave()
