"""The one exception to a hidden page's silence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.api.errors import Unreachable
from app.hooks.hidden_watch import HiddenWatch
from testkit.scene import Scene


class Wanting:
    """Somebody who wants so many things read, and notes when they were."""

    def __init__(self, scene: Scene, count: int) -> None:
        self.scene = scene
        self.count = count
        self.reads: list[float] = []

    def wanted(self) -> list[Callable[[], Awaitable[None]]]:
        return [self._read] * self.count

    async def _read(self) -> None:
        self.reads.append(self.scene.clock.now)
        raise Unreachable


async def test_what_is_wanted_is_read_each_minute_while_the_page_is_hidden() -> None:
    """R17, R44: not at once, not while it is visible, and again after a failure."""
    scene = await Scene(disable_ws=True).begin()
    wanting = Wanting(scene, 1)
    watch = HiddenWatch(scene.world.ports, wanting.wanted, every_s=60.0)
    await scene.run(200)
    hidden_at = scene.clock.now
    scene.world.page.hide()
    await scene.run(185)
    scene.world.page.hide(False)
    await scene.run(200)
    assert [60.0, 120.0, 180.0] == [at - hidden_at for at in wanting.reads]
    watch.close()
    await scene.leave()


async def test_where_nothing_is_wanted_nothing_is_read() -> None:
    """R17: a hidden page is silent; it begins when something is marked, and ends with it."""
    scene = await Scene(disable_ws=True).begin()
    wanting = Wanting(scene, 0)
    scene.world.page.hide()
    watch = HiddenWatch(scene.world.ports, wanting.wanted, every_s=60.0)
    await scene.run(300)
    silent = len(wanting.reads)
    wanting.count = 2
    watch.plan()
    await scene.run(61)
    watched = len(wanting.reads)
    wanting.count = 0
    await scene.run(300)
    assert (0, 2, 2) == (silent, watched, len(wanting.reads))
    watch.close()
    scene.world.page.hide(False)
    await scene.leave()
