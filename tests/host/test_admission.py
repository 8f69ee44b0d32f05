"""Who is received: under which name, from whose page, and with which framing."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from devserver.admission import Admission
from devserver.command import read
from testkit.raw_http import exchange, get, status
from tests.host.running import Host

MACHINE = socket.gethostname().lower()
LOCAL = "192.0.2.7"


def asked(host: str, method: str = "GET", server: str = LOCAL, kind: str = "http", **headers: str) -> Scope:
    """A request that came to this machine's address ``server``."""
    named = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    encoded = [(name.encode(), value.encode()) for name, value in named.items()]
    return {"type": kind, "method": method, "headers": encoded, "server": (server, 8000), "path": "/"}


@pytest.mark.parametrize(
    "name",
    ["192.0.2.7", "192.0.2.7:8000", "localhost:8000", "127.0.0.1", "[::1]:8000", MACHINE, f"{MACHINE}.local:8000",
     f"{MACHINE.upper()}:8000", f"{MACHINE}.", "podi.lan", "PODI.lan:80"],
)  # fmt: skip
def test_own_names_beyond_loopback(name: str) -> None:
    """Beyond loopback the host answers to the address that was asked, and to names of the machine and of its own."""
    assert Admission("0.0.0.0", ["podi.lan"]).refusal(asked(name)) is None


@pytest.mark.parametrize(
    "name",
    ["evil.example", "192.0.2.8", "192.0.2.7.evil.example", f"{MACHINE}.evil.example", "", "[", "192.0.2.7@evil.a",
     "localhost.evil.example", "0.0.0.1", "3221225991", "192.0.2.7:99999"],
)  # fmt: skip
def test_other_names_beyond_loopback(name: str) -> None:
    """Any other name may have been rebound to this machine, and gets nothing (10)."""
    refused = Admission("0.0.0.0", ["podi.lan"]).refusal(asked(name))
    assert refused is not None
    assert refused.status == 400


def test_addresses_of_ipv6() -> None:
    """An IPv6 address is recognised with its zone, and an IPv4 one in an IPv6 dress."""
    everywhere = Admission("::")
    assert everywhere.refusal(asked("[fe80::7]:8000", server="fe80::7%eth0")) is None
    assert everywhere.refusal(asked("192.0.2.7:8000", server="::ffff:192.0.2.7")) is None
    assert everywhere.refusal(asked("[fe80::8]:8000", server="fe80::7%eth0")) is not None


def test_loopback_answers_to_loopback_alone() -> None:
    """On loopback the address that was asked is no excuse, and ``--name`` is the way in for a forwarded port."""
    assert Admission("127.0.0.1").refusal(asked("192.0.2.7")) is not None
    assert Admission("127.0.0.1", read(["--name", "192.0.2.7"]).names).refusal(asked("192.0.2.7:9")) is None


FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:9999"},
    {"origin": "https://localhost:8000.evil.example"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"origin": "http://localhost:8000", "sec_fetch_site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "ANYTHING"])
def test_foreign_pages_change_nothing(headers: dict[str, str], method: str) -> None:
    """A request that changes something is refused if it comes from another site's page (8)."""
    refused = Admission("127.0.0.1").refusal(asked("localhost:8000", method, **headers))
    assert refused is not None
    assert refused.status == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "http://localhost:8000", "sec_fetch_site": "same-origin"}])
def test_own_page_and_no_browser_change_things(headers: dict[str, str]) -> None:
    """The host's own page may, and what is no browser, which has no Origin to be judged by."""
    assert Admission("127.0.0.1").refusal(asked("localhost:8000", "POST", **headers)) is None


def test_reading_is_nobodys_to_refuse() -> None:
    """A link from another site opens the page: reading changes nothing, and no other page can see the answer."""
    headers = {"sec_fetch_site": "cross-site", "origin": "http://evil.example"}
    assert Admission("127.0.0.1").refusal(asked("localhost:8000", "GET", **headers)) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_origin(origin: str, host: str) -> None:
    """Whatever the two headers hold, there is a decision, and only this host's own origin changes anything."""
    scope = asked("localhost:8000", "POST")
    scope["headers"] = [(b"host", host.encode()), (b"origin", origin.encode())]
    if Admission("127.0.0.1").refusal(scope) is None:
        assert origin.rpartition("/")[2].partition(":")[0] in {"localhost", "127.0.0.1", "["}


@pytest.mark.parametrize("path", ["/api/tasks/v1/submit", "/api/auth/login", "/api/nothing", "/"])
def test_foreign_post(host: Host, path: str) -> None:
    """The rule holds for every address, before anything else is looked at (8, R56)."""
    answer = host.client.post(path, headers={"Origin": "http://evil.example"}, json={})
    assert (answer.status_code, answer.text) == (403, "Only this host's own page may change anything here.\n")


def test_two_framings(host: Host) -> None:
    """A request with two words on where its body ends is refused (13)."""
    headers = ("Content-Length: 2", "Transfer-Encoding: chunked")
    said = get(host.url, "/api/auth/login", *headers, method="POST", body=b"2\r\n{}\r\n0\r\n\r\n")
    assert status(said) == 400


@pytest.mark.parametrize("names", [("a.example", "127.0.0.1"), ("127.0.0.1", "a.example"), ()])
def test_one_host_header(host: Host, names: tuple[str, ...]) -> None:
    """Two names are no name, and none is none."""
    lines = ["GET / HTTP/1.1", *(f"Host: {name}" for name in names), "Connection: close", "", ""]
    assert status(exchange(host.url, "\r\n".join(lines).encode())) == 400
