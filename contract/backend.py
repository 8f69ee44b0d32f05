"""The backend as the command asks it: one request at a time, with the token of whoever signed in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

import httpx

from app.wire.errors import read_problem

# As long as the page waits (R13).
ANSWER_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; a status of 0 is none, and `text` then says why."""

    status: int
    text: str

    @property
    def code(self) -> str | None:
        """The API's own word for what went wrong, if the answer is the API's own."""
        return read_problem(self.status, self.text).code

    @property
    def words(self) -> str:
        """The status, with the API's code or whatever else is said to people."""
        if self.status == 0:
            return self.text
        problem = read_problem(self.status, self.text)
        return f"HTTP {self.status} {problem.code or problem.message or ''}".rstrip()

    def json(self) -> Any:
        """The body as JSON, or nothing if it is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


class Backend:
    """Asks one backend; `close()` may be called any number of times."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self.address = address.rstrip("/")
        self.token: str | None = None
        self._client = httpx.Client(
            timeout=ANSWER_WITHIN_S, follow_redirects=False, trust_env=False, transport=transport
        )

    def get(self, path: str, *, token: str | None = None, **query: str | int) -> Answer:
        """Read something."""
        return self._ask("GET", path, token=token, query=query)

    def sign(self, path: str, body: dict[str, str]) -> Answer:
        """Sign in or renew a token: the only requests that are no reads."""
        return self._ask("POST", path, body=body)

    def methods(self, path: str) -> frozenset[str]:
        """The methods that a route says it takes, without being asked for any of them; often it says nothing."""
        try:
            answer = self._client.options(self.address + path, headers=self._headers(None))
        except httpx.HTTPError:
            return frozenset()
        return frozenset(
            method.strip() for method in answer.headers.get("allow", "").upper().split(",") if method.strip()
        )

    def close(self) -> None:
        """Ask no more."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _headers(self, token: str | None) -> dict[str, str]:
        bearer = token or self.token
        headers = {"accept": "application/json"}
        return headers | {"authorization": f"Bearer {bearer}"} if bearer else headers

    def _ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        query: dict[str, str | int] | None = None,
        body: dict[str, str] | None = None,
    ) -> Answer:
        try:
            answer = self._client.request(
                method, self.address + path, params=query or None, json=body, headers=self._headers(token)
            )
        except httpx.TimeoutException:
            return Answer(0, f"no answer within {ANSWER_WITHIN_S:.0f} s")
        except httpx.HTTPError as error:
            return Answer(0, f"not reached: {type(error).__name__}")
        return Answer(answer.status_code, answer.text)
