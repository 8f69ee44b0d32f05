"""Whatever the target of a request is, the proxy asks the backend that it was given, below /api, or nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devserver.proxy.addresses import Addresses, AddressRefused
from testkit.raw_http import RawServer, answering, body, get, serving, status
from tests.host.conftest import START
from tests.host.running import Host

UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)

FOREIGN = [
    "%2Fapi%2F@{other}/x",
    "%2fapi%2f@{other}/api/x",
    "@{other}/api/x",
    ".{other}/api/x",
    "%2fapi/x",
    "http://{other}/api/x",
    "//{other}/api/x",
    "/api%2fx",
    "/api%2F..%2F@{other}/",
]
CLIMBING = [
    "/api/../x",
    "/api/./x",
    "/api/x/..",
    "/api/%2e%2e/x",
    "/api/%2E./x",
    "/api/..%2fx",
    "/api/..%5cx",
    "/api/x\\..\\y",
    "/api/..;a=b/x",
    "/api/%252e%252e/x",
    "/api/%25252e%25252e%25252fx",
    "/api/%" + "25" * 3000 + "2e",
]


PASSING = [
    "/api/x",
    "/api/a%2Fb/%E9%94%A6?q=%20+&q=2",
    "/api//x",
    "/api/...",
    "/api/.x/..y/z..",
    "/api/x?next=/../y&z=%2e%2e/",
    "/api/%00/X:%20y",
    "/api/a;b=c/d",
    "/api/x??y?",
    "/api/t1.baidu.executor.0123",
]


@pytest.fixture(scope="module")
def other() -> Iterator[RawServer]:
    """A second server, which nobody is supposed to ask."""
    with serving(lambda _: answering(b"secret of another server")) as server:
        yield server


@pytest.fixture(scope="module")
def backend() -> Iterator[RawServer]:
    """The backend, which says what it was asked for."""
    with serving(lambda request: answering(request.target.encode())) as server:
        yield server


@pytest.fixture(scope="module")
def front(site_start: START, backend: RawServer) -> Host:
    """A host in front of that backend."""
    return site_start("--backend", backend.url)


@pytest.mark.parametrize("target", [*FOREIGN, *CLIMBING])
@pytest.mark.parametrize("how", ["GET", "POST", "upgrade"])
def test_refused_targets(front: Host, backend: RawServer, other: RawServer, target: str, how: str) -> None:
    """A target that is not plainly below /api/ is refused; neither the backend nor another server is asked (R56)."""
    asked = backend.connections
    target = target.format(other=other.url.removeprefix("http://"))
    match how:
        case "GET":
            answer = get(front.url, target)
        case "POST":
            answer = get(front.url, target, "Content-Length: 2", method="POST", body=b"{}")
        case _:
            answer = get(front.url, target, *UPGRADE)
    assert status(answer) in {400, 403, 404, 405}
    assert b"secret of another server" not in answer
    assert (backend.connections, other.connections) == (asked, 0)


@pytest.mark.parametrize("target", ["%2fapi/x", "%2Fapi%2Fx", "/api%2fx", "/api/../x", "/api/%2e%2e/x"])
def test_refusal_says_so(front: Host, target: str) -> None:
    """Such a target is answered with 400, in words of the API (13: it was a 500)."""
    answer = get(front.url, target)
    assert (status(answer), body(answer)) == (400, b'{"detail":"ADDRESS_REFUSED"}')


@pytest.mark.parametrize("target", PASSING)
def test_passing_targets(front: Host, target: str) -> None:
    """Everything else arrives as it was sent."""
    assert body(get(front.url, target)) == target.encode()


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_origin_is_never_another(path: bytes, query: bytes) -> None:
    """Whatever bytes come, the address has the backend's scheme, host and port and is below /api/, or there is none."""
    addresses = Addresses("http://backend.example:8099")
    for target in (path, b"/api/" + path, b"%2fapi/" + path, b"@" + path):
        try:
            address = addresses.http(target, query)
        except AddressRefused:
            continue
        assert (address.scheme, address.host, address.port) == ("http", "backend.example", 8099)
        assert address.userinfo == b""
        assert address.raw_path.startswith(b"/api/")


@pytest.mark.parametrize(
    ("location", "here"),
    [
        ("http://backend.example:8099/api/x?y#z", "/api/x?y#z"),
        ("http://backend.example:8099", "/"),
        ("http://backend.example:8099//evil.example/x", "/evil.example/x"),
        ("//backend.example:8099/api", "/api"),
        ("http://backend.example:80990/api", "http://backend.example:80990/api"),
        ("http://backend.example:8099.evil.example/", "http://backend.example:8099.evil.example/"),
        ("http://backend.example:8099@evil.example/", "http://backend.example:8099@evil.example/"),
        ("https://backend.example:8099/", "https://backend.example:8099/"),
        ("/api/x", "/api/x"),
        ("http://[", "http://["),
    ],
)
def test_redirects_seen_from_here(location: str, here: str) -> None:
    """A redirect to the backend itself becomes one to this host, and only that one."""
    assert Addresses("http://backend.example:8099").seen_from_here(location.encode()) == here.encode()
