"""The backend's routes as calls, through a session and a backend in memory."""

import json

import pytest

from app.api.abilities import read_log, read_offered
from app.api.errors import ApiError, NotAllowed, NotFound, NotSignedIn, Refused, Unreachable, Unreadable
from app.ports import Response, TransportError
from testkit.scene import Scene

HTML = Response(502, {"content-type": "text/html"}, "<html>Bad Gateway</html>")


@pytest.fixture
async def scene() -> Scene:
    """Somebody is signed in, push and polling are at rest."""
    scene = Scene(disable_ws=True)
    await scene.begin()
    return scene


async def test_a_refused_token_is_renewed_once_and_the_call_repeated(scene: Scene) -> None:
    """R33: a 401 costs one renewal, and whoever called notices nothing."""
    scene.backend.valid = {"other"}
    before = scene.clock.now
    assert 1000 == (await scene.monitor.api.points()).total
    assert [
        "GET /api/wallet/v1/statistics",
        "POST /api/auth/refresh",
        "GET /api/wallet/v1/statistics",
    ] == scene.paths(before)[-3:]
    await scene.leave()


async def test_a_token_that_stays_refused_is_no_endless_loop(scene: Scene) -> None:
    """R33: a second 401 is the call's answer."""
    scene.backend.fail("GET /api/abilities", Response(401, {}, '{"detail": "INVALID_TOKEN"}'))
    with pytest.raises(Refused) as caught:
        await read_offered(scene.monitor.api)
    assert (401, 2, 1) == (
        caught.value.problem.status,
        scene.paths().count("GET /api/abilities"),
        scene.paths().count("POST /api/auth/refresh"),
    )
    await scene.leave()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Response(403, {}, '{"detail": "ADMIN_ONLY"}'), NotAllowed),
        (Response(404, {}, '{"detail": "TASK_NOT_FOUND"}'), NotFound),
        (Response(403, {"content-type": "text/html"}, "<html>Forbidden</html>"), Refused),
        (Response(403, {}, '{"detail": "Not authenticated"}'), Refused),
        (Response(404, {"content-type": "text/plain"}, "default backend - 404"), Refused),
        (Response(404, {}, '{"detail": "Not Found"}'), Refused),
        (Response(422, {}, '{"detail": []}'), Refused),
        (Response(500, {}, ""), Refused),
        (HTML, Refused),
        (Response(204, {}, ""), Unreadable),
        (Response(200, {}, "<html></html>"), Unreadable),
    ],
)
async def test_every_answer_that_brings_nothing_has_its_error(
    scene: Scene, answer: Response, kind: type[ApiError]
) -> None:
    """R13, R33, fault 22, report 28: a caller has one exception to expect, and it says which."""
    scene.backend.fail("ability-tasks/", answer)
    with pytest.raises(kind) as caught:
        await scene.monitor.api.ability_task("a")
    assert kind is type(caught.value)
    await scene.leave()


async def test_a_retry_after_date_is_by_the_servers_clock(scene: Scene) -> None:
    """R13: a device whose clock is an hour off waits as long as any other."""
    headers = {"date": "Mon, 21 Sep 2026 14:13:20 GMT", "retry-after": "Mon, 21 Sep 2026 14:14:00 GMT"}
    for name in ("date", ""):
        headers.pop("date" if not name else "", None)
        scene.backend.fail("/api/abilities", Response(503, dict(headers), ""))
        with pytest.raises(Refused) as caught:
            await read_offered(scene.monitor.api)
        assert caught.value.retry_after_s == pytest.approx(40.0, abs=1.0)
    await scene.leave()


async def test_the_dates_of_answers_say_the_servers_clock(scene: Scene) -> None:
    """R27, report 10: ten minutes ahead or behind, the server's own time is known after one answer."""
    answer = Response(503, {"date": "Mon, 21 Sep 2026 15:13:20 GMT"}, "")
    scene.backend.fail("/api/abilities", answer)
    with pytest.raises(Refused):
        await read_offered(scene.monitor.api)
    ahead_s = scene.monitor.api.server_clock.ahead_s
    assert ahead_s is not None
    assert abs(scene.clock.wall() + ahead_s - 1790003600.5) <= 1.0
    await scene.leave()


async def test_no_answer_in_time_is_unreachable(scene: Scene) -> None:
    """R13: an answer that has not come after 30 s has failed."""
    scene.backend.fail("api/abilities", None)
    caught: list[ApiError] = []

    async def call() -> None:
        try:
            await read_offered(scene.monitor.api)
        except ApiError as error:
            caught.append(error)

    scene.spawn(call())
    await scene.run(29.9)
    assert [] == caught
    await scene.run(0.2)
    assert [Unreachable] == [type(error) for error in caught]
    await scene.leave()


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"retry-after": "7"}, 7.0),
        (503, {"retry-after": "7"}, 7.0),
        (500, {"retry-after": "7"}, None),
        (429, {"retry-after": "soon"}, None),
        (429, {}, None),
    ],
)
async def test_retry_after_is_heeded_where_it_means_something(
    scene: Scene, status: int, headers: dict[str, str], expected: float | None
) -> None:
    """R13, fault 21: 429 and 503 may say when to come back."""
    scene.backend.fail("api/abilities", Response(status, headers, "{}"))
    with pytest.raises(Refused) as caught:
        await read_offered(scene.monitor.api)
    assert expected == caught.value.retry_after_s
    await scene.leave()


async def test_requests_are_counted_by_endpoint(scene: Scene) -> None:
    """R1: the diagnostics say how often each route was asked, never for what."""
    for job in ("a", "b", "../c"):
        with pytest.raises(NotFound):
            await scene.monitor.api.ability_task(job)
    requests = scene.monitor.activity.requests
    assert (3, 1) == (requests["GET /api/ability-tasks/{id}"], requests["POST /api/auth/login"])
    assert scene.paths()[-1] == "GET /api/ability-tasks/..%2Fc"
    await scene.leave()


async def test_no_error_shows_a_token(scene: Scene) -> None:
    """R33: whatever is raised can be shown and logged."""
    token = scene.monitor.session.access_token or "?"
    shown: list[str] = []
    for answer in (HTML, Response(400, {}, json.dumps({"detail": 5})), Response(200, {}, token)):
        scene.backend.faults.clear()
        scene.backend.fail("api/abilities", answer)
        with pytest.raises(ApiError) as caught:
            await read_offered(scene.monitor.api)
        shown.append(f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__suppress_context__}")
    assert [] == [text for text in shown if token in text]
    assert token not in json.dumps(scene.monitor.diagnostics())
    await scene.leave()


async def test_an_answer_that_comes_after_sign_out_is_thrown_away(scene: Scene) -> None:
    """R33: what one user submitted does not become another's row, nor is it submitted in another's name."""
    scene.world.http.latency_s = 1.0
    caught: list[ApiError] = []

    async def submit() -> None:
        try:
            await scene.monitor.ability_tasks.submit({"abilityId": "x"})
        except ApiError as error:
            caught.append(error)

    scene.spawn(submit())
    await scene.run(0.5)
    scene.monitor.session.sign_out()
    await scene.run(5)
    assert ([NotSignedIn], []) == ([type(error) for error in caught], scene.monitor.ability_tasks.tasks.order)
    await scene.close()


async def test_nobody_signed_in_asks_nothing() -> None:
    """R33: without a session there is no request."""
    scene = Scene()
    scene.monitor.start()
    for call in (scene.monitor.api.points(), read_offered(scene.monitor.api), scene.monitor.api.tasks()):
        with pytest.raises(NotSignedIn):
            await call
    assert 0 == scene.requests
    await scene.close()


async def test_a_renewal_that_nobody_answers_is_unreachable(scene: Scene) -> None:
    """R33, fault 26: a renewal that fails is a failed call, not the end of the session."""
    scene.backend.valid = set()
    scene.backend.fail("auth/refresh", Response(503, {}, ""))
    with pytest.raises(Unreachable) as caught:
        await scene.monitor.api.points()
    assert not caught.value.sent
    assert "u1" == scene.monitor.session.user_id
    with pytest.raises(TransportError):
        await scene.monitor.session.renewed(scene.monitor.session.access_token or "")
    scene.backend.mend()
    await scene.run(5)
    assert 1000 == (await scene.monitor.api.points()).total
    await scene.leave()


async def test_an_id_that_would_be_a_step_in_the_path_is_no_id(scene: Scene) -> None:
    """R33: `#/tasks/..` asks no other route; a browser would resolve the step before it asks."""
    before = scene.requests
    for step in (".", ".."):
        with pytest.raises(NotFound):
            await scene.monitor.api.ability_task(step)
        with pytest.raises(NotFound):
            await read_log(scene.monitor.api, step)
    assert before == scene.requests
    await scene.leave()
