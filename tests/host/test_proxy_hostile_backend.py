"""The proxy in front of a backend that breaks the rules of HTTP, of WebSockets, or its connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from devserver.proxy.addresses import Addresses
from devserver.proxy.http import Forwarder
from devserver.proxy.socket import SocketBridge
from testkit.raw_http import (
    PATIENCE_S,
    Last,
    RawServer,
    Received,
    address_of,
    answering,
    body,
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
UNUSABLE = {
    "framed-twice": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nab",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    "status-999": b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nab",
    "status-600": b"HTTP/1.1 600 Odd\r\nContent-Length: 2\r\n\r\nab",
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "nothing": b"",
    "half-a-head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "long-head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n",
    "split-header": b"HTTP/1.1 200 OK\r\nX-Trace-Id: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\nab",
    "odd-coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
}

# By the last word of the target: how a socket is sent elsewhere, which a WebSocket client would follow.
SOCKETS_ELSEWHERE = {
    "absolute": ("302 Found", "ws:{other}/api/elsewhere"),
    "of-http": ("301 Moved Permanently", "http:{other}/api/elsewhere"),
    "no-scheme": ("307 Temporary Redirect", "{other}/api/elsewhere"),
    "same-server": ("308 Permanent Redirect", "/api/elsewhere"),
}


@pytest.fixture(scope="module")
def other() -> Iterator[RawServer]:
    """Another server, where redirects point to."""
    with serving(lambda _: answering(b"another server")) as server:
        yield server


@pytest.fixture(scope="module")
def backend(other: RawServer) -> Iterator[RawServer]:
    """A backend that misbehaves by the last word of the target."""

    def answer(request: Received) -> bytes:
        match request.target.rpartition("/")[2]:
            case "hints":
                return b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50 + answering(b"ab")
            case "redirect":
                return answering(b"", f"Location: {other.url}/api/x", status_line="302 Found")
            case name if name in SOCKETS_ELSEWHERE:
                status_line, place = SOCKETS_ELSEWHERE[name]
                place = place.format(other=other.url.removeprefix("http:"))
                return Last(answering(b"", f"Location: {place}", status_line=status_line))
            case "elsewhere" | "subprotocol":
                return Last(upgraded(request, "Sec-WebSocket-Protocol: evil"))
            case "large-frame":
                return upgraded(request) + head_of_frame(LARGEST_FRAME + 1)
            case name:
                return Last(UNUSABLE[name])

    with serving(answer) as server:
        yield server


@pytest.fixture(scope="module")
def front(site_start: START, backend: RawServer) -> Host:
    """A host in front of it."""
    return site_start("--backend", backend.url)


@pytest.mark.parametrize("name", UNUSABLE)
def test_answers_that_cannot_be_passed_on(front: Host, name: str) -> None:
    """An answer that is no answer is 502 in words of the API; it is never a 500, and never passed on in part."""
    said = get(front.url, f"/api/{name}")
    assert status(said) == 502
    assert body(said) in {b'{"detail":"BACKEND_ANSWER_UNUSABLE"}', b'{"detail":"BACKEND_UNREACHABLE"}'}


def test_hints_before_the_answer(front: Host) -> None:
    """Informational answers are not the answer."""
    said = get(front.url, "/api/hints")
    assert (status(said), body(said)) == (200, b"ab")


@asynccontextmanager
async def through_a_forwarder(backend: str, call_s: float = 10.0) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a forwarder that has no connections yet."""
    forwarder = Forwarder(Addresses(backend), call_s)
    app = FastAPI()
    app.add_route("/api/{path:path}", forwarder.forward, methods=["GET", "POST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        yield client
    await forwarder.close()


def once_per_connection(request: Received) -> bytes:
    """Answer a connection's first request and close it at the second, as a server does that has just timed out."""
    return answering(b"ok") if request.number == 1 else Last()


async def test_read_on_a_connection_that_broke() -> None:
    """A GET on a reused connection that is closed without an answer is sent once more, on a new one (27)."""
    with serving(once_per_connection) as backend:
        async with through_a_forwarder(backend.url) as client:
            answers = [(await client.get("/api/x")).text for _ in range(3)]
        assert answers == ["ok"] * 3
        assert [(request.connection, request.number) for request in backend.received][:3] == [(1, 1), (1, 2), (2, 1)]


async def test_read_is_repeated_once() -> None:
    """What fails again has failed, and what fails on a connection of its own is not repeated at all (27)."""
    with serving(lambda request: answering() if request.target == "/api/well" else Last()) as backend:
        async with through_a_forwarder(backend.url) as client:
            assert (await client.get("/api/badly")).status_code == 502
            assert len(backend.received) == 1
            assert (await client.get("/api/well")).status_code == 200
            assert (await client.get("/api/badly")).status_code == 502
        assert [request.connection for request in backend.received] == [1, 2, 2, 3]


async def test_write_is_never_repeated() -> None:
    """A POST goes over a connection that nobody has used, so that nobody can have closed it, and goes once (27)."""
    with serving(once_per_connection) as backend:
        async with through_a_forwarder(backend.url) as client:
            await client.get("/api/x")
            for _ in range(2):
                assert (await client.post("/api/x", json={})).text == "ok"
        assert [request.number for request in backend.received] == [1, 1, 1]
    with serving(lambda _: Last()) as backend:
        async with through_a_forwarder(backend.url) as client:
            assert (await client.post("/api/x", json={})).status_code == 502
        assert len(backend.received) == 1


async def test_backend_that_never_answers() -> None:
    """A call has a limit, after which it is 504."""
    with serving(lambda _: b"") as silent:
        async with through_a_forwarder(silent.url, call_s=0.05) as client:
            for method in ("GET", "POST"):
                answer = await client.request(method, "/api/x")
                assert (answer.status_code, answer.json()) == (504, {"detail": "BACKEND_TIMEOUT"})


@pytest.mark.parametrize("name", SOCKETS_ELSEWHERE)
def test_redirected_socket(front: Host, backend: RawServer, other: RawServer, name: str) -> None:
    """A redirect is no reason to open a socket somewhere else, on another server or on the same (12, R56)."""
    asked = len(backend.received)
    with pytest.raises(InvalidStatus) as caught:
        connect(f"ws://{front.authority}/api/{name}", proxy=None)
    assert caught.value.response.status_code == 502
    assert (len(backend.received) - asked, other.connections) == (1, 0)


def test_redirected_request(front: Host, other: RawServer) -> None:
    """Nor is it followed for a request: the browser gets it, whose policy forbids it."""
    assert front.client.get("/api/redirect").headers["location"] == f"{other.url}/api/x"
    assert other.connections == 0


@pytest.mark.parametrize("name", ["subprotocol", "no-http", "nothing", "half-a-head", "long-head"])
def test_upgrades_that_are_none(front: Host, name: str) -> None:
    """An upgrade that goes wrong there is refused here."""
    with pytest.raises(InvalidStatus) as caught:
        connect(f"ws://{front.authority}/api/{name}", proxy=None)
    assert caught.value.response.status_code == 502


def test_frame_that_is_too_large(front: Host, backend: RawServer) -> None:
    """A frame has a limit, and its own close code; the connection ends, although the backend leaves it open (7)."""
    ended = backend.ended
    with (
        connect(f"ws://{front.authority}/api/large-frame", proxy=None) as stream,
        pytest.raises(ConnectionClosed) as caught,
    ):
        stream.recv(timeout=PATIENCE_S)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009
    backend.wait_until(lambda: backend.ended > ended)


async def test_upgrade_that_is_never_answered() -> None:
    """It has a limit too, after which it is 504, and the backend's connection ends."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket", "scheme": "ws", "path": "/api/x", "raw_path": b"/api/x", "query_string": b"",
        "headers": [], "subprotocols": [], "client": ("127.0.0.1", 1), "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    with serving(lambda _: b"") as silent:
        await SocketBridge(Addresses(silent.url), open_s=0.05).serve(WebSocket(scope, receive, send))
        assert (said[0]["status"], said[1]["body"]) == (504, b'{"detail":"BACKEND_TIMEOUT"}')
        silent.wait_until(lambda: silent.ended == 1)


class Flood:
    """A backend that sends its one socket more than anybody keeps, as fast as it is taken."""

    FRAMES = 64
    SIZE = 2**20
    STALLED_S = 1.0

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sent_at_stall = 0
        self.stalled = threading.Event()

    def run(self) -> None:
        """Accept it, and send."""
        connection, _ = self.listener.accept()
        with connection:
            head = connection.recv(65536)
            frame = head_of_frame(self.SIZE) + bytes(self.SIZE)
            rest = memoryview(upgraded(Received(1, 1, head, b"")) + frame * self.FRAMES)
            connection.settimeout(self.STALLED_S)
            while rest:
                try:
                    rest = rest[connection.send(rest[: self.SIZE]) :]
                except TimeoutError:
                    self.sent_at_stall = self.FRAMES - len(rest) // self.SIZE
                    self.stalled.set()
                    connection.settimeout(PATIENCE_S)
            self.stalled.set()


def test_browser_that_does_not_read(site_start: START) -> None:
    """What it does not take stays with the backend, which comes to a stand after a few frames; nothing is lost (7)."""
    flood = Flood()
    sending = threading.Thread(target=flood.run)
    with flood.listener:
        front = site_start("--backend", f"http://127.0.0.1:{flood.listener.getsockname()[1]}")
        sending.start()
        with socket.create_connection(address_of(front.url), timeout=PATIENCE_S) as browser:
            browser.sendall(upgrade(front.url, "/api/x"))
            assert flood.stalled.wait(PATIENCE_S)
            stand = flood.sent_at_stall
            arrived = 0
            while arrived < flood.FRAMES * flood.SIZE:
                chunk = browser.recv(2**20)
                assert chunk
                arrived += len(chunk)
        sending.join()
    assert 0 < stand < flood.FRAMES // 2
