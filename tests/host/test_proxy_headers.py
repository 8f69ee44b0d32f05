"""What the proxy lets pass and says itself, in both directions, and that nothing of one caller reaches another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from testkit.raw_http import RawServer, Received, answering, get, serving
from tests.host.conftest import START
from tests.host.running import Host

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/admin",
    "Forwarded": "for=203.0.113.9;host=evil.example",
    "X-Real-IP": "203.0.113.9",
    "X-Original-URL": "/api/admin",
    "X-Rewrite-URL": "/api/admin",
    "X-HTTP-Method-Override": "DELETE",
    "True-Client-IP": "203.0.113.9",
    "Via": "1.1 evil",
    "Proxy-Authorization": "Basic eDp5",
    "X-Anything": "else",
}
OURS = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
GIVING_RIGHTS = (
    "Access-Control-Allow-Origin: https://evil.example",
    "Access-Control-Allow-Credentials: true",
    'Clear-Site-Data: "*"',
    'Alt-Svc: h2="evil.example:443"',
    "Refresh: 0; url=https://evil.example/",
    "Service-Worker-Allowed: /",
    "Strict-Transport-Security: max-age=31536000",
    "Link: <https://evil.example/x>; rel=preload",
    "SourceMap: https://evil.example/x",
    'Report-To: {"endpoints": []}',
    "Server: something 1.2",
    "X-Powered-By: something",
    "Content-Security-Policy: default-src *",
    "Keep-Alive: timeout=5",
)


def answer(request: Received) -> bytes:
    """Set a cookie for whoever asks for one, give rights to others, else say little."""
    if request.target == "/api/cookie":
        return answering(b"{}", "Set-Cookie: session=of-the-first-caller; Path=/", "Set-Cookie: b=2")
    if request.target == "/api/rights":
        return answering(
            b"{}", *GIVING_RIGHTS, "X-Trace-Id: t", "Retry-After: 7", "Connection: x-request-id", "X-Request-Id: r"
        )
    return answering()


@pytest.fixture(scope="module")
def backend() -> Iterator[RawServer]:
    """A backend that keeps what it was sent."""
    with serving(answer) as server:
        yield server


@pytest.fixture(scope="module")
def front(site_start: START, backend: RawServer) -> Host:
    """A host in front of it."""
    return site_start("--backend", backend.url)


def test_no_cookie_of_one_caller_reaches_another(front: Host, backend: RawServer) -> None:
    """A cookie that one caller was given goes with nobody else's request, and with no later one by itself (R56)."""
    assert b"session=of-the-first-caller" in get(front.url, "/api/cookie")
    for target in ("/api/x", "/api/cookie", "/api/y"):
        get(front.url, target)
        assert "cookie" not in backend.received[-1].headers
    get(front.url, "/api/x", "Cookie: mine=1")
    assert backend.received[-1].headers["cookie"] == "mine=1"
    get(front.url, "/api/x")
    assert "cookie" not in backend.received[-1].headers


def test_nothing_is_said_that_the_caller_did_not_say(front: Host, backend: RawServer) -> None:
    """A request without headers arrives with the backend's name and where it came from, and nothing else."""
    get(front.url, "/api/x")
    authority = front.authority
    assert backend.received[-1].headers == {
        "host": backend.url.removeprefix("http://"),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": authority,
        "x-forwarded-proto": "http",
    }


def test_forged_headers_stay_here(front: Host, backend: RawServer) -> None:
    """Nobody can say for this host where a request came from, or what it was meant to be (R56)."""
    get(front.url, "/api/x", *(f"{name}: {value}" for name, value in FORGED.items()))
    seen = backend.received[-1].headers
    assert set(seen) == {"host"} | OURS
    assert not set(seen.values()) & set(FORGED.values())
    assert backend.received[-1].head.startswith(b"GET ")


def test_what_a_request_needs_passes(front: Host, backend: RawServer) -> None:
    """What describes the request and its caller arrives, but for what `Connection` claims."""
    sent = ("Authorization: Bearer a.b.c", 'If-None-Match: "x"', "Accept-Language: zh", "Range: bytes=0-1")
    get(front.url, "/api/x", *sent, "Connection: accept-language")
    seen = backend.received[-1].headers
    assert (seen["authorization"], seen["if-none-match"], seen["range"]) == ("Bearer a.b.c", '"x"', "bytes=0-1")
    assert not {"accept-language", "connection"} & set(seen)


def test_answers_give_no_rights(front: Host) -> None:
    """An answer's headers that act on this host's origin end here, whatever the backend wants (R56)."""
    headers = front.client.get("/api/rights").headers
    named = {line.partition(":")[0].lower() for line in GIVING_RIGHTS}
    assert named & set(headers) == {"content-security-policy"}
    assert "default-src *" not in headers["content-security-policy"]
    assert (headers["x-trace-id"], headers["retry-after"]) == ("t", "7")
    assert "x-request-id" not in headers


def test_sockets_say_where_they_come_from(front: Host, backend: RawServer) -> None:
    """An upgrade too arrives with this host's word on where it came from, and with nobody else's."""
    with pytest.raises(Exception, match="rejected"):
        connect(
            f"ws://{front.authority}/api/notify/v1/stream",
            origin=Origin(front.url),
            additional_headers=FORGED | {"Cookie": "mine=1"},
            proxy=None,
        )
    seen = backend.received[-1].headers
    assert (seen["x-forwarded-for"], seen["x-forwarded-host"]) == ("127.0.0.1", front.authority)
    assert seen["x-forwarded-proto"] == "http"
    assert not (({name.lower() for name in FORGED} | {"origin", "cookie", "user-agent"}) - OURS) & set(seen)
