"""One read that is wished for again and again."""

import asyncio

from app.core.rules import PollingRules
from app.core.wish import Wish
from app.scheduling.reading import Reading
from tests.support.scene import Scene


async def test_a_read_that_raises_has_failed() -> None:
    """R13, R21: a fault of our own backs off as any failure does, instead of being repeated without a pause."""
    scene = Scene()
    read: list[float] = []

    async def raise_() -> None:
        read.append(scene.clock.now)
        raise ValueError("x")

    reading = Reading(scene.world.ports, Wish(PollingRules(), random=lambda: 1.0), raise_, allowed=lambda: True)
    reading.want()
    await scene.run(20)
    reading.close()
    begun = read[0]
    assert [0, 1, 3, 7, 15] == [round(at - begun) for at in read]
    assert ["ValueError"] * 5 == [type(error).__name__ for error in scene.world.errors]
    await asyncio.sleep(0)
