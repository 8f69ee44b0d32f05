"""One read that is wished for again and again."""

import asyncio

from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from app.hooks.refresher import Refresher
from testkit.chance import longest
from testkit.scene import Scene


async def test_a_read_that_raises_has_failed() -> None:
    """R13, R21: a fault of our own backs off as any failure does, instead of being repeated without a pause."""
    scene = Scene()
    read: list[float] = []

    async def raise_() -> None:
        read.append(scene.clock.now)
        raise ValueError("x")

    reading = Refresher(scene.world.ports, RefreshSchedule(PollingRules(), longest), raise_, allowed=lambda: True)
    reading.want()
    await scene.run(20)
    reading.close()
    begun = read[0]
    assert [0, 1, 3, 7, 15] == [round(at - begun) for at in read]
    assert ["ValueError"] * 5 == [type(error).__name__ for error in scene.world.errors]
    await asyncio.sleep(0)


async def test_whoever_comes_next_does_not_wait_for_what_was_read_before() -> None:
    """R33: a wish after the end of a session is granted at once, however lately the last one was."""
    scene = Scene()
    read: list[float] = []

    async def note() -> None:
        read.append(scene.clock.now)

    reading = Refresher(
        scene.world.ports, RefreshSchedule(PollingRules(), longest), note, allowed=lambda: True, between_s=2.0
    )
    for drop in (False, True):
        for _ in range(2):
            reading.want()
            await scene.run(0)
        assert 1 + drop == len(read)
        reading.drop()
    reading.close()
