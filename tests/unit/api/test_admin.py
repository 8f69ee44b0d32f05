"""The admin's routes: what is asked, and which answers mean that a server has none."""

import pytest

from app.api.admin import AdminApi
from app.api.errors import ApiError, NotAllowed, NotSignedIn, Refused, Unreachable, Unreadable, not_offered
from app.core.log_metrics import Grouping
from app.wire.errors import Problem
from testkit.scene import Scene


async def asked(scene: Scene) -> list[str]:
    """Return method and path of what was asked of the admin's routes."""
    return [f"{method} {path}" for _, method, path in scene.world.http.requests if path.startswith("/api/admin")]


async def test_parameters_of_the_log_are_those_of_the_wire() -> None:
    """R49: what a server may narrow it by, with the page that is wanted."""
    scene = await Scene(role="admin").begin()
    api = AdminApi(scene.monitor.api)
    page = await api.calls({"executorId": "e 1", "status": "failed"}, offset=200, limit=50)
    assert (0, ()) == (page.total, page.items)
    with pytest.raises(Refused):
        await api.gpu_memory("e&1")
    with pytest.raises(Refused):
        await api.log_metrics(24, Grouping.EXECUTOR)
    with pytest.raises(Refused):
        await api.resolve(7)
    assert [
        "GET /api/admin/abilities/logs?executorId=e+1&status=failed&limit=50&offset=200",
        "GET /api/admin/comfyui/system-stats?executorId=e%261",
        "GET /api/admin/abilities/logs/metrics?windowHours=24&window_hours=24&groupByExecutor=true",
        "POST /api/admin/abilities/logs/7/resolve",
    ] == await asked(scene)
    await scene.leave()


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (Refused(Problem(404)), False),
        (Refused(Problem(405)), False),
        (NotAllowed(Problem(403, "ADMIN_ONLY")), False),
        (Refused(Problem(500)), True),
        (Refused(Problem(429)), True),
        (Unreachable(), True),
        (Unreadable(), True),
        (NotSignedIn(), True),
    ],
)
def test_which_answers_mean_that_there_is_no_such_route(error: ApiError, offered: bool) -> None:
    """R52: a failure is no absence; it is tried again."""
    assert offered is not not_offered(error)
