"""Signing in and renewing: the two routes that give a token pair, and what their answers mean (R33).

Refuses to say what follows from an answer; the session does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.api.activity import Activity
from app.core.tokens import Tokens
from app.ports import Ports, Response, TransportError
from app.wire.auth import read_tokens
from app.wire.errors import Problem, read_http_date, read_problem, read_retry_after
from app.wire.fields import MalformedAnswer

LOGIN = "/api/auth/login"
REFRESH = "/api/auth/refresh"
HEADERS = {"content-type": "application/json", "accept": "application/json"}
REFRESH_TOKEN_REFUSED = frozenset({400, 401, 403, 404, 422})


@dataclass(frozen=True, slots=True)
class Issued:
    """The server gave a pair."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Denied:
    """The server gave none, and ``problem`` says how it put it."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nobody answered, or nobody who knows; the same may be given to the next who asks."""

    why: str
    retry_after_s: float | None = None


class Auth:
    """The two routes."""

    def __init__(self, ports: Ports, activity: Activity, *, answer_within_s: float) -> None:
        self._http = ports.http
        self._clock = ports.clock
        self._activity = activity
        self._answer_within_s = answer_within_s

    async def log_in(self, name: str, password: str) -> Issued | Denied | Unavailable:
        """Return what the server says to a user name or an e-mail address and its password.

        An answer with no pair in it is ``Denied``, whoever gave it: the form stays, and says which status came.
        """
        field = "email" if "@" in name else "username"
        try:
            answer = await self._post(LOGIN, {field: name, "password": password})
        except TransportError as error:
            return Unavailable(str(error))
        if not answer.ok:
            return Denied(read_problem(answer.status, answer.text))
        try:
            return self._issued(answer, name)
        except MalformedAnswer:
            return Denied(Problem(answer.status, "UNREADABLE_ANSWER"))

    async def renew(self, tokens: Tokens) -> Issued | Denied | Unavailable:
        """Return what the server says to a pair's refresh token; ``Denied`` if it will never take it again.

        Only the API's own codes deny: a firewall's page is an outage, whatever its status.
        """
        try:
            answer = await self._post(REFRESH, {"refreshToken": tokens.refresh})
        except TransportError as error:
            return Unavailable(str(error))
        problem = read_problem(answer.status, answer.text)
        if answer.status in REFRESH_TOKEN_REFUSED and problem.own:
            return Denied(problem)
        if not answer.ok:
            return Unavailable(f"refresh answered {answer.status}", self._retry_after_s(answer))
        try:
            return self._issued(answer, tokens.name)
        except MalformedAnswer:
            return Unavailable("the refresh answer cannot be read")

    def _retry_after_s(self, answer: Response) -> float | None:
        now = read_http_date(answer.headers.get("date"))
        return read_retry_after(answer.headers.get("retry-after"), self._clock.wall() if now is None else now)

    def _issued(self, answer: Response, name: str | None) -> Issued:
        """Return the pair as of now: its lifetime counts from here, by this device's clock."""
        return Issued(replace(read_tokens(answer.text), obtained_at=self._clock.wall(), name=name))

    async def _post(self, path: str, body: Mapping[str, object]) -> Response:
        self._activity.requests[f"POST {path}"] += 1
        return await self._http.request(
            "POST", path, headers=HEADERS, body=json.dumps(body), timeout_s=self._answer_within_s
        )
