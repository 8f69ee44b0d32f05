"""How updates reach the page, and what a read proves of an open socket."""

from app.core.events import TransportChanged
from testkit.scene import Scene


async def test_the_badge_says_polling_when_the_first_second_is_over() -> None:
    """R32: connecting, then polling, without anything else having to happen."""
    scene = Scene()
    scene.backend.hangs_sockets = True
    await scene.begin(0.9)
    assert "connecting" == scene.monitor.transport
    received = scene.events(TransportChanged)
    await scene.run(0.2)
    assert ("polling", 1) == (scene.monitor.transport, len(received))
    await scene.leave()


async def test_the_badge_keeps_its_word_once_the_page_is_hidden() -> None:
    """R17, R32: nothing rings to say that a pause is still a pause."""
    scene = Scene()
    scene.backend.hangs_sockets = True
    await scene.begin(0.5)
    scene.world.page.hide()
    changes = scene.events(TransportChanged)
    await scene.run(5)
    assert ("paused", []) == (scene.monitor.transport, changes)
    await scene.leave()


async def test_each_return_has_a_takeover_time_of_its_own() -> None:
    """R8, R32: connecting again, then polling."""
    scene = Scene()
    scene.backend.hangs_sockets = True
    await scene.begin(5)
    words = [scene.monitor.transport]
    scene.world.page.hide()
    scene.world.page.hide(False)
    words.append(scene.monitor.transport)
    await scene.run(1.1)
    words.append(scene.monitor.transport)
    assert ["polling", "connecting", "polling"] == words
    await scene.leave()
