"""What becomes of work: status, points, logs, results and callbacks, live and at rest."""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from typing import Any

import pytest
from PIL import Image

from tests.host.conftest import START
from tests.host.running import PATIENCE_S, Host, ends, frames_until, looks, settles


def submission(outcome: str, **rest: Any) -> dict[str, Any]:
    """A traditional task that takes two simulated seconds."""
    simulate = {"seconds": 2, "outcome": outcome}
    return {
        "taskId": f"tsk_{uuid.uuid4().hex[:12]}",
        "action": "wenshengtu",
        "userId": "ignored",
        "channel": "web",
        "points": 30,
        "workflowParams": {"simulate": simulate},
    } | rest


def ability_submission(outcome: str, **rest: Any) -> dict[str, Any]:
    """An ability task that takes two simulated seconds."""
    simulate = {"seconds": 2, "outcome": outcome, "error": "百度: 216202 image size error"}
    return {
        "abilityId": "baidu_colourize",
        "imageUrl": "https://img.example/a.png",
        "metadata": {"traceId": "tr-1", "simulate": simulate},
    } | rest


def payloads(frames: list[dict[str, Any]], kind: str, task_id: str) -> list[dict[str, Any]]:
    """The payloads of one kind about one task, in order."""
    return [frame["payload"] for frame in frames if frame["type"] == kind and frame["payload"].get("taskId") == task_id]


@pytest.mark.parametrize(
    ("outcome", "status", "settled"), [("succeeded", "completed", "deducted"), ("failed", "failed", "released")]
)
def test_traditional_task(host: Host, outcome: str, status: str, settled: str) -> None:
    """A task moves through its states on the socket while its points are frozen and settled (R1, R24)."""
    before = host.get("/api/wallet/v1/statistics")
    body = submission(outcome)
    with host.socket() as socket:
        answer = host.post("/api/tasks/v1/submit", body)
        frames = frames_until(socket, settles(body["taskId"]))
    assert answer == {"taskId": body["taskId"], "status": "pending"}
    states = payloads(frames, "task.status", body["taskId"])
    assert states[0] == {"taskId": body["taskId"], "status": "pending", "progress": 0, "points": 30}
    assert states[-1] == {"taskId": body["taskId"], "status": status, "progress": 100}
    progress = [state["progress"] for state in states if state["status"] == "processing"]
    assert len(progress) > 5
    assert progress == sorted(progress)
    frozen = {"taskId": body["taskId"], "status": "frozen", "balance": before["totalPoints"] - 30}
    released = {"taskId": body["taskId"], "status": settled} | (
        {"balance": before["totalPoints"]} if outcome == "failed" else {}
    )
    assert payloads(frames, "wallet.points", body["taskId"]) == [frozen, released]
    after = host.get("/api/wallet/v1/statistics")
    assert after["frozenPoints"] == before["frozenPoints"]
    assert after["totalPoints"] == before["totalPoints"] - (0 if outcome == "failed" else 30)
    listed = next(item for item in host.get("/api/tasks/v1")["items"] if item["taskId"] == body["taskId"])
    assert (listed["status"], bool(listed["resultUrl"])) == (status, outcome == "succeeded")
    assert host.get(f"/api/tasks/v1/{body['taskId']}")["resultUrl"] == listed["resultUrl"]


def test_same_task_twice(host: Host) -> None:
    """Submitting an id again gives the task there is; another user's id is refused."""
    body = submission("succeeded")
    with host.socket() as socket:
        host.post("/api/tasks/v1/submit", body)
        frames_until(socket, ends(body["taskId"]))
    balance = host.get("/api/wallet/v1/statistics")["totalPoints"]
    assert host.post("/api/tasks/v1/submit", body) == {"taskId": body["taskId"], "status": "completed"}
    assert host.get("/api/wallet/v1/statistics")["totalPoints"] == balance
    taken = host.call("POST", "/api/tasks/v1/submit", "admin", json=body)
    assert (taken.status_code, taken.json()) == (409, {"detail": "TASK_ID_TAKEN"})


def test_too_few_points(host: Host) -> None:
    """Nobody can spend what they do not have, and trying leaves nothing behind."""
    body = submission("succeeded", points=2**63)
    answer = host.call("POST", "/api/tasks/v1/submit", json=body)
    assert (answer.status_code, answer.json()) == (402, {"detail": "INSUFFICIENT_POINTS"})
    assert host.get(f"/api/tasks/v1/{body['taskId']}")["status"] == "pending"
    assert body["taskId"] not in {item["taskId"] for item in host.get("/api/tasks/v1", size=50)["items"]}


def test_ability_task_that_succeeds(host: Host) -> None:
    """An ability task ends with a result, a log record with its cost, and both are announced (R23, R28)."""
    with host.socket() as socket:
        made = host.post("/api/ability-tasks", ability_submission("succeeded", imageBase64="iVBORw0KGgo="))
        frames = frames_until(
            socket,
            lambda frame: frame["type"] == "ability-log.created" and frame["payload"].get("taskId") == made["id"],
        )
    assert (made["status"], made["log_id"]) == ("queued", None)
    assert made["request_payload"]["imageBase64"] == "[omitted]"
    states = payloads(frames, "ability-task.status", made["id"])
    assert [state["status"] for state in states] == ["queued", "running", "succeeded"]
    assert all(state["updatedAt"].endswith("Z") for state in states)
    task = host.get(f"/api/ability-tasks/{made['id']}")
    assert (task["status"], task["error_message"]) == ("succeeded", None)
    assert states[1]["logId"] == states[2]["logId"] == task["log_id"] == frames[-1]["payload"]["logId"]
    assert ("resultPayload" in states[-1]) == (int(made["id"][-1], 16) % 2 == 0)
    assert states[-1]["updatedAt"] == task["updated_at"] + "Z"
    log = host.get("/api/admin/abilities/baidu_colourize/logs", "admin", limit=1)["items"][0]
    assert (log["id"], log["status"], log["source"]) == (task["log_id"], "success", "ability-task")
    assert (log["cost_amount"], log["currency"], log["billing_unit"]) == (0.05, "CNY", "次")
    assert log["request_payload"]["hasImageBase64"] is True
    assert log["task_id"] == log["trace_id"] == task["result_payload"]["requestId"]


def test_ability_task_that_fails(host: Host) -> None:
    """A failure says why, costs nothing, and has a log record (R28)."""
    with host.socket() as socket:
        made = host.post("/api/ability-tasks", ability_submission("failed"))
        frames = frames_until(socket, settles(made["id"]))
    assert payloads(frames, "wallet.points", made["id"])[-1]["status"] == "released"
    task = host.get(f"/api/ability-tasks/{made['id']}")
    assert (task["status"], task["error_message"], task["result_payload"]) == (
        "failed",
        "百度: 216202 image size error",
        None,
    )
    log = host.get("/api/admin/abilities/baidu_colourize/logs", "admin", limit=1)["items"][0]
    assert (log["id"], log["status"], log["cost_amount"]) == (task["log_id"], "failed", None)
    assert log["response_payload"] == {"status_code": 502, "detail": "百度: 216202 image size error"}


def test_ability_task_without_its_image(host: Host) -> None:
    """As recorded: it is accepted, fails at once, has a record, and does not know the record's number."""
    with host.socket() as socket:
        made = host.post("/api/ability-tasks", {"abilityId": "baidu_colourize", "inputs": {"prompt": "hi"}})
        frames = frames_until(
            socket,
            lambda frame: frame["type"] == "ability-log.created" and frame["payload"].get("taskId") == made["id"],
        )
    task = host.get(f"/api/ability-tasks/{made['id']}")
    assert (task["status"], task["error_message"]) == ("failed", "IMAGE_REQUIRED")
    assert (task["log_id"], task["duration_ms"]) == (None, None)
    log = host.get("/api/admin/abilities/logs", "admin", limit=1)["items"][0]
    assert log["id"] == frames[-1]["payload"]["logId"]
    assert (log["duration_ms"], log["response_payload"]) == (0, {"status_code": 400, "detail": "IMAGE_REQUIRED"})


def test_invoke_that_succeeds(host: Host) -> None:
    """A synchronous call answers its result and log number; the picture is a real one (R29)."""
    body = {
        "inputs": {"prompt": "锦鲤"},
        "metadata": {"traceId": "tr-9", "simulate": {"seconds": 1, "outcome": "succeeded"}},
    }
    with host.socket() as socket:
        answer = host.post("/api/abilities/volcengine_seedream/invoke", body)
        frames = frames_until(
            socket,
            lambda frame: frame["type"] == "ability-log.created" and frame["payload"]["logId"] == answer["logId"],
        )
    assert list(answer) == [
        "abilityId", "provider", "status", "requestId", "logId", "durationMs", "images", "videos", "texts", "assets",
        "metadata", "raw",
    ]  # fmt: skip
    assert frames[-1]["payload"] == {"logId": answer["logId"], "abilityId": "volcengine_seedream", "status": "success"}
    assert answer["metadata"]["traceId"] == "tr-9"
    picture = host.client.get(answer["images"][0]["url"])
    assert picture.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).size == (512, 512)
    log = host.get("/api/admin/abilities/logs", "admin", limit=1)["items"][0]
    assert (log["id"], log["source"], log["stored_url"]) == (answer["logId"], "ability-api", answer["images"][0]["url"])


@pytest.mark.parametrize(
    ("ability", "body", "status", "detail"),
    [
        ("baidu_colourize", {}, 400, "IMAGE_REQUIRED"),
        ("comfyui_koutu", {"inputs": {"imageUrl": ""}}, 400, "IMAGE_REQUIRED"),
        ("volcengine_seedream", {"inputs": {}}, 400, "INPUT_REQUIRED(prompt)"),
        (
            "dashscope_caption",
            {
                "images": ["x"],
                "metadata": {"simulate": {"seconds": 0, "outcome": "failed", "error": "阿里百炼: Throttling"}},
            },
            502,
            "阿里百炼: Throttling",
        ),
    ],
)
def test_invoke_that_fails(host: Host, ability: str, body: dict[str, Any], status: int, detail: str) -> None:
    """A failed call answers why, and leaves a record all the same (R28, R29)."""
    answer = host.call("POST", f"/api/abilities/{ability}/invoke", json=body)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    log = host.get(f"/api/admin/abilities/{ability}/logs", "admin", limit=1)["items"][0]
    assert (log["status"], log["error_message"]) == ("failed", detail)


def test_unknown_picture(host: Host) -> None:
    """A name that is no picture's is 404."""
    for name in ("x.png", "print-0.png", "..%2fsecret", "print-0123456789abcdef.jpg"):
        assert host.client.get(f"/api/assets/{name}").status_code == 404


def test_full_queues(start: START) -> None:
    """A ComfyUI node takes ten, a service answers busy, a blocked task waits; the queue routes agree (R30)."""
    host = start("--history", 0, "--speed", 1)
    long = {"imageUrl": "https://img.example/a.png", "metadata": {"simulate": {"seconds": 600}}}
    for _ in range(10):
        host.post("/api/ability-tasks", {"abilityId": "comfyui_koutu"} | long)
    full = {"detail": "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)"}
    for path in ("/api/ability-tasks", "/api/abilities/comfyui_gaoqing_fangda/invoke"):
        answer = host.call("POST", path, json={"abilityId": "comfyui_gaoqing_fangda"} | long)
        assert (answer.status_code, answer.json()) == (429, full)
        assert answer.headers["retry-after"] == "5"
    status = host.get("/api/admin/comfyui/queue-status", "admin", executorId="executor_comfyui_upscale_121")
    assert (status["runningCount"], status["pendingCount"]) == (1, 9)
    assert host.get("/api/admin/comfyui/queue-summary", "admin")["totalCount"] == 10
    waiting = host.post("/api/tasks/v1/submit", submission("succeeded", action="gaoqing_fangda"))
    assert host.get(f"/api/tasks/v1/{waiting['taskId']}")["status"] == "blocked"
    for _ in range(24):
        host.post("/api/ability-tasks", {"abilityId": "baidu_colourize"} | long)
    busy = host.call("POST", "/api/abilities/baidu_colourize/invoke", json=long)
    assert (busy.status_code, busy.json()) == (429, {"detail": "EXECUTOR_BUSY"})


@pytest.fixture
def receiver() -> Iterator[tuple[str, SimpleQueue[tuple[dict[str, str], Any]]]]:
    """Someone to be called back, and what reached them."""
    reported: SimpleQueue[tuple[dict[str, str], Any]] = SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(202)
            self.end_headers()
            self.wfile.write(b"thank you")
            reported.put((dict(self.headers.items()), json.loads(body)))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/cb", reported
        server.shutdown()
        thread.join()


def test_callback(host: Host, receiver: tuple[str, SimpleQueue[tuple[dict[str, str], Any]]]) -> None:
    """The end of a task is POSTed to its callback, and the record says what came of it (R31)."""
    url, reported = receiver
    body = ability_submission("succeeded", callbackUrl=url, callbackHeaders={"X-Key": "secret"})
    made = host.post("/api/ability-tasks", body)
    headers, payload = reported.get(timeout=PATIENCE_S)
    assert made["callback_url"] == url
    assert made["request_payload"]["callbackHeaders"] == {"X-Key": "[omitted]"}
    assert headers["X-Key"] == "secret"
    assert (payload["status"], payload["error"]) == ("success", None)
    assert payload["taskId"] == f"t1.baidu.executor_baidu_image_default.{made['id']}"
    log = log_called_back(host, payload["logId"])
    assert (log["callback_status"], log["callback_http_status"], log["callback_response"]) == (
        "success",
        202,
        "thank you",
    )
    assert log["callback_payload"] == payload


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/cb", "ftp://img.example/cb", "javascript:alert(1)", "http://["])
def test_callback_that_cannot_be_made(host: Host, url: str) -> None:
    """A callback that fails is recorded, and the task's end is what it was."""
    with host.socket() as socket:
        made = host.post("/api/ability-tasks", ability_submission("succeeded", callbackUrl=url))
        frames_until(socket, ends(made["id"]))
    task = host.get(f"/api/ability-tasks/{made['id']}")
    assert task["status"] == "succeeded"
    log = log_called_back(host, task["log_id"])
    assert (log["callback_status"], log["callback_http_status"]) == ("failed", None)
    assert log["callback_error"]


def log_called_back(host: Host, log_id: int) -> dict[str, Any]:
    """The record once its callback is over."""
    for _ in looks():
        items = host.get("/api/admin/abilities/baidu_colourize/logs", "admin", limit=5)["items"]
        log: dict[str, Any] = next(item for item in items if item["id"] == log_id)
        if log["callback_status"] != "pending":
            return log
    raise AssertionError("the callback is still pending")
