"""The fault switches, over real connections: each does what it says, as often as it says, and says that it did."""

from __future__ import annotations

import ast
import json
import re
import time
import typing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection

from devserver.command import read
from devserver.failures import StartFailure
from devserver.faults.board import Board
from devserver.faults.catalogue import AnyFault
from devserver.faults.ends import Hang
from devserver.faults.places import complaint, matches
from tests.host.conftest import START
from tests.host.running import CHECKOUT, PATIENCE_S, Host, Json, ends, frames_until, refusal
from tests.host.test_push import closed
from tests.host.test_work import submission

TASKS = "/api/tasks/v1"
IMPATIENCE_S = 0.3


@pytest.fixture(scope="module")
def shared(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host with the switches, shared; each test clears them."""
    data = tmp_path_factory.mktemp("faulty")
    running = Host.start(
        "--site", site, "--data", data, "--idle", "--seed", 7, "--speed", 50, "--history", 0, "--faults"
    )
    yield running
    running.close()


@pytest.fixture
def faulty(shared: Host) -> Iterator[Host]:
    """The shared host, with nothing armed before and after."""
    shared.token()
    yield shared
    shared.client.delete("/__faults__/armed").raise_for_status()


def arm(faulty: Host, fault: str, **rest: Any) -> Json:
    """What arming answers."""
    answer = faulty.client.post("/__faults__/armed", json={"fault": fault, **rest})
    assert answer.status_code == 200, answer.text
    return faulty.body(answer)


def fired(faulty: Host, armed: Json) -> int:
    """How often it has struck."""
    answer = faulty.body(faulty.client.get(f"/__faults__/armed/{armed['id']}"))
    assert isinstance(answer["fired"], int)
    return answer["fired"]


def echoed(socket: ClientConnection, text: str) -> list[Json]:
    """Send a text; the frames up to its echo."""
    socket.send(text)
    return frames_until(socket, lambda frame: frame == {"type": "echo", "payload": text})


def echoes(socket: ClientConnection, *texts: str, frames: int) -> list[str | bytes]:
    """Send some texts; this many frames that come."""
    for text in texts:
        socket.send(text)
    return [socket.recv(timeout=PATIENCE_S) for _ in range(frames)]


@contextmanager
def fresh(faulty: Host) -> Iterator[ClientConnection]:
    """A socket that has been sent its replay."""
    with faulty.socket() as socket:
        echoed(socket, "settled")
        yield socket


def echo(text: str) -> str:
    """The frame that answers a text."""
    return json.dumps({"type": "echo", "payload": text})


def imports_of_switches(tree: ast.AST) -> list[str]:
    """The statements in a tree that import from `devserver.faults`."""
    found = (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return [statement for statement in found if "devserver.faults" in statement]


def test_absent(site: Path, host: Host) -> None:
    """Without the switch nothing of it exists, and beyond loopback it is refused in one line."""
    for path in ("", "/", "/armed", "/sockets", "/checkpoints", "/truth", "/faults.js"):
        answer, unknown = host.client.get(f"/__faults__{path}"), host.client.get(f"/__nothing__{path}")
        assert (404, unknown.content) == (answer.status_code, answer.content)
    assert host.client.post("/__faults__/armed", json={"fault": "abort", "at": "now"}).status_code in {404, 405}
    left = refusal("--site", site, "--port", 0, "--faults", "--host", "0.0.0.0")
    assert (left.returncode, left.stdout, left.stderr.count("\n")) == (1, "", 1)
    assert "--faults" in left.stderr
    with pytest.raises(StartFailure):
        read(["--faults", "--host", "192.0.2.1"])
    assert read(["--faults", "--host", "::1"]).faults


def test_imported_on_demand() -> None:
    """No module of the host imports the switches but where it has asked whether they are wanted."""
    asked = {"settings.faults", "faults"}
    guarded, all_imports = [], []
    for file in (CHECKOUT / "devserver").rglob("*.py"):
        if "faults" in file.parts:
            continue
        tree = ast.parse(file.read_text("utf-8"))
        questions = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) in asked]
        guarded += [found for question in questions for line in question.body for found in imports_of_switches(line)]
        all_imports += imports_of_switches(tree)
    assert len(all_imports) == 2
    assert all_imports == guarded


def test_page(faulty: Host) -> None:
    """The page by hand comes with its script and style, under the page's own policy and with nothing inline."""
    page = faulty.client.get("/__faults__/")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self' ")
    assert "<style" not in page.text
    assert "style=" not in page.text
    assert "<script>" not in page.text
    assert "text/javascript" in faulty.client.get("/__faults__/faults.js").headers["content-type"]
    assert "text/css" in faulty.client.get("/__faults__/faults.css").headers["content-type"]
    assert any("__faults__" in line for line in faulty.lines)


EXAMPLES = [
    json.loads(text) for text in re.findall(r"`arm '([^']+)'`", (CHECKOUT / "docs/faults.md").read_text("utf-8"))
]


@pytest.mark.parametrize("order", EXAMPLES, ids=json.dumps)
def test_documented(faulty: Host, order: Json) -> None:
    """Every example of the documentation is understood."""
    faulty.client.post("/__faults__/checkpoints", json={"name": "before"}).raise_for_status()
    assert arm(faulty, **order)["order"].items() >= order.items()
    if order["fault"] == "expired-token":
        faulty.forget_tokens()


def test_all_documented() -> None:
    """There is an example of every fault."""
    union = typing.get_args(typing.get_args(AnyFault)[0])
    names = {typing.get_args(fault.model_fields["fault"].annotation)[0] for fault in union}
    assert {order["fault"] for order in EXAMPLES} == names


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"fault": "explode"}, "'half-open'"),
        ({}, "discriminator"),
        ([], "dictionary"),
        ({"fault": "status", "path": "/api/tasks/v1", "count": -1}, "greater than or equal to 1"),
        ({"fault": "status", "path": "/api/tasks/v1", "count": "3"}, "valid integer"),
        ({"fault": "status", "path": "/api/tasks/v1", "seconds": 0}, "greater than 0"),
        ({"fault": "status", "path": "/api/tasks/v1", "status": 99}, "200"),
        ({"fault": "status", "path": "/api/tasks/v1", "status": 204, "body": "x"}, "no body"),
        ({"fault": "status", "path": "/api/tasks/v1", "headers": {"x": "a\r\nb"}}, "one line"),
        ({"fault": "status", "path": "/api/tasks/v1", "headers": {"content-length": "1"}}, "set by the host"),
        ({"fault": "status", "path": "/api/nothing"}, "/api/tasks/v1/{task_id}"),
        ({"fault": "status", "path": "api"}, "begins with /"),
        ({"fault": "status"}, "needs a path"),
        ({"fault": "status", "path": "/api/tasks/v1", "method": "LOOK"}, "'GET'"),
        ({"fault": "status", "path": "/api/tasks/v1", "coun": 1}, "Extra inputs"),
        ({"fault": "close", "at": "now", "code": 1006}, "abort"),
        ({"fault": "close", "at": "now", "code": 1000, "reason": "x" * 124}, "123 bytes"),
        ({"fault": "close", "at": "request", "code": 1000}, "'open'"),
        ({"fault": "abort", "at": "now", "count": 2}, "happens once"),
        ({"fault": "abort", "at": "now", "socket": 999}, "no socket 999"),
        ({"fault": "hang", "at": "upgrade", "socket": 1}, "one that is open"),
        ({"fault": "drop", "at": "frame", "always": True, "count": 1}, "excludes"),
        ({"fault": "drop", "at": "frame", "method": "GET"}, "about requests"),
        ({"fault": "raw", "data": "0"}, "pattern"),
        ({"fault": "restart", "checkpoint": "never"}, "no checkpoint never"),
        ({"fault": "restart", "checkpoint": "../x"}, "pattern"),
        ({"fault": "account", "user": "nobody", "state": "gone"}, "no user nobody"),
        ({"fault": "account", "user": "demo", "state": "dead"}, "'active', 'inactive' or 'gone'"),
    ],
)
def test_bad_use(faulty: Host, order: Json, said: str) -> None:
    """What is asked for wrongly is refused, and what would be right is named."""
    answer = faulty.client.post("/__faults__/armed", json=order)
    assert answer.status_code in {404, 422}, answer.text
    assert said in answer.text
    assert faulty.client.get("/__faults__/armed").json() == {"items": []}


def test_bad_addresses(faulty: Host) -> None:
    """Another path, number, body or site gets no further."""
    client = faulty.client
    assert "checkpoints" in client.get("/__faults__/nothing").json()["detail"]
    assert client.put("/__faults__/armed").status_code in {404, 405}
    assert client.delete("/__faults__/armed/99999").status_code == 404
    assert client.get("/__faults__/armed/one").status_code == 422
    assert client.post("/__faults__/armed", content=b"{").status_code == 422
    deep = b'{"fault":"frame","frame":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    surrogate = b'{"fault":"burst","frames":1,"frame":"\\ud800"}'
    reason = b'{"fault":"close","at":"now","code":1000,"reason":"\\ud800"}'
    number = b'{"fault":"delay","at":"frame","delay_s":NaN}'
    with fresh(faulty):
        for body in (deep, surrogate, reason, number):
            assert 400 <= client.post("/__faults__/armed", content=body).status_code < 500, body[:60]
    assert client.post("/__faults__/checkpoints", json={"name": ""}).status_code == 422
    order = {"fault": "abort", "at": "now"}
    assert client.post("/__faults__/armed", json=order, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.get("/__faults__/truth", headers={"Host": "evil.example"}).status_code == 400


def test_status(faulty: Host) -> None:
    """A status with headers and body, for a count, after some have passed, on one method and path."""
    order = {"status": 429, "headers": {"Retry-After": "7"}, "body": {"detail": "BUSY"}, "count": 2, "after": 1}
    armed = arm(faulty, "status", method="GET", path="/api/tasks/*", **order)
    assert (armed["armed"], armed["fired"], armed["left"]) == (True, 0, 2)
    answers = [faulty.call("GET", TASKS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert (answers[1].headers["retry-after"], answers[1].json()) == ("7", {"detail": "BUSY"})
    assert faulty.call("GET", "/api/abilities").status_code == 200
    assert [(one["fired"], one["armed"]) for one in faulty.get("/__faults__/armed")["items"]] == [(2, False)]
    html = {"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<h1>Bad gateway</h1>"}
    arm(faulty, "status", path="/api/**", **html)
    answer = faulty.call("GET", TASKS)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (502, "text/html", html["body"])
    arm(faulty, "status", path="/api/**", status=204)
    assert faulty.call("GET", TASKS).status_code == 204


def test_seconds_and_taking_back() -> None:
    """What is armed for a time ends with it, by a clock that is passed in; what is taken back strikes no more."""
    now = 0.0
    board = Board(lambda: now)
    timed = board.arm(Hang(fault="hang", at="request", path="/api/**", seconds=5))
    always = board.arm(Hang(fault="hang", at="request", path="/api/**", always=True))
    assert [len(list(board.striking("request", "GET", "/api/x"))) for _ in range(2)] == [2, 2]
    now = 5.0
    assert len(list(board.striking("request", "GET", "/api/x"))) == 1
    assert (timed.live, always.live, timed.fired, always.fired) == (False, True, 2, 3)
    board.disarm(always.number)
    assert not list(board.striking("request", "GET", "/api/x"))
    assert not list(board.striking("upgrade", "GET", "/api/x"))


def test_places() -> None:
    """``*`` is one segment and ``**`` any number; a pattern that can match nothing is refused with its reason."""
    assert matches("/api/tasks/*", "/api/tasks/v1")
    assert not matches("/api/tasks/*", "/api/tasks/v1/x")
    assert matches("/api/**", "/api/tasks/v1/x")
    known = ["/api/tasks/v1/{task_id}"]
    for pattern in ("/api/tasks/v1/tsk_1", "/api/tasks/v1/*", "/**", "/", "/static/vendor/core.js"):
        assert complaint(pattern, known) is None, pattern
    assert complaint("/api/task/**", known) is not None
    assert complaint("/api/anything/at/all", ["/api/{path:path}"]) is None


@pytest.mark.parametrize("fault", ["abort", "reset", "drop"])
def test_request_without_answer(faulty: Host, fault: str) -> None:
    """The connection ends without an answer; whether the work was done is what distinguishes a drop from the others."""
    body = submission("succeeded")
    arm(faulty, fault, at="request", method="POST", path="/api/tasks/v1/submit")
    with pytest.raises(httpx.TransportError):
        faulty.call("POST", "/api/tasks/v1/submit", json=body)
    assert (body["taskId"] in faulty.get("/__faults__/truth")["tasks"]) == (fault == "drop")
    assert faulty.call("GET", TASKS).status_code == 200


def test_hanging_request(faulty: Host) -> None:
    """A request hangs until its client gives up, or the switches are cleared."""
    armed = arm(faulty, "hang", at="request", path=TASKS)
    with pytest.raises(httpx.ReadTimeout):
        faulty.call("GET", TASKS, timeout=IMPATIENCE_S)
    assert fired(faulty, armed) == 1
    assert faulty.call("GET", TASKS).status_code == 200


def test_endless_answer(faulty: Host) -> None:
    """A body that never ends goes on until the client has had enough, or the switches are cleared."""
    arm(faulty, "endless", path=TASKS, chunk="[", every_s=0.01)
    token = faulty.token()
    with faulty.client.stream("GET", TASKS, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status_code == 200
        chunks = answer.iter_text()
        assert {next(chunks)[:1] for _ in range(5)} == {"["}
        faulty.client.delete("/__faults__/armed").raise_for_status()
        with pytest.raises(httpx.RemoteProtocolError):
            list(chunks)


def test_late_answer(faulty: Host) -> None:
    """A late answer was made before the wait: what happened meanwhile is not in it."""
    arm(faulty, "delay", at="request", method="GET", path=TASKS, delay_s=IMPATIENCE_S)
    began = time.monotonic()
    assert faulty.call("GET", TASKS).status_code == 200
    assert time.monotonic() - began >= IMPATIENCE_S


def test_bent_answers(faulty: Host) -> None:
    """Corrupt is no JSON, truncated ends before its length, oversize is valid and large; two at once add up."""
    arm(faulty, "corrupt", at="request", path="/api/abilities")
    with pytest.raises(ValueError, match=r"decode|Expecting"):
        faulty.call("GET", "/api/abilities").json()
    arm(faulty, "truncate", at="request", path="/api/abilities", keep=20)
    with pytest.raises(httpx.RemoteProtocolError, match="20"):
        faulty.call("GET", "/api/abilities")
    plain = faulty.get("/api/abilities")
    arm(faulty, "oversize", at="request", path="/api/abilities", size=3_000_000)
    large = faulty.call("GET", "/api/abilities")
    assert (len(large.content), large.json()) == (3_000_000, plain)
    arm(faulty, "corrupt", at="request", path=TASKS)
    arm(faulty, "status", path=TASKS, status=500, body="abc")
    both = faulty.call("GET", TASKS)
    assert (both.status_code, both.text) == (500, "cba")


def test_refused_upgrade(faulty: Host) -> None:
    """The upgrade is answered with a status, as often as it says."""
    arm(faulty, "refuse", status=401, count=2, body="no")
    for _ in range(2):
        with pytest.raises(InvalidStatus) as caught:
            faulty.socket()
        assert caught.value.response.status_code == 401
    with faulty.socket() as socket:
        echoed(socket, "in")


def test_hanging_upgrade(faulty: Host) -> None:
    """A socket stays in CONNECTING, until its client gives up."""
    armed = arm(faulty, "hang", at="upgrade", count=1)
    with pytest.raises(TimeoutError):
        faulty.socket(open_timeout=IMPATIENCE_S)
    assert fired(faulty, armed) == 1
    with fresh(faulty):
        pass


@pytest.mark.parametrize("fault", ["abort", "reset"])
def test_ended_upgrade(faulty: Host, fault: str) -> None:
    """The connection ends before the upgrade is answered, or right after."""
    arm(faulty, fault, at="upgrade")
    with pytest.raises((InvalidMessage, InvalidHandshake, OSError)):
        faulty.socket()
    arm(faulty, fault, at="open")
    with faulty.socket() as socket:
        assert closed(socket) == (1006, "")


def test_late_upgrade(faulty: Host) -> None:
    """An upgrade can be late and still succeed."""
    arm(faulty, "delay", at="upgrade", delay_s=0.1)
    with fresh(faulty):
        pass


def test_close(faulty: Host) -> None:
    """A code and a reason: right after opening, for a count; and now, on one socket or on all."""
    arm(faulty, "close", at="open", code=4401, reason="INVALID_TOKEN", count=2)
    for _ in range(2):
        with faulty.socket() as socket:
            assert closed(socket) == (4401, "INVALID_TOKEN")
    with fresh(faulty) as one, fresh(faulty) as two:
        first, second = (each["id"] for each in faulty.get("/__faults__/sockets")["items"])
        assert arm(faulty, "close", at="now", code=1012, reason="again", socket=second)["fired"] == 1
        assert closed(two) == (1012, "again")
        echoed(one, "still here")
        assert arm(faulty, "abort", at="now", socket=first)["fired"] == 1
        assert closed(one) == (1006, "")
    assert arm(faulty, "abort", at="now")["fired"] == 0


def test_abort_amid_frames(faulty: Host) -> None:
    """A socket ends after so many frames."""
    with fresh(faulty) as socket:
        arm(faulty, "abort", at="frame", after=2)
        assert echoes(socket, "1", "2", "3", frames=2) == [echo("1"), echo("2")]
        assert closed(socket) == (1006, "")


def test_bent_frames(faulty: Host) -> None:
    """Frames are lost, overtaken, doubled, damaged, cut, blown up, or sent as binary; then all is well again."""
    with fresh(faulty) as socket:
        arm(faulty, "drop", at="frame")
        assert echoes(socket, "lost", "a", frames=1) == [echo("a")]
        arm(faulty, "reorder")
        assert echoes(socket, "a", "b", "c", frames=3) == [echo("b"), echo("a"), echo("c")]
        arm(faulty, "reorder", count=4)
        assert echoes(socket, "a", "b", "c", "d", frames=4) == [echo("b"), echo("a"), echo("d"), echo("c")]
        arm(faulty, "duplicate", copies=2)
        assert echoes(socket, "a", "b", frames=4) == [echo("a")] * 3 + [echo("b")]
        arm(faulty, "corrupt", at="frame")
        assert echoes(socket, "a", frames=1) == [echo("a")[::-1]]
        arm(faulty, "truncate", at="frame", keep=5)
        assert echoes(socket, "a", frames=1) == [echo("a")[:5]]
        arm(faulty, "oversize", at="frame", size=100_000)
        assert echoes(socket, "a", frames=1) == [echo("a").ljust(100_000)]
        arm(faulty, "binary", at="frame")
        assert echoes(socket, "a", frames=1) == [echo("a").encode()]
        arm(faulty, "delay", at="frame", delay_s=0.05)
        assert echoes(socket, "a", "b", frames=2) == [echo("a"), echo("b")]
        assert [one["fired"] for one in faulty.get("/__faults__/armed")["items"]] == [1, 1, 4, *[1] * 6]


def test_frames_with_a_text(faulty: Host) -> None:
    """Only frames that contain a text are struck: so a server answers no ping and is otherwise well (R6)."""
    with fresh(faulty) as socket:
        armed = arm(faulty, "drop", at="frame", containing='"pong"', always=True)
        assert echoes(socket, '{"type":"ping"}', "a", frames=1) == [echo("a")]
        assert fired(faulty, armed) == 1


def test_waiting_until_it_has_struck(faulty: Host) -> None:
    """Who asks can wait until a fault has struck, or until the time is over."""
    armed = arm(faulty, "drop", at="frame", count=2)
    address = f"/__faults__/armed/{armed['id']}"
    with faulty.socket() as socket, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(faulty.client.get, address, params={"until_fired": 2})
        socket.send("a")
        socket.send("b")
        assert asked.result(PATIENCE_S).json()["fired"] == 2
    assert faulty.client.get(address, params={"until_fired": 3, "timeout_s": 0.05}).json()["fired"] == 2
    assert faulty.client.get(address, params={"until_fired": -1}).status_code == 422


def test_memory() -> None:
    """However much is armed and over, only so much is remembered."""
    board = Board(lambda: 0.0)
    for _ in range(500):
        board.arm(Hang(fault="hang", at="request", path="/api/**")).struck_now(1)
    board.arm(Hang(fault="hang", at="request", path="/api/**"))
    assert len(board.shown()) == 200


def test_invented_frames(faulty: Host) -> None:
    """What the application never said: text of any kind, binary, one that is huge, and bytes that are no frame."""
    with fresh(faulty) as socket:
        arm(faulty, "frame", frame="{not json")
        arm(faulty, "frame", frame={"type": "unheard-of", "payload": None})
        arm(faulty, "binary", at="now", data="00ff")
        arm(faulty, "oversize", at="now", size=200_000)
        assert socket.recv(PATIENCE_S) == "{not json"
        assert socket.recv(PATIENCE_S) == '{"type": "unheard-of", "payload": null}'
        assert socket.recv(PATIENCE_S) == b"\x00\xff"
        assert len(socket.recv(PATIENCE_S)) == 200_000
        arm(faulty, "raw", data="8102fffe")
        with pytest.raises(ConnectionClosed) as caught:
            socket.recv(PATIENCE_S)
        assert caught.value.sent is not None
        assert caught.value.sent.code == 1007


def test_burst(faulty: Host) -> None:
    """Many frames at once, each with its number."""
    with fresh(faulty) as socket:
        arm(faulty, "burst", frames=2000, frame={"type": "task.status", "payload": {"taskId": "t{n}"}})
        frames = frames_until(socket, lambda frame: frame["payload"]["taskId"] == "t1999")
    assert [frame["payload"]["taskId"] for frame in frames] == [f"t{number}" for number in range(2000)]


def test_swallowed(faulty: Host) -> None:
    """A swallowed socket answers pings of the protocol and passes nothing, until the switches are cleared."""
    arm(faulty, "swallow")
    with faulty.socket() as socket:
        socket.send("lost")
        assert socket.ping().wait(PATIENCE_S)
        assert [each["state"] for each in faulty.get("/__faults__/sockets")["items"]] == ["swallowed"]
        faulty.client.delete("/__faults__/armed").raise_for_status()
        assert [frame["payload"] for frame in echoed(socket, "received") if frame["type"] == "echo"] == ["received"]


def test_half_open(faulty: Host) -> None:
    """A half-open socket neither speaks nor closes nor answers a ping; clearing ends it."""
    with fresh(faulty) as socket:
        arm(faulty, "half-open", at="now")
        socket.send("anyone?")
        assert not socket.ping().wait(IMPATIENCE_S)
        with pytest.raises(TimeoutError):
            socket.recv(0)
        assert arm(faulty, "close", at="now", code=1012)["fired"] == 1
        with pytest.raises(TimeoutError):
            socket.recv(0.05)
        assert [each["state"] for each in faulty.get("/__faults__/sockets")["items"]] == ["half-open"]
        faulty.client.delete("/__faults__/armed").raise_for_status()
        assert closed(socket) == (1006, "")


def test_wrong_role(faulty: Host) -> None:
    """An admin is none any more, for the admin's routes alone."""
    arm(faulty, "wrong-role", count=1)
    answer = faulty.call("GET", "/api/admin/comfyui/queue-summary", "admin")
    assert (answer.status_code, answer.json()) == (403, {"detail": "ADMIN_ONLY"})
    assert faulty.get("/api/admin/comfyui/queue-summary", "admin")["servers"]


def test_expired_tokens(faulty: Host) -> None:
    """All access tokens are over at once, sockets included; a refresh helps, unless that is over too."""
    issued = faulty.login()
    with fresh(faulty) as socket:
        arm(faulty, "expired-token")
        assert closed(socket) == (4401, "INVALID_TOKEN")
    headers = {"Authorization": f"Bearer {issued['accessToken']}"}
    assert faulty.client.get(TASKS, headers=headers).status_code == 401
    refreshed = faulty.client.post("/api/auth/refresh", json={"refreshToken": issued["refreshToken"]}).json()
    headers = {"Authorization": f"Bearer {refreshed['accessToken']}"}
    assert faulty.client.get(TASKS, headers=headers).status_code == 200
    arm(faulty, "expired-token", refresh=True)
    again = faulty.client.post("/api/auth/refresh", json={"refreshToken": refreshed["refreshToken"]})
    assert (again.status_code, again.json()) == (401, {"detail": "INVALID_REFRESH_TOKEN"})
    faulty.forget_tokens()
    assert faulty.call("GET", TASKS).status_code == 200


def test_restart_with_older_data(faulty: Host) -> None:
    """The backend comes back as it was at the checkpoint: what came later is gone, and work goes on."""
    before = faulty.get("/__faults__/truth")
    assert faulty.body(faulty.client.post("/__faults__/checkpoints", json={"name": "before"})) == {"items": ["before"]}
    body = submission("succeeded")
    with fresh(faulty) as socket:
        faulty.post("/api/tasks/v1/submit", body)
        frames_until(socket, ends(body["taskId"]))
        assert faulty.get("/__faults__/truth")["tasks"][body["taskId"]]["status"] == "completed"
        arm(faulty, "restart", checkpoint="before")
        assert closed(socket) == (1012, "the backend restarts")
    with ThreadPoolExecutor(4) as pool:
        # Several at once are one after the other.
        assert all(pool.map(lambda _: arm(faulty, "restart", checkpoint="before")["fired"], range(4)))
    assert faulty.get("/__faults__/truth") == before
    assert faulty.get(f"{TASKS}/{body['taskId']}")["status"] == "pending"
    with fresh(faulty) as socket:
        faulty.post("/api/tasks/v1/submit", body)
        frames_until(socket, ends(body["taskId"]))


def test_truth(faulty: Host) -> None:
    """Every task, ability task and balance, as the database has them."""
    body = submission("failed")
    with fresh(faulty) as socket:
        faulty.post("/api/tasks/v1/submit", body)
        frames_until(socket, ends(body["taskId"]))
    truth = faulty.get("/__faults__/truth")
    task = truth["tasks"][body["taskId"]]
    assert (task["status"], task["hold"], task["points"]) == ("failed", "released", body["points"])
    wallet = faulty.get("/api/wallet/v1/statistics")
    user = truth["users"][task["userId"]]
    assert (user["totalPoints"], user["frozenPoints"]) == (wallet["totalPoints"], wallet["frozenPoints"])
    assert user["ledger"] == user["totalPoints"]


def test_ending_with_everything_held(start: START) -> None:
    """A host ends at once and in silence, whatever its faults still hold."""
    faulty = start("--history", 0, "--faults")
    with faulty.socket() as deaf:
        echoed(deaf, "hello")
        arm(faulty, "half-open", at="now")
        arm(faulty, "hang", at="request", path=TASKS)
        arm(faulty, "swallow")
        with faulty.socket(), pytest.raises(httpx.ReadTimeout):
            faulty.call("GET", TASKS, timeout=IMPATIENCE_S)
        assert faulty.end() == (0, "")


def test_in_front_of_a_backend(faulty: Host, start: START) -> None:
    """Behind the proxy, requests and sockets are struck likewise; what needs the database says that it does."""
    front = start("--backend", faulty.url, "--faults")
    arm(front, "status", path="/api/whatever/**", status=500)
    assert front.client.get("/api/whatever/it/is").status_code == 500
    with fresh(front) as socket:
        arm(front, "close", at="now", code=4403, reason="no")
        assert closed(socket) == (4403, "no")
    assert front.client.get("/__faults__/truth").status_code == 409
    assert front.client.post("/__faults__/armed", json={"fault": "expired-token"}).status_code == 409
