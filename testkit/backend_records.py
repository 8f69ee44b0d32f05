"""What the backend in memory keeps of each job, in the shape of the recorded answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXECUTOR = "executor_baidu_image_default"
DURATION_MS = 4000
QUEUE = {
    "executorId": "executor_comfyui_seamless_117",
    "baseUrl": "http://comfyui.example:8079",
    "runningCount": 1,
    "pendingCount": 2,
    "queueMaxSize": 10,
    "supported": True,
    "message": None,
    "raw": None,
}
REQUEST: dict[str, Any] = {
    "executorId": None,
    "inputs": None,
    "imageUrl": None,
    "imageBase64": "[omitted]",
    "images": None,
    "metadata": {"traceId": "tr-1"},
    "callbackUrl": None,
    "callbackHeaders": None,
}
ABILITY: dict[str, Any] = {
    "id": "x",
    "provider": "baidu",
    "category": "image_process",
    "capabilityKey": "colourize",
    "version": "v1",
    "displayName": "老照片上色",
    "description": "让黑白照片恢复自然的颜色",
    "status": "active",
    "abilityType": "api",
    "workflowId": None,
    "executorId": None,
    "cozeWorkflowId": None,
    "defaultParams": None,
    "inputSchema": {"fields": []},
    "metadata": {"executor_type": "baidu"},
    "requiresImage": True,
    "supportsMultipleImages": False,
    "maxOutputImages": None,
    "lastHealthCheckAt": None,
    "lastHealthStatus": None,
    "successRate": None,
}
UNSAID = (
    "workflow_run_id", "stored_url", "result_assets", "callback_status", "callback_http_status", "callback_payload",
    "callback_response", "callback_error", "callback_started_at", "callback_finished_at", "billing_unit", "unit_price",
)  # fmt: skip
"""What a record of the log has a place for and says nothing about here."""


def result_of(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a succeeded ability task brought."""
    image = {"ossUrl": f"/api/assets/{task['id']}.png", "sourceUrl": None, "base64": "[omitted]", "description": None}
    return {
        "abilityId": task["ability_id"],
        "provider": task["ability_provider"],
        "status": "succeeded",
        "requestId": f"{task['log_id']:032x}",
        "logId": task["log_id"],
        "durationMs": task["duration_ms"],
        "images": [image | {"type": "image", "tag": None}],
        "videos": None,
        "texts": None,
        "assets": [image | {"type": "image/png", "tag": task["ability_provider"]}],
        "metadata": {"executorId": EXECUTOR, "baseUrl": "https://baidu.example", "params": {}},
        "raw": {"log_id": task["log_id"]},
    }


def log_of(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an ability task that has ended."""
    well = task["status"] == "succeeded"
    request = task["request_payload"]
    return dict.fromkeys(UNSAID) | {
        "id": task["log_id"],
        "ability_id": task["ability_id"],
        "ability_provider": task["ability_provider"],
        "capability_key": task["capability_key"],
        "ability_name": task["ability_name"],
        "executor_id": EXECUTOR,
        "executor_name": "Default Node",
        "executor_type": task["ability_provider"],
        "source": "ability-task",
        "task_id": task["id"],
        "callback_id": f"t1.{task['ability_provider']}.{EXECUTOR}.{task['id']}",
        "trace_id": task["id"],
        "status": "success" if well else "failed",
        "duration_ms": task["duration_ms"],
        "request_payload": {
            "inputs": request["inputs"],
            "imageUrl": request["imageUrl"],
            "hasImageBase64": False,
            "imageListCount": 0,
            "metadata": request["metadata"],
            "callbackConfigured": bool(task["callback_url"]),
            "userId": "u1",
        },
        "response_payload": None if well else {"status_code": 502, "detail": task["error_message"]},
        "error_message": task["error_message"],
        "cost_amount": 0.25,
        "currency": "CNY",
        "created_at": task["finished_at"],
    }
