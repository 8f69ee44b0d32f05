"""Backends that have everything, little, or something else, distinguished without one request that changes anything."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import httpx
import pytest

from contract import report, routes
from contract.backend import Backend
from contract.findings import Findings, Verdict

Responses = dict[str, httpx.Response]


def claims(**values: object) -> str:
    """A token that says this of its bearer."""
    body = base64.urlsafe_b64encode(json.dumps({"sub": "7", **values}).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def answer(body: object, status: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    """A route that always answers so."""
    return lambda _request: httpx.Response(status, json=body)


TOKENS = {"accessToken": claims(exp=2e9), "refreshToken": "r", "role": "admin", "expiresIn": 3600}
TASK = {"taskId": "t1", "status": "succeeded", "progress": 100, "updatedAt": "2026-01-15T11:32:00Z"}
ABILITY_TASK = {"id": "a1", "abilityId": "x", "status": "running"}


class Imagined:
    """A backend made of answers; what it does not know is 404, and what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.routes: dict[str, Callable[[httpx.Request], httpx.Response]] = {
            "/api/auth/login": answer(TOKENS),
            "/api/auth/refresh": answer(TOKENS | {"refreshToken": "r2"}),
            "/api/tasks/v1": self._tasks,
            "/api/tasks/v1/t1": answer(TASK),
            "/api/ability-tasks": answer({"items": [ABILITY_TASK]}),
            "/api/ability-tasks/a1": answer(ABILITY_TASK),
        }

    def _tasks(self, request: httpx.Request) -> httpx.Response:
        if routes.NO_TOKEN in request.headers["authorization"]:
            return httpx.Response(401, json={"detail": "INVALID_TOKEN"})
        return httpx.Response(200, json={"items": [TASK], "total": 1})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        known = self.routes.get(request.url.path)
        return known(request) if known else httpx.Response(404, json={"detail": "NOT_FOUND"})

    def check(self, user: str = "demo") -> Findings:
        """What the command finds of the routes."""
        found = Findings()
        with Backend("http://backend.example/", httpx.MockTransport(self)) as backend:
            tokens = routes.sign_in(backend, user, "secret", found)
            if tokens is not None:
                routes.walk(backend, tokens, found)
        return found


def verdicts(found: Findings) -> dict[str, tuple[Verdict, str]]:
    """Each line's verdict and what is said."""
    return {finding.line.name: (finding.verdict, finding.says) for finding in found.all()}


def test_the_least_that_the_page_works_with() -> None:
    """Signing in and the two lists: the page works, and everything else is hidden, by name."""
    found = Imagined().check()
    reported = verdicts(found)
    assert report.works(found)
    assert reported["tasks.list"] == (Verdict.HAS, "1 items")
    assert reported["tasks.filter"][0] is reported["tasks.one"][0] is reported["ability-tasks.one"][0] is Verdict.HAS
    assert reported["abilities.list"] == (Verdict.LACKS, "HTTP 404 NOT_FOUND")
    assert reported["admin.logs"] == (Verdict.NOT_ASKED, "there is no ability to ask about")
    lines = list(report.lines(found, 3600.0))
    assert "  the balance  (points.statistics)" in lines
    assert "  the list of tasks  (tasks.list)" not in lines
    assert lines[-1] == "The page works with this backend."


def test_nothing_is_changed() -> None:
    """Besides the two requests for tokens there are reads, and questions for the methods of a route."""
    backend = Imagined()
    backend.check()
    sent = {(request.method, request.url.path) for request in backend.asked if request.method not in {"GET", "OPTIONS"}}
    assert sent == {("POST", "/api/auth/login"), ("POST", "/api/auth/refresh")}


def test_the_new_token_is_used_after_a_renewal() -> None:
    """As on the page: a backend that ends the old token at once is not asked with it."""
    backend = Imagined()
    fresh = claims(exp=3e9)
    backend.routes["/api/auth/refresh"] = answer(TOKENS | {"accessToken": fresh})
    backend.check()
    tokens = {request.headers["authorization"] for request in backend.asked if request.method == "GET"}
    assert tokens == {f"Bearer {fresh}", f"Bearer {routes.NO_TOKEN}"}


@pytest.mark.parametrize("user", ["demo", "demo@example.org"])
def test_a_name_with_an_at_is_an_address(user: str) -> None:
    """The login takes a name or an address, as on the page."""
    backend = Imagined()
    backend.check(user)
    login = json.loads(backend.asked[0].content)
    assert login == {"email" if "@" in user else "username": user, "password": "secret"}


@pytest.mark.parametrize(
    ("path", "response", "line", "verdict", "says"),
    [
        ("/api/auth/login", (401, {"detail": "INVALID_CREDENTIALS"}), "auth.login", Verdict.REFUSES, "are refused"),
        ("/api/auth/login", (404, {"detail": "Not Found"}), "auth.login", Verdict.LACKS, "HTTP 404 Not Found"),
        ("/api/auth/login", (200, {"token": "x"}), "auth.login", Verdict.DIFFERS, "the page cannot read it"),
        ("/api/tasks/v1", (200, {"tasks": []}), "tasks.list", Verdict.DIFFERS, "the page cannot read it"),
        ("/api/tasks/v1", (500, None), "tasks.list", Verdict.DIFFERS, "HTTP 500"),
        ("/api/ability-tasks", (403, {"detail": "ADMIN_ONLY"}), "ability-tasks.list", Verdict.REFUSES, "ADMIN_ONLY"),
        ("/api/ability-tasks", (403, {"detail": "No."}), "ability-tasks.list", Verdict.DIFFERS, "HTTP 403 No."),
    ],
)
def test_without_what_it_needs_the_page_could_not_work(
    path: str, response: tuple[int, object], line: str, verdict: Verdict, says: str
) -> None:
    """A login or a list that is missing, refused or unreadable is named, and is the only reason for a bad end."""
    backend = Imagined()
    status, body = response
    backend.routes[path] = answer(body, status)
    found = backend.check()
    reported = verdicts(found)[line]
    assert reported[0] is verdict
    assert says in reported[1]
    assert not report.works(found)
    assert list(report.lines(found, None))[-1] == f"The page could not work: {line}"


def test_a_backend_that_is_not_there() -> None:
    """No connection is reported as such."""

    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    found = Findings()
    with Backend("http://backend.example", httpx.MockTransport(nobody)) as backend:
        assert routes.sign_in(backend, "demo", "secret", found) is None
    assert verdicts(found)["auth.login"] == (Verdict.LACKS, "not reached: ConnectError")


def test_what_the_page_would_leave_out_is_counted() -> None:
    """Items that the page's readers make nothing of are said, and the rest is used."""
    backend = Imagined()
    backend.routes["/api/ability-tasks"] = answer({"items": [ABILITY_TASK, {"status": "running"}, {}]})
    found = backend.check()
    assert verdicts(found)["ability-tasks.list"] == (Verdict.DIFFERS, "the page can read 1 of 3 items")
    assert report.works(found)


def test_a_filter_that_is_not_kept_to() -> None:
    """A list that answers other words than it was asked for is no filter."""
    backend = Imagined()
    both = {"items": [TASK, TASK | {"taskId": "t2", "status": "failed"}], "total": 2}
    backend.routes["/api/tasks/v1"] = answer(both)
    assert verdicts(backend.check())["tasks.filter"] == (Verdict.DIFFERS, "status=succeeded is not kept to")


def test_a_list_without_a_total_and_without_tasks() -> None:
    """What cannot be known of an empty list is not asked."""
    backend = Imagined()
    backend.routes["/api/tasks/v1"] = answer({"items": []})
    reported = verdicts(backend.check())
    assert reported["tasks.total"][0] is Verdict.LACKS
    assert reported["tasks.one"][0] is reported["tasks.filter"][0] is Verdict.NOT_ASKED


def test_who_answers_anybody_is_reported() -> None:
    """A backend that takes a token which nobody signed is worth a word."""
    backend = Imagined()
    backend.routes["/api/tasks/v1"] = answer({"items": [TASK], "total": 1})
    verdict, says = verdicts(backend.check())["auth.refused"]
    assert verdict is Verdict.DIFFERS
    assert "shown to anybody" in says


@pytest.mark.parametrize(("allow", "verdict"), [("POST", Verdict.HAS), ("GET, HEAD", Verdict.NOT_ASKED)])
def test_a_route_may_say_itself_that_it_takes_orders(allow: str, verdict: Verdict) -> None:
    """Orders are never sent; a route that names its methods is believed, and any other is not asked."""
    backend = Imagined()
    submit = "/api/tasks/v1/submit"
    backend.routes[submit] = lambda request: httpx.Response(405, headers={"Allow": allow})
    assert verdicts(backend.check())["tasks.submit"][0] is verdict
    assert [request.method for request in backend.asked if request.url.path == submit] == ["OPTIONS"]


@pytest.mark.parametrize("body", [[1], "text", {"rows": []}, None], ids=["list", "text", "other", "nothing"])
def test_an_optional_route_that_answers_something_else(body: object) -> None:
    """It counts as different, and nothing is made of it."""
    backend = Imagined()
    backend.routes["/api/admin/dashboard/metrics"] = answer(body)
    assert verdicts(backend.check())["admin.dashboard"][0] is Verdict.DIFFERS
