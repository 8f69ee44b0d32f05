"""The accounts that the sign-in form offers with one click."""

from __future__ import annotations

from pathlib import Path

from devserver.app import build_app
from devserver.demo_accounts import PATH
from devserver.proxy.proxy import Proxy
from devserver.settings import Settings
from tests.host.conftest import START
from tests.host.running import Host


def test_the_host_says_who_may_sign_in(host: Host) -> None:
    """R33: on loopback, with passwords that sign in; nobody else's page may read it."""
    answer = host.client.get(PATH)
    assert "same-origin" == answer.headers["Cross-Origin-Resource-Policy"]
    accounts = answer.json()["accounts"]
    assert [("demo", "user"), ("admin", "admin")] == [(one["username"], one["role"]) for one in accounts]
    for one in accounts:
        body = {"username": one["username"], "password": one["password"]}
        assert host.client.post("/api/auth/login", json=body).status_code == 200


def test_a_host_in_front_of_a_backend_knows_of_nobody(start: START) -> None:
    """R56: and does not ask the backend, which need not even be there."""
    assert {"accounts": []} == start("--backend", "http://127.0.0.1:9").client.get(PATH).json()


def test_the_route_is_on_loopback_alone(tmp_path: Path) -> None:
    """R56: where others reach the host its passwords are for whoever started it: there is no route to be empty."""

    def paths(host: str) -> set[str]:
        app = build_app(Settings(host=host, site=tmp_path), Proxy("http://127.0.0.1:9"))
        return {getattr(route, "path", "") for route in app.routes}

    assert PATH in paths("127.0.0.1")
    assert PATH not in paths("0.0.0.0")
