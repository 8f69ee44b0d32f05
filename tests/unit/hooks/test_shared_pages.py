"""How a page comes to share."""

from __future__ import annotations

from testkit.scene import Scene
from tests.unit.hooks.test_shared_connection import three


async def test_a_page_that_would_share_and_is_the_only_one_keeps_its_socket() -> None:
    """R43: joining costs no connection, no read, and no timer of its own."""
    scene = await Scene().begin(5)
    before = scene.requests, len(scene.world.sockets.opened), scene.world.timers.pending
    for _ in range(3):
        scene.monitor.share()
        await scene.run(0)
    assert before == (scene.requests, len(scene.world.sockets.opened), scene.world.timers.pending)
    assert {"role": "holder", "windows": 1, "alone": None} == scene.monitor.diagnostics()["sharing"]
    await scene.leave()
    assert (0, 0) == scene.world.group.open


async def test_whoever_signs_out_leaves_nothing_of_it() -> None:
    """R43, R33: no subscription, channel or lock; who signs in next shares anew."""
    scene = await Scene().begin(5)
    before = len(scene.monitor.bus)
    scene.monitor.share()
    await scene.run(1)
    assert before < len(scene.monitor.bus)
    scene.monitor.session.sign_out()
    await scene.run(1)
    assert (before, None, (0, 0)) == (len(scene.monitor.bus), scene.monitor.sharing.shared, scene.world.group.open)
    await scene.monitor.session.sign_in("demo", "demo")
    scene.monitor.share()
    await scene.run(1)
    assert {"role": "holder", "windows": 1, "alone": None} == scene.monitor.diagnostics()["sharing"]
    await scene.leave()


async def test_what_the_holder_reads_for_another_all_read_together() -> None:
    """R43: lists and points, with one read of each."""
    async with three() as pages:
        await pages[0].run(100)
        since = pages[0].clock.now
        pages[1].monitor.refresh()
        await pages[0].run(0.5)
        for path in ("/api/tasks/v1", "/api/ability-tasks", "/api/wallet/v1/statistics"):
            assert [1, 0, 0] == [page.paths(since).count(f"GET {path}") for page in pages]
        assert [True] * 3 == [(page.monitor.task_polling.fresh_at or 0.0) >= since for page in pages]
