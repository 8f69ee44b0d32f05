"""Signing in and renewing: what each answer of the two routes means."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from app.api.activity import Activity
from app.api.auth import Auth, Denied, Issued, Unavailable
from app.core.tokens import Tokens
from app.ports import Response
from app.wire.errors import Problem
from testkit.backend import jwt
from testkit.world import MemorySocket, MemoryWorld

OLD = Tokens("access", "refresh-1", "u1", "admin", expires_at=None, lifetime_s=None, name="demo")
PAIR = {"accessToken": jwt("u1", "admin", 9e9, 1), "refreshToken": "refresh-2", "expiresIn": 3600, "role": "admin"}
ISSUED = Response(200, {}, json.dumps(PAIR))


class Server:
    """Answers every request alike and keeps what came."""

    def __init__(self, response: Response | None) -> None:
        self._response = response
        self.requests: list[tuple[str, str, object]] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        self.requests.append((method, path, json.loads(body or "")))
        return self._response

    def connect(self, socket: MemorySocket) -> None:
        raise AssertionError(socket)


def routes(response: Response | None) -> tuple[Auth, Server, MemoryWorld, Activity]:
    """Return the routes of a server that gives this answer."""
    server, activity = Server(response), Activity()
    world = MemoryWorld(server)
    return Auth(world.ports, activity, answer_within_s=0.0), server, world, activity


@pytest.mark.parametrize(("name", "field"), [("demo", "username"), ("a@b.c", "email")])
async def test_a_login_gives_a_pair_under_the_name_that_was_typed(name: str, field: str) -> None:
    """R33: its lifetime counts from now, by this device's clock."""
    auth, server, world, activity = routes(ISSUED)
    outcome = await auth.log_in(name, "secret")
    assert isinstance(outcome, Issued)
    tokens = outcome.tokens
    assert ("u1", name, "refresh-2", world.clock.wall()) == (
        tokens.user_id,
        tokens.name,
        tokens.refresh,
        tokens.obtained_at,
    )
    assert [("POST", "/api/auth/login", {field: name, "password": "secret"})] == server.requests
    assert {"POST /api/auth/login": 1} == activity.requests


async def test_a_renewal_gives_a_pair_under_the_same_name() -> None:
    """R33: the refresh token goes out once, and its successor comes back."""
    auth, server, world, activity = routes(ISSUED)
    outcome = await auth.renew(OLD)
    assert isinstance(outcome, Issued)
    tokens = outcome.tokens
    assert ("demo", "refresh-2", world.clock.wall()) == (tokens.name, tokens.refresh, tokens.obtained_at)
    assert [("POST", "/api/auth/refresh", {"refreshToken": "refresh-1"})] == server.requests
    assert {"POST /api/auth/refresh": 1} == activity.requests


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Response(401, {}, '{"detail": "INVALID_CREDENTIALS"}'), Denied(Problem(401, "INVALID_CREDENTIALS"))),
        (Response(502, {}, "<html></html>"), Denied(Problem(502))),
        (Response(200, {}, "<html></html>"), Denied(Problem(200, "UNREADABLE_ANSWER"))),
        (Response(200, {}, '{"accessToken": "x"}'), Denied(Problem(200, "UNREADABLE_ANSWER"))),
        (None, Unavailable("no answer")),
    ],
)
async def test_a_login_that_gives_no_pair_says_why(answer: Response | None, expected: Denied | Unavailable) -> None:
    """R33: the form distinguishes a wrong password from a server that is not well."""
    auth, *_ = routes(answer)
    assert expected == await auth.log_in("demo", "secret")


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_a_refresh_token_that_is_refused_is_denied(status: int) -> None:
    """R33: it will not be taken again; the session is over."""
    auth, *_ = routes(Response(status, {}, '{"detail": "INVALID_REFRESH_TOKEN"}'))
    assert Denied(Problem(status, "INVALID_REFRESH_TOKEN")) == await auth.renew(OLD)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Response(404, {}, ""), "refresh answered 404"),
        (Response(429, {}, ""), "refresh answered 429"),
        (Response(503, {}, ""), "refresh answered 503"),
        (Response(200, {}, '{"accessToken": 5}'), "the refresh answer cannot be read"),
        (None, "no answer"),
    ],
)
async def test_a_renewal_that_nobody_answers_well_may_be_tried_again(answer: Response | None, why: str) -> None:
    """R33, fault 26: an outage is not the end of a session."""
    auth, *_ = routes(answer)
    assert Unavailable(why) == await auth.renew(OLD)
