"""How much anybody can make the host keep, read, or wait for."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from devserver.http_protocol import HEAD_SECONDS, PatientHttp
from devserver.server import Server
from testkit.raw_http import PATIENCE_S, address_of, get, status
from tests.host.running import Host

ABILITY = "/api/abilities/volcengine_seedream/invoke"
NOW = {"simulate": {"seconds": 0, "outcome": "succeeded"}}


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/refresh"])
@pytest.mark.parametrize("chunked", [False, True])
def test_signing_in_takes_little(host: Host, path: str, chunked: bool) -> None:
    """Who has not signed in yet may send 16 KB, and is refused before more is read (7)."""
    if chunked:
        said = get(
            host.url,
            path,
            "Transfer-Encoding: chunked",
            "Content-Type: application/json",
            method="POST",
            body=b"%x\r\n" % 20_000 + b" " * 20_000,
        )
    else:
        said = get(host.url, path, f"Content-Length: {31 * 2**20}", method="POST")
    assert status(said) == 413


@pytest.mark.parametrize(
    "path", ["/api/tasks/v1/submit", "/api/ability-tasks", ABILITY, "/api/abilities/nope/invoke", "/api/nothing"]
)
@pytest.mark.parametrize("token", [None, "x.y.z"])
def test_token_before_body(host: Host, path: str, token: str | None) -> None:
    """Nobody's body is waited for before it is known who asks (7)."""
    headers = [f"Content-Length: {2**20}", "Content-Type: application/json"]
    if token is not None:
        headers.append(f"Authorization: Bearer {token}")
    said = get(host.url, path, *headers, method="POST")
    assert status(said) == (404 if path == "/api/nothing" else 401)


def test_inputs_have_a_limit(host: Host) -> None:
    """A megabyte is kept of a request, and no more; pictures are not kept, so they may be larger (7)."""
    large, picture = "x" * 2**20, "data:image/png;base64," + "A" * 2**21
    for path in (ABILITY, "/api/ability-tasks"):
        for body in (
            {"inputs": {"prompt": large}},
            {"imageUrl": f"http://img.example/{large}"},
            {"images": [large]},
            {"inputs": {"prompt": "x", large: 1}},
        ):
            answer = host.call("POST", path, json={"abilityId": "volcengine_seedream", "metadata": NOW} | body)
            assert (answer.status_code, answer.json()) == (413, {"detail": "REQUEST_TOO_LARGE"})
    for body in ({"imageBase64": "A" * 2**21}, {"imageUrl": picture}, {"images": [picture]}):
        answer = host.call("POST", ABILITY, json={"inputs": {"prompt": "x"}, "metadata": NOW} | body)
        assert answer.status_code == 200
    for metadata in ({"traceId": "x" * 2**16}, {"x" * 2**16: 1}):
        assert host.call("POST", ABILITY, json={"metadata": metadata}).status_code == 422
    headers = {"X": "x" * 2**16}
    assert host.call("POST", ABILITY, json={"callbackHeaders": headers}).status_code == 422
    task = {"taskId": "t", "action": "a", "userId": "", "channel": "c", "points": 1}
    assert host.call("POST", "/api/tasks/v1/submit", json=task | {"workflowParams": {"k": large}}).status_code == 422
    assert len(host.call("GET", "/api/ability-tasks?limit=200").content) < 2**20


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/tasks/v1/submit", {"taskId": "MARK" * 1000, "workflowParams": "MARK"}),
        ("/api/tasks/v1/submit", ["MARK"]),
        ("/api/ability-tasks", {"abilityId": "x", "callbackHeaders": {f"MARK{n}": n for n in range(1000)}}),
        ("/api/ability-tasks", {"abilityId": {"MARK": 1}, "inputs": "MARK"}),
        ("/api/auth/login", {"username": ["MARK"], "password": {"MARK": 1}}),
        ("/api/auth/refresh", "MARK"),
    ],
)
def test_refusals_do_not_repeat(host: Host, path: str, body: object) -> None:
    """A 422 says what was wrong and where, not what was sent, and not without end (7)."""
    answer = host.call("POST", path, json=body)
    assert answer.status_code == 422
    assert len(answer.content) < 10_000
    detail = answer.json()["detail"]
    assert 0 < len(detail) <= 20
    assert all(item["input"] is None for item in detail)
    assert "MARK" not in json.dumps([item | {"loc": []} for item in detail])


def test_refusals_of_no_json(host: Host) -> None:
    """That holds for what is no JSON at all."""
    headers = {"Authorization": f"Bearer {host.token()}", "Content-Type": "application/json"}
    for content in (b"MARK", b'{"a": MARK}', b"\xffMARK", b"[" * 100_000 + b"MARK"):
        answer = host.client.post("/api/tasks/v1/submit", content=content, headers=headers)
        assert answer.status_code in {400, 422}
        assert b"MARK" not in answer.content


class Impatient(PatientHttp):
    """The same, in a hurry."""

    head_s = 0.2


@asynccontextmanager
async def impatient_server() -> AsyncIterator[str]:
    """A server that answers everything, and waits a fifth of a second for heads; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(PlainTextResponse("ok"), http=Impatient, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    with server.capture_signals():
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@pytest.mark.parametrize("faults", [False, True])
def test_the_host_waits_so_long_for_heads(faults: bool) -> None:
    """The host itself serves with this limit, which is one for people and not for a whole afternoon (16)."""

    async def ending() -> None:
        return

    protocol = Server(PlainTextResponse("ok"), lambda: None, ending, faults=faults).config.http
    assert isinstance(protocol, type)
    assert issubclass(protocol, PatientHttp)
    assert protocol.head_s == HEAD_SECONDS <= 30


HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("beginning", [b"", b"G", b"GET / HTTP/1.1\r\nHost: 127", HEAD + b"GET"])
async def test_heads_that_never_end(beginning: bytes) -> None:
    """A connection whose next head does not end is ended, whether it is the first or a further one (16)."""
    async with impatient_server() as url:
        assert (await asyncio.to_thread(exchange_until_reset, url, beginning)).count(b"200 OK") == beginning.count(HEAD)


def exchange_until_reset(url: str, sent: bytes) -> bytes:
    """What is said until the connection ends, in whatever way."""
    said = b""
    with socket.create_connection(address_of(url), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        try:
            while chunk := connection.recv(65536):
                said += chunk
        except ConnectionResetError:
            return said
    return said


async def test_a_slow_body_is_no_slow_head() -> None:
    """The limit is on heads: a body that takes longer than a head may is waited for."""
    async with impatient_server() as url:
        reader, writer = await asyncio.open_connection(*address_of(url))
        writer.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
        await asyncio.to_thread(exchange_until_reset, url, b"G")
        writer.write(b"{}")
        assert b"200 OK" in await reader.read()
        writer.close()
        await writer.wait_closed()
