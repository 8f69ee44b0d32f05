"""The configurations of deploy/ say what the host says; `make deploy-test` runs them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from devserver.proxy.http import CALL_SECONDS
from devserver.security import API_POLICY, FIXED_HEADERS
from testkit.front import NEEDED, FrontFailed, changed, need
from testkit.host import ROOT
from tools.page_policy import page_policy

# How each server names the host and port that it was asked by.
CONFIGURATIONS = {"nginx.conf": "$http_host", "Caddyfile": "{http.request.hostport}"}


@pytest.fixture(params=sorted(CONFIGURATIONS))
def configuration(request: pytest.FixtureRequest) -> Path:
    """One of them."""
    return ROOT / "deploy" / str(request.param)


def test_the_policies_are_the_ones_of_this_project(configuration: Path) -> None:
    """R56: the page's policy stands in one place, and is repeated here letter by letter, as is the API's."""
    policies = re.findall(r'"(default-src [^"]*)"', configuration.read_text("utf-8"))
    page = page_policy(scripts=f"{CONFIGURATIONS[configuration.name]}/static/")
    assert sorted(policies) == sorted([page, API_POLICY])


def test_the_fixed_headers_are_the_hosts(configuration: Path) -> None:
    """Each has the value that the bundled host sends."""
    lines = [line.replace('"', "") for line in configuration.read_text("utf-8").splitlines()]
    missing = {
        name: value for name, value in FIXED_HEADERS.items() if not any(f"{name} {value}" in line for line in lines)
    }
    assert missing == {}


def test_a_call_may_take_a_quarter_of_an_hour(configuration: Path) -> None:
    """A synchronous call of an ability answers when it is done; nobody waits less than the host does."""
    said = re.findall(r"\b(\w+_timeout) (\d+)s", configuration.read_text("utf-8"))
    names = {"nginx.conf": ["proxy_read_timeout", "proxy_send_timeout"], "Caddyfile": ["response_header_timeout"]}
    assert CALL_SECONDS == 15 * 60
    assert [(name, int(seconds)) for name, seconds in said if name != "dial_timeout"] == [
        (name, CALL_SECONDS) for name in names[configuration.name]
    ]


def test_every_server_of_nginx_has_the_log_without_queries() -> None:
    """The one that only leads to the other too: without a word of its own it would write whole addresses elsewhere."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    servers = text.count("\nserver {")
    assert servers == len(re.findall(r"access_log \S+ podi;", text)) == 2
    assert "$request " not in text
    assert "$args" not in text


def test_what_an_operator_changes_is_marked(configuration: Path) -> None:
    """Backend, certificate and folder each stand once, marked with CHANGE on the line or the one before."""
    lines = configuration.read_text("utf-8").splitlines()
    for text in ("127.0.0.1:8099", "/etc/ssl/certs/", "/etc/ssl/private/", "/srv/podi", "monitor.example"):
        places = [number for number, line in enumerate(lines) if text in line and not line.strip().startswith("#")]
        assert places, text
        assert all("CHANGE" in lines[number] + lines[number - 1] for number in places), text


@pytest.mark.parametrize(("name", "outcome"), [("nginx", pytest.fail.Exception), ("caddy", pytest.skip.Exception)])
def test_a_run_without_nginx_is_no_success(
    monkeypatch: pytest.MonkeyPatch, name: str, outcome: type[BaseException]
) -> None:
    """`make deploy-test` fails where it could not be installed; Caddy, which not every system has, is passed over."""
    for variable in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        monkeypatch.delenv(variable, raising=False)
    order = ["make", "--dry-run", "deploy-test"]
    said = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (needed,) = re.findall(rf"env {NEEDED}=(\S+) \S+ -m pytest tests/deploy ", said)
    monkeypatch.setenv(NEEDED, needed)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(outcome, match=f"{name} is not installed"):
        need(name)


def test_a_piece_that_is_not_there_once_is_not_changed() -> None:
    """A configuration that has drifted from what is tested stops the test instead of passing it."""
    assert changed("a b", {"a": "x"}) == "x b"
    for text in ("b", "a a"):
        with pytest.raises(FrontFailed, match="times what is to be changed"):
            changed(text, {"a": "x"})
