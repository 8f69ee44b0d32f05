"""The abilities, a call of one that is waited for, and its log, as calls."""

from __future__ import annotations

import asyncio

import pytest

from app.api.abilities import invoke, read_log, read_offered
from app.api.errors import Unreachable
from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene

ENDED = Response(200, {}, '{"abilityId": "upscale", "status": "success", "logId": 9}')


async def test_the_abilities_and_a_page_of_the_log_of_one() -> None:
    """R28, R29: the log is that of this ability, from where and as long as it was asked for."""
    scene = await Scene().begin()
    first = (await read_offered(scene.monitor.api))[0]
    page = await read_log(scene.monitor.api, first.id, offset=2, limit=1)
    assert (2, f"GET /api/admin/abilities/{first.id}/logs?limit=1&offset=2") == (
        page.offset,
        scene.world.http.paths()[-1],
    )
    await scene.leave()


async def test_a_call_is_waited_for_longer_than_other_answers() -> None:
    """R29: it takes minutes, and only its answer says how it ended."""
    scene = await Scene(disable_ws=True).begin()
    scene.backend.fail("POST /api/abilities/upscale/invoke", ENDED)
    scene.world.http.latency_s = 200
    calling = asyncio.ensure_future(invoke(scene.monitor.api, "upscale", {"inputs": {}}))
    reading = asyncio.ensure_future(read_offered(scene.monitor.api))
    await scene.run(201)
    ended = await calling
    assert ("upscale", Status.SUCCEEDED, 9) == (ended.ability_id, ended.status, ended.log_id)
    with pytest.raises(Unreachable):
        await reading
    await scene.leave()
