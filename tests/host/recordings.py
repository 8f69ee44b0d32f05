"""The recorded answers, how to ask for each of them again, and where an answer may differ in its shape.

A field is named here because it cannot be the same: it was not there when something was recorded, it stands for
something that the simulator does not have, or what is below it is free of form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from testkit.shapes import Allowance

FIXTURES = Path(__file__).parents[1] / "fixtures" / "wire"
Json = dict[str, Any]
SUBMIT_ONLY = "comfyui_sifang_lianxu"


@dataclass(frozen=True)
class Asked:
    """A request. `{name}` in its path is something that the backend was prepared with."""

    path: str
    body: Json | None = None
    by: Literal["admin", "demo", "nobody"] = "demo"
    allowed: Allowance = field(default_factory=Allowance)
    plain: Allowance = field(default_factory=Allowance)
    """What is allowed besides, of a backend that is not like the product."""

    @property
    def method(self) -> str:
        """What has a body is posted."""
        return "GET" if self.body is None else "POST"


def at(prefix: str, *names: str) -> frozenset[str]:
    """Paths below one."""
    return frozenset(f"{prefix}.{name}" for name in names)


def paths(*names: str) -> frozenset[str]:
    """Paths from the root."""
    return at("$", *names)


def recorded(name: str) -> Any:
    """A recording: an answer with its status, or the frames of a socket."""
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Of all recordings."""
    return sorted(file.stem for file in FIXTURES.glob("*.json"))


LOG_PARTS = ("request_payload.inputs", "request_payload.metadata", "response_payload.metadata.params")


def log_allowance(prefix: str) -> tuple[Allowance, Allowance]:
    """For a record of the log: in any backend, and in the plain one, which keeps the provider's own answer."""
    anywhere = Allowance(
        # Pictures are drawn when they are asked for, so nobody knows their size.
        optional=at(prefix, "result_assets[].size", "response_payload.images[].size", "response_payload.assets[].size"),
        open_at=at(prefix, *LOG_PARTS),
    )
    return anywhere, Allowance(open_at=at(prefix, "response_payload"))


ONE_LOG, ONE_LOG_PLAIN = log_allowance("$")
LOGS, LOGS_PLAIN = log_allowance("$.items[]")

EARLY_LOGS = Allowance(open_at=at("$.items[]", *LOG_PARTS, "callback_payload.result"))

REQUEST_PARTS = ("request_payload.inputs", "request_payload.metadata")
ABILITY_TASKS = Allowance(open_at=at("$.items[]", *REQUEST_PARTS, "result_payload.metadata.params"))
ABILITY_TASKS_PLAIN = Allowance(
    # As the seed has it: where a picture is, how large it is, and nothing of how it came about.
    open_at=at("$.items[]", "result_payload.images[]", "result_payload.assets[]", "result_payload.raw"),
    optional=at("$.items[]", "result_payload.metadata.baseUrl", "result_payload.metadata.params",
                "result_payload.metadata.prompt"),
    more=at("$.items[]", "result_payload.metadata.traceId"),
)  # fmt: skip

# Abilities were recorded without inputs, and each provider keeps other metadata.
ABILITY_FIELDS = Allowance(
    open_at=at("$.items[]", "inputSchema", "metadata", "defaultParams"),
)
EARLY_ABILITIES = ABILITY_FIELDS | Allowance(
    more=at("$.items[]", "description", "cozeWorkflowId", "metadata", "requiresImage", "supportsMultipleImages",
            "maxOutputImages", "lastHealthCheckAt", "lastHealthStatus", "successRate"),
)  # fmt: skip
ADMIN_ABILITIES = Allowance(open_at=at("$[]", "input_schema", "extra_metadata", "default_params"))

INVOKE = {"imageUrl": "https://img.example/in.png", "metadata": {"simulate": {"seconds": 0, "outcome": "succeeded"}}}
REFUSED_TASK = {
    "abilityId": "baidu_colourize",
    "inputs": {"prompt": "hi"},
    "metadata": {"traceId": "tr-1"},
    "callbackUrl": "http://127.0.0.1:1/cb",
}
EARLY_TASK = Allowance(open_at=paths("request_payload.metadata"))
LEDGER_PLAIN = Allowance(more=at("$.items[]", "createdAt"))

ASKED: Mapping[str, Asked] = {
    "abilities": Asked("/api/abilities", allowed=EARLY_ABILITIES),
    "ability_invoke": Asked("/api/abilities/baidu_colourize/invoke", {"inputs": {}}),
    "ability_task_create": Asked("/api/ability-tasks", REFUSED_TASK, allowed=EARLY_TASK),
    "ability_task_create_unknown": Asked("/api/ability-tasks", {"abilityId": "nope"}),
    "ability_task_get": Asked("/api/ability-tasks/{refused}", allowed=EARLY_TASK),
    "ability_task_get_unknown": Asked("/api/ability-tasks/nope"),
    "ability_tasks_list": Asked("/api/ability-tasks?limit=200", allowed=Allowance(
        open_at=at("$.items[]", "request_payload.inputs", "request_payload.metadata"),
    )),
    "ability_tasks_noauth": Asked("/api/ability-tasks", by="nobody"),
    "admin_ability_logs": Asked("/api/admin/abilities/baidu_colourize/logs?limit=5", by="admin", allowed=EARLY_LOGS),
    "admin_log_metrics": Asked("/api/admin/abilities/logs/metrics", by="admin"),
    "admin_logs": Asked("/api/admin/abilities/logs?limit=5&abilityId=baidu_colourize", by="admin", allowed=EARLY_LOGS),
    "admin_logs_as_user": Asked("/api/admin/abilities/logs"),
    "auth_login_wrong": Asked("/api/auth/login", {"username": "demo", "password": "wrong"}, by="nobody"),
    "auth_refresh_bad": Asked("/api/auth/refresh", {"refreshToken": "x.y.z"}, by="nobody"),
    "queue_status_noparam": Asked("/api/admin/comfyui/queue-status", by="admin"),
    "queue_status_unknown": Asked("/api/admin/comfyui/queue-status?executorId=nope", by="admin"),
    # Recorded from nodes that do not report their queue, which says so in a message.
    "queue_summary": Asked("/api/admin/comfyui/queue-summary", by="admin", allowed=Allowance(
        optional=at("$.servers[]", "message"),
    )),
    "tasks_get": Asked("/api/tasks/v1/{task}"),
    "tasks_get_unknown": Asked("/api/tasks/v1/nope"),
    "tasks_list": Asked("/api/tasks/v1?userId=x&page=0&size=10", allowed=Allowance(
        open_at=at("$.items[]", "workflowParams"),
    )),
    "tasks_submit": Asked("/api/tasks/v1/submit", {
        "taskId": "tsk_new", "action": "wenshengtu", "userId": "u", "channel": "web", "points": 5,
        "workflowParams": {},
    }),
    # The host does not send back what it was sent.
    "tasks_submit_invalid": Asked("/api/tasks/v1/submit", {"taskId": "tsk_2", "points": -1}, allowed=Allowance(
        optional=at("$.detail[]", "input"),
    )),
    "wallet_statistics": Asked("/api/wallet/v1/statistics?userId=x"),
    "wallet_transactions": Asked("/api/wallet/v1/transactions?userId=x&page=1&pageSize=5", plain=LEDGER_PLAIN),
    "real_abilities_fields": Asked("/api/abilities", allowed=ABILITY_FIELDS),
    "real_ability_invoke_submit_only": Asked(
        f"/api/abilities/{SUBMIT_ONLY}/invoke", INVOKE, allowed=Allowance(open_at=paths("metadata.params")),
        # Answered when it has ended.
        plain=Allowance(
            optional=paths(
                "metadata.state", "metadata.taskId", "metadata.baseUrl", "metadata.outputNodeIds", "metadata.params",
            ),
            more=paths("metadata.traceId"),
            open_at=paths("raw"),
        ),
    ),
    "real_ability_tasks_real": Asked("/api/ability-tasks?limit=3", allowed=ABILITY_TASKS, plain=ABILITY_TASKS_PLAIN),
    "real_admin_abilities": Asked("/api/admin/abilities", by="admin", allowed=ADMIN_ABILITIES),
    "real_admin_ability_logs_all": Asked(
        f"/api/admin/abilities/logs?limit=3&abilityId={SUBMIT_ONLY}", by="admin", allowed=LOGS, plain=LOGS_PLAIN
    ),
    "real_admin_ability_logs_export_csv": Asked("/api/admin/abilities/logs/export?format=csv&limit=2", by="admin"),
    "real_admin_ability_logs_export_json": Asked(
        f"/api/admin/abilities/logs/export?format=json&limit=2&abilityId={SUBMIT_ONLY}&source=ability-task", by="admin",
        allowed=LOGS, plain=LOGS_PLAIN,
    ),
    "real_admin_ability_logs_metrics_executor": Asked(
        "/api/admin/abilities/logs/metrics?windowHours=168&groupByExecutor=true", by="admin"
    ),
    "real_admin_ability_logs_metrics_window": Asked("/api/admin/abilities/logs/metrics?windowHours=168", by="admin"),
    # What an event says depends on the event.
    "real_admin_dashboard_logs": Asked(
        "/api/admin/dashboard/logs?limit=20", by="admin", allowed=Allowance(open_at=at("$.entries[]", "payload"))
    ),
    "real_admin_dashboard_metrics": Asked("/api/admin/dashboard/metrics", by="admin"),
    # A node of our own has another configuration than a service.
    "real_admin_executors": Asked("/api/admin/executors", by="admin", allowed=Allowance(open_at=at("$[]", "config"))),
    "real_admin_workflow_bindings": Asked("/api/admin/workflow-bindings", by="admin"),
    "real_log_resolve": Asked(
        "/api/admin/abilities/logs/{resolvable}/resolve", {}, by="admin", allowed=ONE_LOG, plain=ONE_LOG_PLAIN
    ),
    "real_wallet_transactions_real": Asked(
        "/api/wallet/v1/transactions?userId=x&page=1&pageSize=5", plain=LEDGER_PLAIN
    ),
    "real_comfyui_system_stats": Asked("/api/admin/comfyui/system-stats?executorId={executor}", by="admin"),
    "real_comfyui_queue_status_busy": Asked("/api/admin/comfyui/queue-status?executorId={executor}", by="admin"),
}  # fmt: skip
"""By the name of the recording. The last one needs a busy executor, so it is asked last."""

FRAMES = "ws_frames"

UNANSWERED: Mapping[str, str] = {
    "points_statistics": "the contract has no route of the operator's points",
    "points_transactions": "the contract has no route of the operator's points",
    "real_op_points_statistics": "the contract has no route of the operator's points",
    "wallet_freeze": "the page freezes nothing; the backend does, when a task is submitted",
}
"""Recordings of what no backend here answers, and why."""


IN_MEMORY: Mapping[str, Allowance] = {
    "abilities": Allowance(),
    "real_abilities_fields": Allowance(),
    "ability_task_create": Allowance(),
    "ability_task_get": Allowance(),
    "ability_task_get_unknown": Allowance(),
    "ability_tasks_list": Allowance(),
    "ability_tasks_noauth": Allowance(),
    # It calls nobody back.
    "admin_ability_logs": Allowance(optional=at(
        "$.items[]", "callback_status", "callback_payload", "callback_error", "callback_started_at",
        "callback_finished_at",
    )),
    "admin_logs": Allowance(optional=at(
        "$.items[]", "callback_status", "callback_payload", "callback_error", "callback_started_at",
        "callback_finished_at",
    )),
    # It has no ability whose calls are only submitted.
    "real_admin_ability_logs_all": Allowance(optional=frozenset({"$.items[]"})),
    "admin_logs_as_user": Allowance(),
    "auth_login_wrong": Allowance(),
    "auth_refresh_bad": Allowance(),
    "queue_summary": Allowance(),
    # It has one ability, which is a service's and no node's of our own.
    "real_ability_tasks_real": Allowance(
        optional=at("$.items[]", "result_payload.metadata.promptId", "result_payload.metadata.prompt",
                    "result_payload.assets[].sourceUrl"),
        open_at=at("$.items[]", "result_payload.raw"),
    ),
    "tasks_get": Allowance(),
    "tasks_get_unknown": Allowance(),
    "tasks_list": Allowance(),
    # Its movements have a time, unless a test says otherwise: those of some backends have.
    "wallet_transactions": Allowance(more=at("$.items[]", "createdAt")),
    "real_wallet_transactions_real": Allowance(more=at("$.items[]", "createdAt")),
    "wallet_statistics": Allowance(),
}  # fmt: skip
"""What the tests' own backend answers, and where it may differ besides."""


def body_of(name: str) -> Any:
    """The recorded body."""
    return recorded(name)["body"]


def of_types(frames: Iterable[Json], like: Iterable[Json]) -> list[Json]:
    """Those frames whose type is among others'."""
    types = {frame["type"] for frame in like}
    return [frame for frame in frames if frame["type"] in types]
