"""Answers as the product's own backend gives them (``real_*.json`` among the recordings).

Pictures have an ``ossUrl``, there is ``null`` for what there is none of, and the metadata says what ran where.
"""

from __future__ import annotations

from typing import Any

from devserver.simulator.ability import Ability
from devserver.simulator.ending import Ending, LoggedCall, file_name, raw_answer
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.payloads import OMITTED

OUTPUT_NODE = "9"
TIMEOUT_SECONDS = 420


def answer(ending: Ending) -> dict[str, Any]:
    """The answer to a call that has succeeded."""
    url, text = ending.url, ending.text
    image = {
        "ossUrl": url,
        "sourceUrl": None,
        "base64": OMITTED,
        "type": "image",
        "description": None,
        "tag": None,
    }
    asset = image | {"sourceUrl": ending.source_url, "type": "image/png", "tag": ending.ability.provider}
    return {
        "abilityId": ending.ability.id,
        "provider": ending.ability.provider,
        "status": "succeeded",
        "requestId": ending.request_id,
        "logId": ending.log_id,
        "durationMs": ending.duration_ms,
        "images": [image] if url else None,
        "videos": None,
        "texts": [text] if text is not None else None,
        "assets": [asset] if url else None,
        "metadata": _metadata(ending),
        "raw": _history(ending) if ending.ability.executor.is_comfyui else raw_answer(ending),
    }


def running_answer(call: LoggedCall) -> dict[str, Any]:
    """The answer to a call that was only submitted. Nothing follows by itself."""
    return {
        "abilityId": call.ability.id,
        "provider": call.ability.provider,
        "status": "running",
        "requestId": call.request_id,
        "logId": call.log_id,
        "durationMs": 0,
        "images": None,
        "videos": None,
        "texts": None,
        "assets": None,
        "metadata": _metadata(call) | {"state": "running", "taskId": call.prompt_id, "outputNodeIds": [OUTPUT_NODE]},
        "raw": {"response": {"prompt_id": call.prompt_id, "number": call.log_id, "node_errors": {}}},
    }


def _metadata(call: LoggedCall) -> dict[str, Any]:
    metadata = {
        "executorId": call.executor_id,
        "baseUrl": EXECUTORS[call.executor_id].base_url,
        "params": _parameters(call.ability, call.asked),
    }
    if call.ability.executor.is_comfyui:
        metadata["promptId"] = call.prompt_id
    if prompt := (call.asked.get("inputs") or {}).get("prompt"):
        metadata["prompt"] = prompt
    return metadata


def _parameters(ability: Ability, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "workflow_key": ability.capability_key,
        "timeout": TIMEOUT_SECONDS,
        **ability.defaults,
        **(asked.get("inputs") or {}),
    }


def _history(ending: Ending) -> dict[str, Any]:
    """What a ComfyUI node remembers of a prompt."""
    file = {"filename": file_name(ending.request_id), "subfolder": "", "type": "output"}
    return {
        "images": [{"nodeId": OUTPUT_NODE, **file, "url": "", "base64": OMITTED, "mime": None}],
        "history": {
            "status": {"status_str": "success", "completed": True},
            "outputs": {OUTPUT_NODE: {"images": [file]}},
        },
        "timed_out": False,
        "state": None,
    }
