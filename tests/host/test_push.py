"""The push socket: who gets in, what they get, and how it ends."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from socket import create_connection

import jwt
import pytest
from sqlalchemy import select
from starlette.types import Message
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from devserver.app import build_app
from devserver.embedded import Embedded
from devserver.frames import Frame
from devserver.models import User
from devserver.push import Hub, Listener
from devserver.settings import Settings
from tests.host.conftest import START
from tests.host.running import PATIENCE_S, Host, Json, ends, frames_until
from tests.host.test_work import ability_submission, submission


def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the host closes the socket."""
    try:
        while True:
            socket.recv(timeout=PATIENCE_S)
    except ConnectionClosed as ended:
        return (ended.rcvd.code, ended.rcvd.reason) if ended.rcvd else (1006, "")


def test_subprotocol(host: Host) -> None:
    """The token comes as a subprotocol, and only the version is echoed (R1)."""
    with host.socket() as socket:
        assert socket.subprotocol == "podi.v1"
        socket.send("ping")
        frames_until(socket, lambda frame: frame == {"type": "echo", "payload": "ping"})


def test_query_and_header(host: Host) -> None:
    """The token may also come in the query or, from what is no browser, in the header."""
    token = host.token()
    for socket in (
        host.socket(subprotocols=None, query=f"?access_token={token}"),
        host.socket(subprotocols=None, additional_headers={"Authorization": f"Bearer {token}"}),
    ):
        with socket:
            assert socket.subprotocol is None
            socket.send("hello")
            frames_until(socket, lambda frame: frame["type"] == "echo")


@pytest.mark.parametrize("token", ["", "x.y.z", "expired"])
def test_refused_token(host: Host, token: str) -> None:
    """A token that is missing, wrong or over is refused with 4401 after the upgrade, for browsers to see (R33)."""
    if token == "expired":
        token = jwt.encode({"sub": "x", "exp": 1}, "k" * 32)
    offered = ["podi.v1", f"podi.bearer.{token}"] if token else ["podi.v1"]
    with host.socket(subprotocols=offered) as socket:
        assert closed(socket)[0] == 4401


def test_token_that_runs_out(start: START) -> None:
    """The socket is closed with 4401 when its token's time is over (R5)."""
    host = start("--history", 0, "--access-seconds", 2)
    with host.socket() as socket:
        socket.send("hello")
        frames_until(socket, lambda frame: frame["type"] == "echo")
        assert closed(socket) == (4401, "INVALID_TOKEN")


def test_ping(host: Host) -> None:
    """A ping is answered with a pong; whatever else, of whatever kind, is no reason to hang up (R6)."""
    with host.socket() as socket:
        for text in ('{"type": "ping"}', "{", "[" * 5000, "\u0000", b"\x00\x01", '{"type":"ping"}'):
            socket.send(text)
        frames = frames_until(socket, lambda frame: frame == {"type": "pong"})
        frames += frames_until(socket, lambda frame: frame == {"type": "pong"})
    echoed = [frame["payload"] for frame in frames if frame["type"] == "echo"]
    assert echoed == ["{", "[" * 5000, "\u0000"]


def test_replay(host: Host) -> None:
    """A new socket is first sent what has happened, in order, a hundred frames at most (R15, R24)."""
    body = submission("succeeded")
    with host.socket() as socket:
        host.post("/api/tasks/v1/submit", body)
        live = frames_until(socket, ends(body["taskId"]))
    mine = [frame for frame in live if frame["payload"].get("taskId") == body["taskId"]]
    with host.socket() as socket:
        socket.send("end of replay")
        replayed = frames_until(socket, lambda frame: frame["type"] == "echo")[:-1]
    assert len(replayed) <= 100
    assert [frame for frame in replayed if frame in mine][: len(mine)] == mine


def test_others_events(host: Host) -> None:
    """Everyone is sent everyone's tasks, as the real backend does, but a wallet is its owner's."""
    body = submission("succeeded")
    with host.socket("admin") as socket:
        host.post("/api/tasks/v1/submit", body)
        frames_until(socket, ends(body["taskId"]))
        socket.send("end")
        frames = frames_until(socket, lambda frame: frame["type"] == "echo")
    assert not [
        frame for frame in frames if frame["type"] == "wallet.points" and frame["payload"]["taskId"] == body["taskId"]
    ]


def test_others_results(host: Host) -> None:
    """What came of a call, where it ran and under which trace id, only its owner gets, live and replayed (17)."""
    trace = uuid.uuid4().hex
    body = ability_submission("succeeded", metadata={"traceId": trace} | QUICK)
    with host.socket() as own, host.socket("admin") as other:
        made = [host.post("/api/ability-tasks", body)["id"] for _ in range(6)]
        mine, theirs = until_ended(own, made), until_ended(other, made)
    with host.socket("admin") as late:
        late.send("end")
        replayed = frames_until(late, lambda frame: frame["type"] == "echo")[:-1]
    assert trace in json.dumps(mine)
    assert all("executorId" in frame["payload"] for frame in mine if ended(frame) in made)
    for frames in (theirs, replayed):
        assert {ended(frame) for frame in frames} >= set(made)
        reported = [frame["payload"] for frame in frames if frame["payload"].get("taskId") in made]
        assert not any({"executorId", "resultPayload"} & set(payload) for payload in reported)
        assert trace not in json.dumps(frames)


def until_ended(socket: ClientConnection, made: list[str]) -> list[Json]:
    """The frames up to the end of the last of these ability tasks."""
    left = set(made)

    def none_left(frame: Json) -> bool:
        left.discard(ended(frame))
        return not left

    return frames_until(socket, none_left)


QUICK = {"simulate": {"seconds": 0, "outcome": "succeeded"}}


def ended(frame: Json) -> str:
    """The id of the ability task whose end a frame brings, or nothing."""
    payload = frame["payload"]
    over = frame["type"] == "ability-task.status" and payload["status"] in {"succeeded", "failed"}
    return str(payload["taskId"]) if over else ""


def test_frames_have_a_limit(host: Host) -> None:
    """A text beyond 64 KB is not echoed but ends the socket, and one below comes back whole (7)."""
    with host.socket() as socket:
        socket.send("x" * 65_000)
        frames_until(socket, lambda frame: frame == {"type": "echo", "payload": "x" * 65_000})
        socket.send("x" * 66_000)
        assert closed(socket)[0] == 1009


async def test_a_socket_that_is_not_read(tmp_path: Path) -> None:
    """Who makes the host say much and reads nothing is cut off once two megabytes wait for it (7)."""
    settings = Settings(data=tmp_path, site=tmp_path, history=0, idle=True)
    embedded = Embedded.open(settings)
    with embedded.database.transaction() as session:
        token = embedded.tokens.access_token(session.scalars(select(User).where(User.username == "demo")).one())
    taken: list[int] = []
    endings: list[tuple[int, str]] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        taken.append(60_000)
        return {"type": "websocket.receive", "text": "x" * 60_000} if taken[1:] else {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            await asyncio.Event().wait()
        if message["type"] == "websocket.close":
            endings.append((message["code"], message["reason"]))

    offered = ["podi.v1", f"podi.bearer.{token}"]
    place = {"path": "/api/notify/v1/stream", "raw_path": b"/api/notify/v1/stream", "query_string": b""}
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "headers": [(b"host", b"localhost")],
        "subprotocols": offered,
        **place,
    }
    async with asyncio.timeout(PATIENCE_S):
        await build_app(settings, embedded)(scope, receive, send)
    await embedded.close()
    assert endings == [(1013, "too slow")]
    assert 2 * 2**20 <= sum(taken) <= 3 * 2**20


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1", "null", "https://127.0.0.1:1", "http://["]
)
def test_foreign_origin(host: Host, origin: str) -> None:
    """Another site's page cannot open the socket, whatever token it has."""
    with pytest.raises(InvalidStatus) as caught:
        host.socket(origin=origin)
    assert caught.value.response.status_code == 403


def test_own_origin(host: Host) -> None:
    """The host's own page can."""
    with host.socket(origin=host.url) as socket:
        assert socket.subprotocol == "podi.v1"


def test_foreign_host_header(host: Host) -> None:
    """A name that was rebound to this machine opens nothing, even with an Origin to match."""
    with pytest.raises(InvalidStatus) as caught:
        connect(
            "ws://evil.example/api/notify/v1/stream",
            sock=create_connection(("127.0.0.1", int(host.url.rpartition(":")[2]))),
            proxy=None,
            origin=Origin("http://evil.example"),
        )
    assert caught.value.response.status_code == 403


def test_unknown_socket(host: Host) -> None:
    """There is one socket; another address is refused before the upgrade."""
    with pytest.raises(InvalidStatus):
        connect(f"ws://{host.authority}/api/notify/v2/stream", proxy=None)


async def test_slow_listener() -> None:
    """A listener that does not keep up is given up, and the others miss nothing."""
    hub = Hub()
    slow, quick = hub.join("u"), hub.join("u")
    received = []
    for number in range(5000):
        hub.publish([Frame("task.status", {"number": number})])
        received.append(json.loads(await asyncio.wait_for(quick.next(), 1))["payload"]["number"])
    assert received == list(range(5000))
    assert slow.overflowed.is_set()
    assert not quick.overflowed.is_set()
    assert len(hub) == 2
    hub.leave(slow)
    hub.leave(slow)
    assert len(hub) == 1


async def test_listener_that_is_sent_too_many_bytes() -> None:
    """A listener that reads nothing is given up after so many bytes, however few frames they are (7)."""
    listener = Listener("u", limit_bytes=1000)
    listener.offer("x" * 600)
    assert not listener.overflowed.is_set()
    listener.offer("x" * 600)
    assert listener.overflowed.is_set()
    reading = Listener("u", limit_bytes=1000)
    for _ in range(100):
        reading.offer("x" * 600)
        assert len(await asyncio.wait_for(reading.next(), 1)) == 600
    assert not reading.overflowed.is_set()
