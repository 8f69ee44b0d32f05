"""The routes of the embedded backend, and the shapes that were recorded from the real one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from tests.host.running import Host

NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")

TASK_KEYS = [
    "taskId", "action", "status", "progress", "channel", "createdAt", "updatedAt", "finishedAt", "points", "resultUrl",
    "workflowParams",
]  # fmt: skip
ABILITY_TASK_KEYS = [
    "id", "ability_id", "ability_name", "ability_provider", "capability_key", "status", "log_id", "duration_ms",
    "request_payload", "result_payload", "error_message", "callback_url", "created_at", "updated_at", "started_at",
    "finished_at",
]  # fmt: skip
REQUEST_KEYS = [
    "executorId", "inputs", "imageUrl", "imageBase64", "images", "metadata", "callbackUrl", "callbackHeaders",
    "abilityId",
]  # fmt: skip
ABILITY_KEYS = [
    "id", "provider", "category", "capabilityKey", "version", "displayName", "description", "status", "abilityType",
    "workflowId", "executorId", "cozeWorkflowId", "defaultParams", "inputSchema", "metadata", "requiresImage",
    "supportsMultipleImages", "maxOutputImages", "lastHealthCheckAt", "lastHealthStatus", "successRate",
]  # fmt: skip
LOG_KEYS = [
    "id", "ability_id", "ability_provider", "capability_key", "ability_name", "executor_id", "executor_name",
    "executor_type", "source", "task_id", "callback_id", "trace_id", "workflow_run_id", "status", "duration_ms",
    "stored_url", "request_payload", "response_payload", "result_assets", "error_message", "callback_status",
    "callback_http_status", "callback_payload", "callback_response", "callback_error", "callback_started_at",
    "callback_finished_at", "billing_unit", "unit_price", "currency", "cost_amount", "created_at",
]  # fmt: skip
QUEUE_KEYS = [
    "executorId", "baseUrl", "runningCount", "pendingCount", "queueMaxSize", "supported", "message", "raw",
]  # fmt: skip
METRIC_KEYS = [
    "ability_provider", "capability_key", "executor_id", "count", "success_count", "failed_count", "success_rate",
    "avg_duration_ms", "p50_duration_ms", "p95_duration_ms", "last_success_at", "last_failed_at",
]  # fmt: skip

PROTECTED = [
    "/api/tasks/v1",
    "/api/tasks/v1/x",
    "/api/ability-tasks",
    "/api/ability-tasks/x",
    "/api/abilities",
    "/api/wallet/v1/statistics",
    "/api/wallet/v1/transactions",
    "/api/admin/abilities/logs",
    "/api/admin/comfyui/queue-summary",
]
FOR_ADMINS = [
    "/api/admin/abilities",
    "/api/admin/abilities/logs",
    "/api/admin/abilities/logs/export",
    "/api/admin/abilities/logs/metrics",
    "/api/admin/abilities/baidu_colourize/logs",
    "/api/admin/comfyui/queue-summary",
    "/api/admin/comfyui/queue-status?executorId=executor_comfyui_seamless_117",
    "/api/admin/comfyui/system-stats?executorId=executor_comfyui_seamless_117",
    "/api/admin/dashboard/logs",
    "/api/admin/dashboard/metrics",
    "/api/admin/executors",
    "/api/admin/workflow-bindings",
]


@pytest.mark.parametrize("field", ["username", "email"])
def test_sign_in_by_name_or_address(host: Host, field: str) -> None:
    """Either name gives tokens and a role (R33)."""
    name = "admin" if field == "username" else "Admin@podi.example"
    body = host.client.post("/api/auth/login", json={field: name, "password": "admin"}).json()
    assert list(body) == ["accessToken", "tokenType", "expiresIn", "refreshToken", "role"]
    assert (body["tokenType"], body["expiresIn"], body["role"]) == ("bearer", 3600, "admin")


@pytest.mark.parametrize("name", ["demo", "nobody", ""])
def test_wrong_credentials(host: Host, name: str) -> None:
    """A wrong password and an unknown name get the same answer."""
    answer = host.client.post("/api/auth/login", json={"username": name, "password": "wrong"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "INVALID_CREDENTIALS"})


def test_refresh_token_works_once(host: Host) -> None:
    """A refresh answers with a new pair and uses up the old token (R33)."""
    first = host.login()
    second = host.client.post("/api/auth/refresh", json={"refreshToken": first["refreshToken"]})
    again = host.client.post("/api/auth/refresh", json={"refreshToken": first["refreshToken"]})
    assert second.status_code == 200
    assert list(second.json()) == list(first)
    assert second.json()["refreshToken"] != first["refreshToken"]
    assert (again.status_code, again.json()) == (401, {"detail": "INVALID_REFRESH_TOKEN"})


def test_refresh_with_something_else(host: Host) -> None:
    """What is no refresh token is no token at all."""
    for token in ("rubbish", host.token(), ""):
        answer = host.client.post("/api/auth/refresh", json={"refreshToken": token})
        assert (answer.status_code, answer.json()) == (401, {"detail": "INVALID_TOKEN"})


@pytest.mark.parametrize("path", PROTECTED)
def test_no_token(host: Host, path: str) -> None:
    """Every route but signing in asks for a token, and refuses one that is not."""
    missing = host.client.get(path)
    wrong = host.client.get(path, headers={"Authorization": "Bearer x.y.z"})
    assert (missing.status_code, missing.json()) == (401, {"detail": "AUTHORIZATION_REQUIRED"})
    assert (wrong.status_code, wrong.json()) == (401, {"detail": "INVALID_TOKEN"})


def test_refresh_token_is_no_access_token(host: Host) -> None:
    """A refresh token opens nothing."""
    answer = host.client.get("/api/abilities", headers={"Authorization": f"Bearer {host.login()['refreshToken']}"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "INVALID_TOKEN"})


@pytest.mark.parametrize("path", FOR_ADMINS)
def test_admin_only(host: Host, path: str) -> None:
    """Admin routes answer 403 to others."""
    answer = host.call("GET", path, "demo")
    assert (answer.status_code, answer.json()) == (403, {"detail": "ADMIN_ONLY"})


def test_task_list(host: Host) -> None:
    """Traditional tasks are camelCase, newest first, in pages, with naive times."""
    page = host.get("/api/tasks/v1", page=1, size=3)
    whole = host.get("/api/tasks/v1", size=50)
    assert list(page) == ["items", "total", "page", "size"]
    assert (page["page"], page["size"], page["total"]) == (1, 3, whole["total"])
    assert page["items"] == whole["items"][3:6]
    assert all(list(item) == TASK_KEYS for item in whole["items"])
    assert NAIVE.fullmatch(whole["items"][0]["createdAt"])
    created = [item["createdAt"] for item in whole["items"]]
    assert created == sorted(created, reverse=True)


def test_task_list_filters(host: Host) -> None:
    """Status and action narrow the list; somebody else's user id does not widen it."""
    failed = host.get("/api/tasks/v1", size=50, status="failed", userId="somebody")
    assert {item["status"] for item in failed["items"]} == {"failed"}
    assert host.get("/api/tasks/v1", action="no such")["total"] == 0


def test_unknown_task(host: Host) -> None:
    """An unknown id is answered as pending, which is why the page must give up on it by itself (R11)."""
    assert host.get("/api/tasks/v1/nope") == {"taskId": "nope", "status": "pending", "progress": 0, "resultUrl": None}


def test_invalid_submission(host: Host) -> None:
    """A 422 has the recorded shape, but does not repeat what it was sent."""
    body = {"taskId": "tsk_2", "points": -1}
    missing = [
        {"type": "missing", "loc": ["body", name], "msg": "Field required", "input": None}
        for name in ("action", "userId", "channel", "workflowParams")
    ]
    points = {
        "type": "greater_than",
        "loc": ["body", "points"],
        "msg": "Input should be greater than 0",
        "input": None,
        "ctx": {"gt": 0},
    }
    answer = host.call("POST", "/api/tasks/v1/submit", json=body)
    assert (answer.status_code, answer.json()) == (422, {"detail": [*missing, points]})


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/api/tasks/v1?size", 50), ("/api/ability-tasks?limit", 200), ("/api/admin/abilities/logs?limit", 200)],
)
def test_page_limits(host: Host, path: str, limit: int) -> None:
    """The largest page is answered, one more is 422."""
    assert host.call("GET", f"{path}={limit}", "admin").status_code == 200
    assert host.call("GET", f"{path}={limit + 1}", "admin").status_code == 422


def test_ability_task_list(host: Host) -> None:
    """Ability tasks are snake_case, newest first, with no total."""
    body = host.get("/api/ability-tasks", limit=200)
    assert list(body) == ["items"]
    assert all(list(item) == ABILITY_TASK_KEYS for item in body["items"])
    assert all(list(item["request_payload"]) == REQUEST_KEYS for item in body["items"])
    created = [item["created_at"] for item in body["items"]]
    assert created == sorted(created, reverse=True)
    assert {item["status"] for item in body["items"]} >= {"succeeded", "failed"}


def test_ability_task_by_id(host: Host) -> None:
    """One's own can be read; an unknown one, and another's, is 404 (R11)."""
    mine = host.get("/api/ability-tasks", limit=1)["items"][0]
    assert host.get(f"/api/ability-tasks/{mine['id']}") == mine
    for path, name in (("/api/ability-tasks/nope", "demo"), (f"/api/ability-tasks/{mine['id']}", "admin")):
        answer = host.call("GET", path, name)
        assert (answer.status_code, answer.json()) == (404, {"detail": "TASK_NOT_FOUND"})


def test_abilities(host: Host) -> None:
    """The catalogue has about ten abilities of several providers, some with a form, some without (R29)."""
    items = host.get("/api/abilities")["items"]
    assert all(list(item) == ABILITY_KEYS for item in items)
    assert len(items) >= 10
    assert len({item["provider"] for item in items}) >= 4
    kinds = {field["type"] for item in items for field in item["inputSchema"]["fields"]}
    assert kinds == {"text", "textarea", "number", "select", "boolean", "image", "color"}
    assert next(item for item in items if item["id"] == "baidu_colourize")["inputSchema"] == {"fields": []}


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/api/ability-tasks", {"abilityId": "nope"}, "ABILITY_NOT_FOUND_OR_INACTIVE"),
        ("/api/ability-tasks", {"abilityId": "baidu_dehaze"}, "ABILITY_NOT_FOUND_OR_INACTIVE"),
        ("/api/abilities/nope/invoke", {}, "ABILITY_NOT_FOUND"),
        ("/api/abilities/baidu_colourize/invoke", {"executorId": "nope"}, "EXECUTOR_NOT_FOUND"),
    ],
)
def test_unknown_ability(host: Host, path: str, body: dict[str, Any], detail: str) -> None:
    """What is unknown or switched off cannot be called."""
    answer = host.call("POST", path, json=body)
    assert (answer.status_code, answer.json()) == (404, {"detail": detail})


def test_logs(host: Host) -> None:
    """Logs are snake_case, newest first, in pages, and the successful ones say what they cost (R28)."""
    page = host.get("/api/admin/abilities/logs", "admin", limit=5, offset=2)
    whole = host.get("/api/admin/abilities/logs", "admin", limit=200)
    assert list(page) == ["total", "limit", "offset", "items"]
    assert (page["limit"], page["offset"]) == (5, 2)
    assert page["items"] == whole["items"][2:7]
    assert whole["total"] >= 120
    assert all(list(item) == LOG_KEYS for item in whole["items"])
    ids = [item["id"] for item in whole["items"]]
    assert ids == sorted(ids, reverse=True)
    well = [item for item in whole["items"] if item["status"] == "success"]
    assert all(item["cost_amount"] > 0 and item["currency"] == "CNY" for item in well)
    assert {item["source"] for item in whole["items"]} == {"ability-api", "ability-task"}


def test_logs_of_one_ability(host: Host) -> None:
    """One ability's logs are the same records, narrowed; an unknown ability has none."""
    mine = host.get("/api/admin/abilities/baidu_colourize/logs", "admin", limit=200)
    same = host.get("/api/admin/abilities/logs", "admin", limit=200, abilityId="baidu_colourize")
    assert mine == same
    assert {item["ability_id"] for item in mine["items"]} == {"baidu_colourize"}
    assert host.call("GET", "/api/admin/abilities/nope/logs", "admin").status_code == 404


def test_log_metrics(host: Host) -> None:
    """Metrics add up to the logs of the window."""
    body = host.get("/api/admin/abilities/logs/metrics", "admin", window_hours=24 * 14)
    assert list(body) == ["window_hours", "buckets"]
    assert all(list(bucket) == METRIC_KEYS for bucket in body["buckets"])
    assert sum(bucket["count"] for bucket in body["buckets"]) >= 120


def test_queue_routes(host: Host) -> None:
    """The summary has every ComfyUI node, the status one, and an unknown executor is 404 (R30)."""
    summary = host.get("/api/admin/comfyui/queue-summary", "admin")
    assert list(summary) == ["totalRunning", "totalPending", "totalCount", "timestamp", "servers"]
    assert summary["timestamp"].endswith("+00:00")
    assert all(list(server) == QUEUE_KEYS for server in summary["servers"])
    assert {(server["queueMaxSize"], server["supported"]) for server in summary["servers"]} == {(10, True)}
    node = summary["servers"][0]["executorId"]
    assert host.get("/api/admin/comfyui/queue-status", "admin", executorId=node)["executorId"] == node
    unknown = host.call("GET", "/api/admin/comfyui/queue-status?executorId=nope", "admin")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "EXECUTOR_NOT_FOUND"})
    missing = host.call("GET", "/api/admin/comfyui/queue-status", "admin")
    detail = [{"type": "missing", "loc": ["query", "executorId"], "msg": "Field required", "input": None}]
    assert (missing.status_code, missing.json()) == (422, {"detail": detail})


def test_wallet(host: Host) -> None:
    """The ledger is a chain that ends in the balance (R24)."""
    statistics = host.get("/api/wallet/v1/statistics", "admin")
    assert list(statistics) == ["totalPoints", "tempPoints", "frozenPoints", "grantedToday"]
    ledger = host.get("/api/wallet/v1/transactions", "admin", page=1, pageSize=200)
    items = ledger["items"]
    assert ledger["total"] == len(items)
    assert items[0]["afterBalance"] == statistics["totalPoints"]
    assert all(newer["beforeBalance"] == older["afterBalance"] for newer, older in pairwise(items))
    assert all(item["afterBalance"] - item["beforeBalance"] == item["points"] for item in items)
    assert all((item["points"] > 0) == (item["changeType"] == "INCREASE") for item in items)
    assert host.get("/api/wallet/v1/transactions", "admin", page=2, pageSize=3)["items"] == items[3:6]


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"a": 1e999}', "NaN", "9" * 5000])
def test_malformed_bodies(host: Host, body: str) -> None:
    """Whatever is sent, the answer is a 4xx with a detail."""
    headers = {"Authorization": f"Bearer {host.token()}", "Content-Type": "application/json"}
    answer = host.client.post("/api/tasks/v1/submit", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert "detail" in answer.json()


def test_not_a_number_is_refused(host: Host) -> None:
    """What JSON cannot hold is refused rather than stored and never readable again."""
    sent = (
        '{"taskId": "tsk_n", "action": "a", "userId": "u", "channel": "c", "points": 1, "workflowParams": {"k": NaN}}'
    )
    headers = {"Authorization": f"Bearer {host.token()}", "Content-Type": "application/json"}
    assert host.client.post("/api/tasks/v1/submit", content=sent, headers=headers).status_code == 422


def test_unknown_route(host: Host) -> None:
    """An unknown API route is a small JSON 404, whatever the method."""
    for method in ("GET", "POST", "DELETE"):
        answer = host.client.request(method, "/api/no/such/route")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
