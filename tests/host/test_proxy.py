"""The host in front of another backend: a second copy of itself, and backends that misbehave."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.host.conftest import START
from tests.host.running import PATIENCE_S, Host, ends, frames_until
from tests.host.test_work import submission


@pytest.fixture(scope="module")
def front(host: Host, site: Path) -> Iterator[Host]:
    """A host in front of the shared one."""
    running = Host.start("--site", site, "--backend", host.url + "/")
    yield running
    running.close()


@contextmanager
def proxied(site: Path, port: int) -> Iterator[Host]:
    """A host in front of whatever listens on ``port``."""
    running = Host.start("--site", site, "--backend", f"http://127.0.0.1:{port}")
    try:
        yield running
    finally:
        running.close()


def test_page_from_here_api_from_there(front: Host, host: Host) -> None:
    """The page is this host's, the data the backend's, and no database is made here."""
    assert front.client.get("/").headers["content-security-policy"].startswith("default-src 'none'; script-src ")
    assert front.get("/api/tasks/v1", size=50) == host.get("/api/tasks/v1", size=50)
    assert front.lines == [f"backend: {host.url}", f"ready {front.url}/"]


def test_errors_and_pictures_pass(front: Host, host: Host) -> None:
    """Statuses, bodies and headers come through as they were."""
    for path in ("/api/ability-tasks/nope", "/api/admin/abilities/logs", "/api/no/such", "/api/tasks/v1?size=0"):
        there, here = host.call("GET", path), front.call("GET", path)
        assert (here.status_code, here.content) == (there.status_code, there.content)
    picture = "/api/assets/tile-0123456789abcdef.png"
    there, here = host.client.get(picture), front.client.get(picture)
    assert here.content == there.content
    assert here.headers["cache-control"] == there.headers["cache-control"]
    assert len(here.headers.get_list("date")) == 1
    assert front.client.get("/api/abilities").headers["www-authenticate"] == "Bearer"


def test_work_through_the_socket(front: Host) -> None:
    """A task submitted here moves here: the subprotocol's token reaches the backend as a header (R1)."""
    body = submission("succeeded")
    with front.socket(origin=front.url) as stream:
        assert stream.subprotocol == "podi.v1"
        front.post("/api/tasks/v1/submit", body)
        frames_until(stream, ends(body["taskId"]))
    with front.socket(subprotocols=None, query=f"?access_token={front.token()}") as stream:
        stream.send('{"type": "ping"}')
        frames_until(stream, lambda frame: frame == {"type": "pong"})


def test_refused_token_passes(front: Host) -> None:
    """The backend's 4401 arrives as 4401 (R33)."""
    with front.socket(subprotocols=["podi.v1", "podi.bearer.x.y.z"]) as stream:
        assert code_of(stream) == 4401


def test_foreign_origin_is_refused_here(front: Host) -> None:
    """The Origin is checked before anything is forwarded."""
    with pytest.raises(InvalidStatus) as caught:
        front.socket(origin="http://evil.example")
    assert caught.value.response.status_code == 403


def code_of(stream: ClientConnection) -> int:
    """The close code, 1006 if there was none."""
    try:
        while True:
            stream.recv(timeout=PATIENCE_S)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 1006


def test_backend_that_ends(start: START, site: Path) -> None:
    """When the backend goes, its close code reaches the browser; while it is gone, requests and upgrades say so."""
    backend = start("--history", 0)
    with proxied(site, int(backend.url.rpartition(":")[2])) as front:
        with front.socket() as stream:
            stream.send("hello")
            frames_until(stream, lambda frame: frame["type"] == "echo")
            backend.close()
            assert code_of(stream) in {1001, 1012}
        answer = front.client.get("/api/abilities")
        assert (answer.status_code, answer.json()) == (502, {"detail": "BACKEND_UNREACHABLE"})
        assert front.client.get("/").status_code == 200
        with pytest.raises(InvalidStatus) as caught:
            connect(f"ws://{front.authority}/api/notify/v1/stream", proxy=None)
        assert caught.value.response.status_code == 502


def test_front_that_ends(host: Host, site: Path) -> None:
    """When this host goes, the browser is notified, and the host ends quickly and quietly."""
    with proxied(site, int(host.url.rpartition(":")[2])) as front, front.socket() as stream:
        stream.send("hello")
        frames_until(stream, lambda frame: frame["type"] == "echo")
        assert front.end() == (0, "")
        assert code_of(stream) in {1001, 1012}


def refuse(stream: ServerConnection, request: Request) -> Response | None:
    """Refuse the upgrade with the status that the path ends in, if it does."""
    status = request.path.rpartition("/")[2]
    if not status.isdigit():
        return None
    response = stream.respond(int(status), "no")
    if status == "302":
        response.headers["Location"] = "http://elsewhere.example/"
    return response


@pytest.fixture(scope="module")
def strange_socket(site: Path) -> Iterator[tuple[Host, int]]:
    """A host in front of a backend whose socket behaves as asked, and that backend's port."""
    ready: list[Any] = []
    started = threading.Event()

    async def run() -> None:
        stop = asyncio.Event()
        async with serve(strangely, "127.0.0.1", 0, process_request=refuse, max_size=2**24, compression=None) as server:
            ready.extend((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stop))
            started.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert started.wait(PATIENCE_S)
        with proxied(site, ready[0]) as front:
            yield front, ready[0]
    finally:
        ready[1].call_soon_threadsafe(ready[2].set)
        thread.join()


async def strangely(stream: ServerConnection) -> None:
    """Do what the client's first message says, having said what it came with."""
    request = stream.request
    assert request is not None
    headers = {
        name: request.headers.get(name) for name in ("authorization", "origin", "sec-websocket-protocol", "host")
    }
    await stream.send(json.dumps(headers | {"path": request.path}))
    match await stream.recv():
        case "abort":
            stream.transport.abort()
        case "echo":
            async for message in stream:
                await stream.send(message)
        case str(code):
            await stream.close(int(code), "as asked")


def test_frames_pass_both_ways(strange_socket: tuple[Host, int]) -> None:
    """The token arrives as a header and nothing else does; text and bytes pass, beyond a megabyte too."""
    front, port = strange_socket
    address = f"ws://{front.authority}/api/notify/v1/stream?x=%2F%20y"
    offered = [Subprotocol("podi.v1"), Subprotocol("podi.bearer.a.b.c")]
    with connect(address, subprotocols=offered, origin=Origin(front.url), proxy=None, max_size=2**24) as stream:
        assert json.loads(stream.recv()) == {
            "authorization": "Bearer a.b.c",
            "origin": None,
            "sec-websocket-protocol": None,
            "host": f"127.0.0.1:{port}",
            "path": "/api/notify/v1/stream?x=%2F%20y",
        }
        stream.send("echo")
        for message in ("text 锦鲤", b"\x00\xff", "x" * (5 * 2**20), ""):
            stream.send(message)
            assert stream.recv(timeout=PATIENCE_S) == message


@pytest.mark.parametrize(
    ("simulated", "code"), [("4401", 4401), ("1013", 1013), ("1000", 1000), ("4403", 4403), ("abort", 1006)]
)
def test_codes_pass(strange_socket: tuple[Host, int], simulated: str, code: int) -> None:
    """A close code arrives as it was sent, and a connection that was cut is cut."""
    with connect(f"ws://{strange_socket[0].authority}/api/notify/v1/stream", proxy=None) as stream:
        stream.recv()
        stream.send(simulated)
        assert code_of(stream) == code


@pytest.mark.parametrize(("status", "expected"), [(401, 4401), (403, 4403), (503, 503), (302, 502)])
def test_refused_upgrades(strange_socket: tuple[Host, int], status: int, expected: int) -> None:
    """401 and 403 become close codes that a browser can see; other refusals stay refusals."""
    address = f"ws://{strange_socket[0].authority}/api/refuse/{status}"
    if expected > 1000:
        with connect(address, proxy=None) as stream:
            assert code_of(stream) == expected
    else:
        with pytest.raises(InvalidStatus) as caught:
            connect(address, proxy=None)
        assert caught.value.response.status_code == expected


class Strange(BaseHTTPRequestHandler):
    """A backend's HTTP that is out of the ordinary."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer by path."""
        match self.path:
            case "/api/redirect":
                self.send_response(307)
                self.send_header("Location", f"http://{self.headers['host']}/api/there?x=1")
                self.send_header("Set-Cookie", "a=1")
                self.send_header("Set-Cookie", "b=2")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "/api/short":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(b"not a hundred")
                self.close_connection = True
            case "/api/html":
                body = b"<h1>504 Gateway Time-out</h1>"
                self.send_response(504)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Retry-After", "7")
                self.send_header("Keep-Alive", "timeout=5")
                self.end_headers()
                self.wfile.write(body)
            case _:
                body = json.dumps([self.path, dict(self.headers.items())]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

    def do_POST(self) -> None:
        """Say how much came."""
        length = int(self.headers["content-length"])
        body = json.dumps({"length": len(self.rfile.read(length))}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def strange(site: Path) -> Iterator[Host]:
    """A host in front of a strange HTTP backend."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Strange) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running = Host.start("--site", site, "--backend", f"http://127.0.0.1:{server.server_port}")
        yield running
        status, errors = running.end()
        server.shutdown()
        thread.join()
    assert status == 0
    assert errors.splitlines() in ([], ["ERROR the backend broke off in the middle of an answer: RemoteProtocolError"])


def test_what_the_backend_is_sent(strange: Host) -> None:
    """Path and query unchanged; headers as the browser sent them, without Origin and what is the connection's own."""
    headers = {
        "Origin": strange.url,
        "Connection": "x-private",
        "X-Private": "1",
        "X-Trace-Id": "t",
        "Accept-Encoding": "br",
    }
    path, seen = strange.client.get("/api/a%2Fb/%E9%94%A6?q=%20+&q=2", headers=headers).json()
    assert path == "/api/a%2Fb/%E9%94%A6?q=%20+&q=2"
    seen = {name.lower(): value for name, value in seen.items()}
    assert (seen["x-trace-id"], seen["accept-encoding"]) == ("t", "br")
    assert not {"origin", "x-private"} & set(seen)
    assert seen["host"] != strange.authority


def test_large_body(strange: Host) -> None:
    """A body larger than a frame may be is streamed through."""
    assert strange.client.post("/api/x", content=b"x" * (20 * 2**20)).json() == {"length": 20 * 2**20}


def test_redirect(strange: Host) -> None:
    """A redirect to the backend is one to this host; two cookies stay two."""
    answer = strange.client.get("/api/redirect")
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/there?x=1")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_html_error(strange: Host) -> None:
    """A proxy's HTML error comes through, with what it says about retrying, and may run nothing (R13)."""
    answer = strange.client.get("/api/html")
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "7")
    assert "keep-alive" not in answer.headers
    assert "sandbox" in answer.headers["content-security-policy"]


def test_answer_that_breaks_off(strange: Host) -> None:
    """An answer that breaks off there breaks off here, and is not taken for a whole one."""
    with pytest.raises(httpx.RemoteProtocolError):
        strange.client.get("/api/short")
