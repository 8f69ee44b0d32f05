"""What a call is answered when it has succeeded, which is also an ability task's ``resultPayload``."""

from __future__ import annotations

from typing import Any

from devserver.character import Character
from devserver.simulator import product_answers
from devserver.simulator.drawing import SIZE
from devserver.simulator.ending import Ending, raw_answer


def answer(ending: Ending, character: Character) -> dict[str, Any]:
    """The answer, in the shape of this backend."""
    return product_answers.answer(ending) if character.product_answers else _answer(ending)


def _answer(ending: Ending) -> dict[str, Any]:
    metadata = ending.asked.get("metadata") or {}
    url, text = ending.url, ending.text
    image = {"url": url, "width": SIZE, "height": SIZE, "mimeType": "image/png"}
    ran = {"executorId": ending.executor_id, "traceId": metadata.get("traceId") or ending.request_id}
    if ending.ability.executor.is_comfyui:
        ran["promptId"] = ending.prompt_id
    return {
        "abilityId": ending.ability.id,
        "provider": ending.ability.provider,
        "status": "succeeded",
        "requestId": ending.request_id,
        "logId": ending.log_id,
        "durationMs": ending.duration_ms,
        "images": [image] if url else [],
        "videos": [],
        "texts": [text] if text is not None else [],
        "assets": [{"type": "image", "url": url, "name": url.rsplit("/", 1)[-1]}] if url else [],
        "metadata": ran,
        "raw": raw_answer(ending),
    }
