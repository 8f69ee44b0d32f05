"""The push channel of a backend like the product: what it says, to whom, and what it loses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from devserver.character import PRODUCT
from devserver.frames import Frame
from devserver.push import Hub
from tests.host.conftest import START
from tests.host.running import Host, frames_until, looks, settles
from tests.host.test_work import ability_submission, payloads, submission

Json = dict[str, Any]


def anonymous(host: Host) -> ClientConnection:
    """A socket of somebody who shows no token."""
    return host.socket(subprotocols=None)


def statuses(frames: list[Json], kind: str, task_id: str) -> list[str]:
    """The status words of one kind about one task, in order."""
    return [payload["status"] for payload in payloads(frames, kind, task_id)]


def said_until(socket: ClientConnection, text: str) -> list[Json]:
    """Say something; answers what the host sends before it gives that back."""
    socket.send(text)
    return frames_until(socket, lambda frame: frame == {"type": "echo", "payload": text})[:-1]


def stands(task_id: str) -> Callable[[Json], bool]:
    """Whether a frame says that this task is blocked."""
    return lambda frame: frame["payload"] == {"taskId": task_id, "status": "blocked", "progress": 0}


def unbound() -> Json:
    """A task that is pending and blocked at once, and then nothing more."""
    return submission("succeeded", action="no such action")


def leave(host: Host, socket: ClientConnection, left: int) -> None:
    """Let a socket go, and wait until the host has noticed."""
    socket.close()
    for _ in looks():
        if len(host.client.get("/__faults__/sockets").json()["items"]) == left:
            return
    raise AssertionError("the socket is still there")


@pytest.mark.parametrize(
    ("outcome", "end", "settled"), [("succeeded", "completed", "deducted"), ("failed", "failed", "released")]
)
def test_only_the_submit_and_the_end_of_a_task_are_pushed(product: Host, outcome: str, end: str, settled: str) -> None:
    """R8: no frame says that points are frozen, that a task is running or how far it is."""
    body = submission(outcome)
    with anonymous(product) as socket:
        product.post("/api/tasks/v1/submit", body)
        frames = frames_until(socket, settles(body["taskId"]))
    assert statuses(frames, "task.status", body["taskId"]) == ["pending", end]
    assert statuses(frames, "wallet.points", body["taskId"]) == [settled]


def test_of_an_ability_task_only_the_points_are_pushed(product: Host) -> None:
    """R8: its status and its log record have to be read; the socket being up says nothing about them."""
    with anonymous(product) as socket:
        made = product.post("/api/ability-tasks", ability_submission("succeeded"))
        frames = frames_until(socket, settles(made["id"]))
    assert {frame["type"] for frame in frames if frame["type"] != "echo"} <= {"task.status", "wallet.points"}
    assert statuses(frames, "wallet.points", made["id"]) == ["deducted"]
    assert product.get(f"/api/ability-tasks/{made['id']}")["status"] == "succeeded"


def test_a_socket_is_asked_for_nothing(product: Host) -> None:
    """No token, a wrong one and a version are all the same to it, and it chooses no subprotocol."""
    for offered in (None, ["podi.v1"], ["podi.v1", "podi.bearer.x.y.z"]):
        with product.socket(subprotocols=offered) as socket:
            assert socket.subprotocol is None
            said_until(socket, "still here")


def test_everybody_is_sent_everything(product: Host) -> None:
    """R24: the points of others arrive too, since nobody knows whose the socket is."""
    with anonymous(product) as socket:
        made = product.post("/api/ability-tasks", ability_submission("failed"), "admin")
        frames = frames_until(socket, settles(made["id"]))
    assert statuses(frames, "wallet.points", made["id"]) == ["released"]


def test_a_ping_is_echoed(product: Host) -> None:
    """R6: there is no pong; what comes back is the ping's own text."""
    with anonymous(product) as socket:
        assert {"type": "pong"} not in said_until(socket, '{"type": "ping"}')


def test_echoes_go_to_everybody_and_are_replayed(product: Host) -> None:
    """R15: a text of anyone takes one of the hundred places in the replay."""
    with anonymous(product) as first, anonymous(product) as second:
        said_until(first, "one of many")
        frames_until(second, lambda frame: frame == {"type": "echo", "payload": "one of many"})
        for number in range(100):
            first.send(f"text {number}")
        frames_until(first, lambda frame: frame["payload"] == "text 99")
    with anonymous(product) as late:
        replayed = [json.loads(late.recv()) for _ in range(100)]
    assert [frame["payload"] for frame in replayed] == [f"text {number}" for number in range(100)]


def test_one_event_is_lost_behind_a_socket_that_has_gone(start: START) -> None:
    """R8, R12: who joined after a socket that goes misses the next event, and only that one; its replay has it."""
    host = start("--history", 0, "--like-product", "--loss-share", 1, "--faults")
    lost, received = unbound(), unbound()
    first = anonymous(host)
    with first, anonymous(host) as second:
        said_until(second, "both are here")
        leave(host, first, left=1)
        host.post("/api/tasks/v1/submit", lost)
        host.post("/api/tasks/v1/submit", received)
        frames = frames_until(second, stands(received["taskId"]))
        with anonymous(host) as third:
            replayed = said_until(third, "end of replay")
    assert statuses(frames, "task.status", lost["taskId"]) == ["blocked"]
    assert statuses(frames, "task.status", received["taskId"]) == ["pending", "blocked"]
    assert statuses(replayed, "task.status", lost["taskId"]) == ["pending", "blocked"]


def losses(host: Host, rounds: int) -> list[bool]:
    """Whether an event was lost, for each of some sockets that went while a second one was there."""
    found = []
    for _ in range(rounds):
        body = unbound()
        first = anonymous(host)
        with first, anonymous(host) as second:
            said_until(second, "both are here")
            leave(host, first, left=1)
            host.post("/api/tasks/v1/submit", body)
            frames = frames_until(second, stands(body["taskId"]))
            found.append(statuses(frames, "task.status", body["taskId"]) == ["blocked"])
            leave(host, second, left=0)
            # Whatever the second one would cost is spent on an event that nobody waits for.
            host.post("/api/tasks/v1/submit", unbound())
    return found


def test_losses_follow_the_seed(start: START, tmp_path_factory: pytest.TempPathFactory) -> None:
    """R12: with one seed the same sockets cost an event, some do and some do not."""
    runs = []
    for _ in range(2):
        folder = tmp_path_factory.mktemp("data")
        host = start("--data", folder, "--history", 0, "--like-product", "--faults", "--seed", 3)
        runs.append(losses(host, 8))
    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


@pytest.mark.parametrize(("unnoticed", "received"), [(True, [2, 3]), (False, [1, 2, 3])])
async def test_only_those_behind_it_miss_an_event(unnoticed: bool, received: list[int]) -> None:
    """R8: an event goes through the sockets in the order in which they joined, up to one that has gone."""
    hub = Hub(PRODUCT, lambda: unnoticed)
    before, goes, after = hub.join(None), hub.join(None), hub.join(None)
    hub.leave(goes)
    hub.leave(goes)
    assert len(hub) == 2
    hub.publish(Frame("task.status", {"status": "pending", "number": number}) for number in (1, 2, 3))
    for listener, expected in ((before, [1, 2, 3]), (after, received)):
        texts = [await asyncio.wait_for(listener.next(), 1) for _ in expected]
        assert [json.loads(text)["payload"]["number"] for text in texts] == expected
