"""The ledger as a call."""

from __future__ import annotations

import pytest

from app.api.errors import NotSignedIn, Refused, Unreadable
from app.api.wallet import MOST_MOVEMENTS, movements, newest_movements
from app.ports import Response
from testkit.scene import Scene

LEDGER = "/api/wallet/v1/transactions"


async def test_a_page_of_the_ledger_is_the_users_own() -> None:
    """R46: the newest movement comes first, and a page says how many there are in all."""
    scene = await Scene().begin()
    for points in (5, 6, 7):
        scene.backend.grant(points)
    page = await movements(scene.monitor.api, "u 1", page=1, size=2)
    assert f"GET {LEDGER}?userId=u+1&page=1&pageSize=2" == scene.world.http.paths()[-1]
    assert ([7, 6], 2) == ([one.amount for one in page.movements], page.count)
    await scene.leave()


async def test_the_newest_are_as_many_as_a_page_has() -> None:
    """R46: one request brings them."""
    scene = await Scene().begin()
    scene.backend.grant(5)
    assert 5 == (await newest_movements(scene.monitor.api, "u1"))[0].amount
    assert f"GET {LEDGER}?userId=u1&page=1&pageSize={MOST_MOVEMENTS}" == scene.world.http.paths()[-1]
    await scene.leave()


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_server_without_a_ledger_has_no_movements(status: int) -> None:
    """R46: a server of another age is no failure."""
    scene = await Scene().begin()
    scene.backend.fail(LEDGER, Response(status, {}, '{"detail": "Not Found"}'))
    assert () == await newest_movements(scene.monitor.api, "u1")
    await scene.leave()


@pytest.mark.parametrize(("answer", "kind"), [(Response(500, {}, ""), Refused), (Response(200, {}, "x"), Unreadable)])
async def test_a_ledger_that_fails_is_a_failure(answer: Response, kind: type[Exception]) -> None:
    """R13: nobody takes it for an empty one."""
    scene = await Scene().begin()
    scene.backend.fail(LEDGER, answer)
    with pytest.raises(kind):
        await newest_movements(scene.monitor.api, "u1")
    await scene.leave()


async def test_nobody_has_no_ledger() -> None:
    """R33: without a user there is no request."""
    scene = await Scene().begin()
    before = scene.requests
    with pytest.raises(NotSignedIn):
        await newest_movements(scene.monitor.api, None)
    assert before == scene.requests
    await scene.leave()
