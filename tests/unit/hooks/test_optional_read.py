"""A route that a server may not have."""

import pytest

from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import Pace
from app.ports import Response
from app.wire.fields import MalformedAnswer
from testkit.chance import longest
from testkit.scene import Scene

PATH = "/api/admin/dashboard/metrics"


class Reading:
    """An optional read of one path, and how often it has changed."""

    def __init__(self, scene: Scene) -> None:
        self.changes = 0
        api = scene.monitor.api
        self.part = OptionalRead(
            scene.monitor.refresh_context, lambda: api.get(PATH, "", _text), self._changed, pace=Pace(every_s=10.0)
        )

    def _changed(self) -> None:
        self.changes += 1


def _text(text: str) -> str:
    if text.startswith("<"):
        raise MalformedAnswer
    return text


async def reading() -> tuple[Scene, Reading]:
    """Return a scene whose backend has the route, and a read of it that has begun."""
    scene = Scene(chance=longest)
    scene.backend.optional[PATH] = 7
    await scene.begin(5)
    return scene, Reading(scene)


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_route_that_is_not_there_is_asked_for_once(status: int) -> None:
    """R52: what stands on it is hidden, the user stays an admin, and only a new request asks again."""
    scene, read = await reading()
    scene.backend.fail(PATH, Response(status, {}, '{"detail": "ADMIN_ONLY"}'))
    since = scene.clock.now
    read.part.request()
    await scene.run(120)
    assert (True, None, None, 1, "admin") == (
        read.part.absent,
        read.part.value,
        read.part.failing,
        len(scene.times(PATH, since)),
        scene.monitor.session.role,
    )
    scene.backend.mend()
    read.part.request()
    await scene.run(1)
    assert (False, "7", 2) == (read.part.absent, read.part.value, read.changes)
    read.part.close()
    await scene.leave()


async def test_nonsense_hides_what_it_was_for_until_it_makes_sense() -> None:
    """R52: a proxy's page is no dashboard; it is asked again with the usual back-off, and is never shown."""
    scene, read = await reading()
    scene.backend.fail(PATH, Response(200, {}, "<html></html>"), times=2)
    read.part.request()
    await scene.run(0.5)
    assert (True, None) == (read.part.absent, read.part.value)
    await scene.run(60)
    assert (False, "7") == (read.part.absent, read.part.value)
    read.part.close()
    await scene.leave()


async def test_a_failure_keeps_what_is_known_and_is_no_absence() -> None:
    """R13, R52: the last answer stays while the server is not well."""
    scene, read = await reading()
    read.part.request()
    await scene.run(1)
    scene.backend.fail(PATH, Response(502, {}, "<html></html>"))
    await scene.run(30)
    assert (False, "7", True) == (read.part.absent, read.part.value, read.part.failing is not None)
    scene.backend.fail(PATH, Response(200, {}, "<html></html>"))
    await scene.run(60)
    assert (False, "7") == (read.part.absent, read.part.value)
    read.part.close()
    await scene.leave()
