"""An hour in which nothing happens, simulated: the whole monitor on a manual clock, against a backend in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from testkit.scene import Scene

HOUR_S: Final = 3600.0
JOBS: Final = 50


@dataclass(frozen=True, slots=True)
class QuietHour:
    """How often the monitor woke up, and what it asked for."""

    wake_ups: int
    requests: int
    sockets: int


async def _pass() -> QuietHour:
    scene = Scene(role="user")
    for _ in range(JOBS):
        scene.backend.submit_ability_task("baidu_colourize")
        scene.backend.submit_task()
    await scene.begin(60.0)
    world = scene.world
    rung, asked, opened = world.timers.rung, len(world.http.requests), len(world.sockets.opened)
    await world.advance(HOUR_S)
    hour = QuietHour(world.timers.rung - rung, len(world.http.requests) - asked, len(world.sockets.opened) - opened)
    scene.monitor.close()
    return hour


def pass_quiet_hour() -> QuietHour:
    """Let the hour pass."""
    return asyncio.run(_pass())
