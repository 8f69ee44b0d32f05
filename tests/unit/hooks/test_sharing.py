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
