"""The proxy, asked by a client that breaks the rules, or off."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from testkit.raw_http import (
    PATIENCE_S,
    RawServer,
    Received,
    address_of,
    answering,
    body,
    exchange,
    get,
    head_of_frame,
    serving,
    status,
    upgrade,
    upgraded,
)
from tests.host.conftest import START
from tests.host.running import Host

LARGEST_FRAME = 16 * 2**20
LARGEST_BODY = 32 * 2**20
arrived = threading.Semaphore(0)


@pytest.fixture(scope="module")
def backend() -> Iterator[RawServer]:
    """A backend that answers all but `/api/silence`, and says how much came."""

    def answer(request: Received) -> bytes:
        if request.target == "/api/silence":
            arrived.release()
            return b""
        if request.target == "/api/socket":
            return upgraded(request)
        return answering(f"{request.target} {len(request.body)}".encode())

    with serving(answer) as server:
        yield server


@pytest.fixture(scope="module")
def front(site_start: START, backend: RawServer) -> Host:
    """A host in front of it; that it has nothing to complain of in the end is checked when it ends."""
    return site_start("--backend", backend.url)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Trace-Id: a\x00b\r\n\r\n",
        b"GET /api/x y HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/\xe9 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00\x00",
    ],
    ids=["framed-twice", "te-first", "two-lengths", "odd-coding", "space-before-colon", "control", "space-in-target",
         "latin-target", "tls"],
)  # fmt: skip
def test_requests_that_are_none(front: Host, backend: RawServer, sent: bytes) -> None:
    """What breaks the rules of HTTP is refused here, with 4xx, and nothing of it reaches the backend (13)."""
    asked = backend.connections
    with socket.create_connection(address_of(front.url), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while chunk := connection.recv(65536):
            said += chunk
    assert 400 <= status(said) < 500
    assert backend.connections == asked


@pytest.mark.parametrize("said", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"])
def test_other_sites_pages(front: Host, backend: RawServer, said: str) -> None:
    """What another site's page wants changed does not reach the backend, although that cannot see the Origin (8)."""
    asked = backend.connections
    answer = get(front.url, "/api/x", said, "Content-Length: 2", method="POST", body=b"{}")
    assert (status(answer), backend.connections) == (403, asked)
    own = get(front.url, "/api/x", f"Origin: {front.url}", "Content-Length: 2", method="POST", body=b"{}")
    assert (status(own), "origin" in backend.received[-1].headers) == (200, False)


def test_head_without_an_end(front: Host, backend: RawServer) -> None:
    """A head is not collected for ever: after some kilobytes the connection is over."""
    asked = backend.connections
    endless = b"GET /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * (64 * 2**20)
    with (
        socket.create_connection(address_of(front.url), timeout=PATIENCE_S) as connection,
        pytest.raises((ConnectionResetError, BrokenPipeError)),
    ):
        connection.sendall(endless)
    assert backend.connections == asked


def test_pipelined_requests(front: Host) -> None:
    """Two requests in one breath are two answers, in order."""
    one = b"GET /api/one HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    two = b"GET /api/two HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    said = exchange(front.url, one + two)
    assert said.count(b"HTTP/1.1 200") == 2
    assert said.index(b"/api/one 0") < said.index(b"/api/two 0")


@pytest.mark.parametrize("chunked", [False, True])
def test_body_that_is_too_large(front: Host, chunked: bool) -> None:
    """A body has a limit in bytes, whether its length is said or counted."""
    size = LARGEST_BODY + 1
    if chunked:
        sent = b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n"
        said = get(front.url, "/api/x", "Transfer-Encoding: chunked", method="POST", body=sent)
    else:
        said = get(front.url, "/api/x", f"Content-Length: {size}", method="POST")
    assert status(said) == 413


def test_body_in_chunks(front: Host) -> None:
    """A body whose length nobody says arrives, in chunks of its own."""
    said = get(front.url, "/api/x", "Transfer-Encoding: chunked", method="POST", body=b"3\r\nabc\r\n0\r\n\r\n")
    assert (status(said), body(said)) == (200, b"/api/x 13")


def test_caller_that_leaves_in_the_middle(front: Host, backend: RawServer) -> None:
    """A body that breaks off is taken for whole by nobody: the backend's connection ends too."""
    asked, ended, whole = backend.connections, backend.ended, len(backend.received)
    with closing(socket.create_connection(address_of(front.url), timeout=PATIENCE_S)) as connection:
        connection.sendall(b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nnot a hundred")
        backend.wait_until(lambda: backend.connections > asked)
    backend.wait_until(lambda: backend.ended > ended)
    assert len(backend.received) == whole


def test_caller_that_does_not_wait(front: Host, backend: RawServer) -> None:
    """Who has gone is no longer asked for: a hundred callers that leave do not hold a hundred connections."""
    ended = backend.ended
    connections = [socket.create_connection(address_of(front.url), timeout=PATIENCE_S) for _ in range(100)]
    for connection in connections:
        connection.sendall(b"GET /api/silence HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for _ in connections:
        assert arrived.acquire(timeout=PATIENCE_S)
    for connection in connections:
        connection.close()
    backend.wait_until(lambda: backend.ended >= ended + 100)
    assert body(get(front.url, "/api/x")) == b"/api/x 0"


@contextmanager
def open_socket(front: Host) -> Iterator[socket.socket]:
    """A WebSocket that the backend has opened."""
    with socket.create_connection(address_of(front.url), timeout=PATIENCE_S) as connection:
        connection.sendall(upgrade(front.url, "/api/socket"))
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        assert status(head) == 101
        yield connection


def test_frame_that_is_too_large(front: Host, backend: RawServer) -> None:
    """A frame has a limit in bytes: what announces more is 1009 at once, and the backend's connection ends (7)."""
    ended = backend.ended
    with open_socket(front) as connection:
        connection.sendall(head_of_frame(LARGEST_FRAME + 1, masked=True))
        said = connection.recv(65536)
    assert (said[0], struct.unpack(">H", said[2:4])) == (0x88, (1009,))
    backend.wait_until(lambda: backend.ended > ended)


@pytest.mark.parametrize("linger", [None, struct.pack("ii", 1, 0)], ids=["ended", "reset"])
def test_socket_that_vanishes(front: Host, backend: RawServer, linger: bytes | None) -> None:
    """Who has gone without a word holds no connection to the backend, and nobody speaks in its name."""
    ended = backend.ended
    with open_socket(front) as connection:
        if linger is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    backend.wait_until(lambda: backend.ended > ended)
    assert backend.last_words[-1] == b""
