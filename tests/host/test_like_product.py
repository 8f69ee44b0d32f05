"""Tasks, accounts, points and failures of a backend like the product."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from devserver.command import read
from devserver.failures import StartFailure
from tests.host.conftest import START
from tests.host.running import PATIENCE_S, Host, frames_until, looks, settles
from tests.host.test_like_product_push import anonymous, stands
from tests.host.test_work import submission

Json = dict[str, Any]
INPUT = "https://img.example/koi.png"


def listed(host: Host, task_id: str) -> Json:
    """The task as the list has it."""
    items = host.get("/api/tasks/v1", size=50)["items"]
    item: Json = next(item for item in items if item["taskId"] == task_id)
    return item


def events(host: Host, task_id: str) -> list[Json]:
    """What happened to a task, the oldest first, as the admin's dashboard has it."""
    entries = host.get("/api/admin/dashboard/logs", "admin", limit=100)["entries"]
    return [entry for entry in reversed(entries) if entry["task_id"] == task_id]


def run(host: Host, body: Json) -> None:
    """Submit a task, and wait for what becomes of its points."""
    with anonymous(host) as push:
        host.post("/api/tasks/v1/submit", body)
        frames_until(push, settles(body["taskId"]))


def leave_standing(host: Host, **rest: Any) -> Json:
    """Submit a task whose action nobody has bound; answers what was submitted."""
    body = submission("succeeded", action="no such action", **rest)
    with anonymous(host) as push:
        host.post("/api/tasks/v1/submit", body)
        frames_until(push, stands(body["taskId"]))
    return body


@pytest.mark.parametrize(
    "given",
    [
        {"imageUrl": INPUT},
        {"image_url": INPUT},
        {"imageList": [{"name": "no address"}, {"url": "https://img.example/other.png", "ossUrl": INPUT}]},
        {"image_list": [{"url": INPUT}]},
    ],
)
def test_the_result_is_the_input_until_there_is_one(product: Host, given: Json) -> None:
    """R27: a failed task, and one that stands, show the picture that they were given; one that succeeded its result."""
    failed = submission("failed")
    failed["workflowParams"] |= given
    succeeded = submission("succeeded")
    succeeded["workflowParams"] |= given
    run(product, failed)
    run(product, succeeded)
    standing = leave_standing(product, workflowParams=given)
    for body in (failed, standing):
        assert listed(product, body["taskId"])["resultUrl"] == INPUT
        assert product.get(f"/api/tasks/v1/{body['taskId']}")["resultUrl"] == INPUT
    assert listed(product, succeeded["taskId"])["resultUrl"].startswith("/api/assets/")


@pytest.mark.parametrize("given", [{}, {"imageUrl": ""}, {"imageUrl": 7, "imageList": "none"}, {"imageList": [None]}])
def test_without_an_input_there_is_no_picture(product: Host, given: Json) -> None:
    """R27: parameters without a usable address are no reason to fail, and no result."""
    body = leave_standing(product, workflowParams=given)
    assert listed(product, body["taskId"])["resultUrl"] is None


def test_a_task_begins_anew_under_its_id(product: Host) -> None:
    """R15: submitted again it is pending, with a later time, in its old place; its points are taken again."""
    body = submission("failed")
    run(product, body)
    first = listed(product, body["taskId"])
    balance = product.get("/api/wallet/v1/statistics")["totalPoints"]
    again = body | {"points": 40, "workflowParams": {"simulate": {"seconds": 2, "outcome": "succeeded"}}}
    with anonymous(product) as push:
        answer = product.post("/api/tasks/v1/submit", again)
        second = listed(product, body["taskId"])
        frames_until(push, settles(body["taskId"]))
    assert answer == {"taskId": body["taskId"], "status": "pending"}
    assert second["status"] in {"pending", "running"}
    assert second["updatedAt"] > first["updatedAt"]
    assert (second["createdAt"], second["points"]) == (first["createdAt"], 40)
    assert product.get("/api/wallet/v1/statistics")["totalPoints"] == balance - 40
    # The end is noted after the points have been settled.
    for _ in looks():
        noted = [entry["event_type"] for entry in events(product, body["taskId"])]
        if noted[-1] == "succeeded":
            break
    assert noted == ["created", "started", "failed", "recreated", "started", "succeeded"]


def test_an_attempt_keeps_what_the_last_one_left(product: Host) -> None:
    """R15: while it is pending, the row still has the end and the result of the attempt before."""
    body = submission("succeeded")
    run(product, body)
    first = listed(product, body["taskId"])
    leave_standing(product, taskId=body["taskId"])
    second = listed(product, body["taskId"])
    assert (second["status"], second["progress"]) == ("blocked", 0)
    assert (second["finishedAt"], second["resultUrl"]) == (first["finishedAt"], first["resultUrl"])


def test_an_attempt_that_runs_is_replaced(product: Host) -> None:
    """R15: only the latest attempt ends, and the points of the earlier one come back."""
    before = product.get("/api/wallet/v1/statistics")
    body = submission("failed", workflowParams={"simulate": {"seconds": 600, "outcome": "failed"}})
    product.post("/api/tasks/v1/submit", body)
    run(product, body | {"workflowParams": {"simulate": {"seconds": 1, "outcome": "succeeded"}}})
    after = product.get("/api/wallet/v1/statistics")
    assert listed(product, body["taskId"])["status"] == "completed"
    assert after["totalPoints"] == before["totalPoints"] - body["points"]
    assert after["frozenPoints"] == before["frozenPoints"]


def test_anothers_id_is_not_begun_anew(product: Host) -> None:
    """R15: an id belongs to whoever submitted it first."""
    body = submission("succeeded")
    run(product, body)
    taken = product.call("POST", "/api/tasks/v1/submit", "admin", json=body)
    assert (taken.status_code, taken.json()) == (409, {"detail": "TASK_ID_TAKEN"})


def test_a_task_without_a_binding_stands(product: Host) -> None:
    """R8: the list says blocked, the single read pending, and the reason is in the admin's log."""
    body = leave_standing(product)
    assert listed(product, body["taskId"])["status"] == "blocked"
    assert product.get(f"/api/tasks/v1/{body['taskId']}")["status"] == "pending"
    created, blocked = events(product, body["taskId"])
    assert (created["event_type"], created["payload"]) == ("created", {"status": "pending"})
    assert (blocked["event_type"], blocked["payload"]) == ("blocked", {"reason": "NO_BINDING_AVAILABLE"})
    assert {entry["task_status"] for entry in (created, blocked)} == {"blocked"}


def test_a_binding_that_is_switched_off_is_none(product: Host) -> None:
    """R8: the list of bindings says which actions run."""
    bindings = product.call("GET", "/api/admin/workflow-bindings", "admin").json()
    off = [binding["action"] for binding in bindings if not binding["enabled"]]
    body = submission("succeeded", action=off[0])
    with anonymous(product) as push:
        product.post("/api/tasks/v1/submit", body)
        frames_until(push, stands(body["taskId"]))


def test_an_admin_may_come_to_act(product: Host) -> None:
    """R12: a task whose action gets a binding goes on without a word, and its end is received."""
    body = submission("succeeded", action="no such action")
    body["workflowParams"]["simulate"]["bindingAfter"] = 1
    with anonymous(product) as push:
        product.post("/api/tasks/v1/submit", body)
        frames = frames_until(push, settles(body["taskId"]))
    said = [frame["payload"]["status"] for frame in frames if frame["payload"]["taskId"] == body["taskId"]]
    assert said == ["pending", "blocked", "completed", "deducted"]


def test_a_standing_task_outlives_a_restart(start: START) -> None:
    """R12: what was blocked for want of a binding is so afterwards, and its points stay frozen."""
    arguments = ("--history", 0, "--like-product", "--loss-share", 0)
    host = start(*arguments)
    body = leave_standing(host)
    host.close()
    host = start(*arguments)
    assert listed(host, body["taskId"])["status"] == "blocked"
    assert host.get("/api/wallet/v1/statistics")["frozenPoints"] == body["points"]


def test_the_list_filters_with_true_totals(product: Host) -> None:
    """A status and an action narrow the list, and the total is of what is left."""
    action = "nobody has bound this"
    for _ in range(3):
        body = submission("succeeded", action=action)
        with anonymous(product) as push:
            product.post("/api/tasks/v1/submit", body)
            frames_until(push, stands(body["taskId"]))
    page = product.get("/api/tasks/v1", status="blocked", action=action, size=2)
    assert (page["total"], len(page["items"])) == (3, 2)
    assert product.get("/api/tasks/v1", status="completed", action=action)["total"] == 0


def test_a_closed_account_is_reported_by_the_refresh(start: START) -> None:
    """R33: the refresh says that the account is inactive or gone, and signing in that it is inactive."""
    host = start("--history", 0, "--like-product", "--faults")
    answers = {}
    for state in ("inactive", "gone"):
        refresh_token = host.login("demo")["refreshToken"]
        close_account(host, state)
        refreshed = host.client.post("/api/auth/refresh", json={"refreshToken": refresh_token})
        signed_in = host.client.post("/api/auth/login", json={"username": "demo", "password": "demo"})
        answers[state] = [(answer.status_code, answer.json()["detail"]) for answer in (refreshed, signed_in)]
        host.client.delete("/__faults__/armed").raise_for_status()
        assert host.login("demo")["role"] == "user"
    assert answers == {
        "inactive": [(403, "USER_INACTIVE"), (403, "USER_INACTIVE")],
        "gone": [(404, "USER_NOT_FOUND"), (401, "INVALID_CREDENTIALS")],
    }


def test_elsewhere_a_closed_account_is_a_refused_token(start: START) -> None:
    """R33: the plain backend refuses without a reason, and access tokens are over in both."""
    host = start("--history", 0, "--faults")
    tokens = host.login("demo")
    close_account(host, "gone")
    refreshed = host.client.post("/api/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    assert (refreshed.status_code, refreshed.json()) == (401, {"detail": "INVALID_REFRESH_TOKEN"})
    seen = host.client.get("/api/abilities", headers={"Authorization": f"Bearer {tokens['accessToken']}"})
    assert (seen.status_code, seen.json()) == (401, {"detail": "INVALID_TOKEN"})


def close_account(host: Host, state: str) -> None:
    """Bring the demo user's account into some state."""
    order = {"fault": "account", "user": "demo", "state": state}
    assert host.client.post("/__faults__/armed", json=order).status_code == 200


@pytest.mark.parametrize("works", [False, True])
def test_a_crash_is_plain_text_and_ends_the_connection(start: START, works: bool) -> None:
    """R13: a 500 has no JSON, nothing follows on its connection, and the work may have been done all the same."""
    host = start("--history", 0, "--like-product", "--faults")
    crash = {"fault": "crash", "path": "/api/tasks/v1/submit", "works": works}
    assert host.client.post("/__faults__/armed", json=crash).status_code == 200
    body = submission("succeeded")
    content = json.dumps(body)
    head = (
        f"POST /api/tasks/v1/submit HTTP/1.1\r\nHost: {host.authority}\r\nAuthorization: Bearer {host.token()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    port = int(host.authority.rpartition(":")[2])
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as connection:
        connection.sendall((head + content).encode())
        received = b""
        while piece := connection.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"content-type: text/plain; charset=utf-8" in received.lower()
    assert received.endswith(b"\r\n\r\nInternal Server Error")
    assert host.get("/api/tasks/v1")["total"] == int(works)


def test_the_ledger_has_no_times(product: Host, host: Host) -> None:
    """In a backend like the product an entry of the ledger does not say when."""
    entries = {name: each.get("/api/wallet/v1/transactions", pageSize=1)["items"][0] for name, each in
               (("product", product), ("plain", host))}  # fmt: skip
    assert set(entries["plain"]) - set(entries["product"]) == {"createdAt"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--like-product", "--backend", "http://127.0.0.1:9000"],
        ["--like-product", "--host", "0.0.0.0"],
        ["--loss-share", "0.5"],
    ],
)
def test_the_character_is_the_bundled_backends_on_this_machine(arguments: list[str]) -> None:
    """A real backend has a character of its own, a plain one loses nothing, and others do not get everything."""
    with pytest.raises(StartFailure, match="--like-product"):
        read(arguments)


@pytest.mark.parametrize("share", ["-0.1", "1.1", "half"])
def test_a_share_is_between_none_and_all(share: str) -> None:
    """A share of losses outside of 0 to 1 is refused."""
    with pytest.raises(SystemExit):
        read(["--like-product", "--loss-share", share])


def test_the_start_says_so(start: START) -> None:
    """Whoever starts such a backend sees that it is one."""
    assert "backend: like the product" in start("--history", 0, "--like-product").lines
