"""Where requests and sockets go before anything is shared."""

from __future__ import annotations

from testkit.scene import Scene


async def test_a_page_alone_has_the_browser_s_own() -> None:
    """R43: before the late part is there a page works by itself."""
    scene = await Scene().begin()
    assert "sharing" not in scene.monitor.diagnostics()
    assert (1, 1, True) == (scene.world.sockets.alive, scene.monitor.ports.sockets.alive, scene.monitor.push.up)
    assert scene.monitor.ports.sockets.supported
    await scene.leave()


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
