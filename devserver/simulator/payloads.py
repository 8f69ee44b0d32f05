"""The JSON that a call leaves behind: what was asked, as it is kept, and what came of it.

Image data is never kept; wherever it was, ``[omitted]`` stands.
"""

from __future__ import annotations

from typing import Any

from devserver.simulator.catalogue import Ability
from devserver.simulator.chance import Fate
from devserver.simulator.drawing import SIZE, address

OMITTED = "[omitted]"
CAPTIONS = {
    "zh": "一幅暖色调的花卉印花图案，花瓣层叠，底色为米白，适合用于家纺面料。",
    "en": "A warm floral print with layered petals on an off-white ground, suited to home textiles.",
}


def without_image_data(value: Any) -> Any:
    """``value`` with base64 and data URLs taken out, however deep."""
    match value:
        case dict():
            return {
                key: OMITTED if item and "base64" in str(key).lower() else without_image_data(item)
                for key, item in value.items()
            }
        case list():
            return [without_image_data(item) for item in value]
        case str() if value.startswith("data:") and ";base64," in value[:200]:
            return OMITTED
        case _:
            return value


def _raw(ability: Ability, request_id: str, url: str | None, text: str | None) -> dict[str, Any]:
    """What the provider itself would have answered."""
    match ability.provider:
        case "baidu":
            return {"log_id": int(request_id[:14], 16), "image": OMITTED}
        case "volcengine":
            return {"model": "doubao-seedream", "data": [{"url": url}], "usage": {"generated_images": 1}}
        case "dashscope" if text is not None:
            return {
                "request_id": request_id,
                "output": {"text": text},
                "usage": {"input_tokens": 1240, "output_tokens": 36},
            }
        case "dashscope":
            return {"request_id": request_id, "output": {"results": [{"url": url}]}, "usage": {"image_count": 1}}
        case _:
            file = {"filename": f"podi_{request_id[:8]}_00001_.png", "subfolder": "", "type": "output"}
            return {"prompt_id": request_id, "status": "success", "outputs": {"9": {"images": [file]}}}


def answer(
    ability: Ability,
    executor_id: str,
    fate: Fate,
    asked: dict[str, Any],
    *,
    request_id: str,
    log_id: int,
    duration_ms: int,
) -> dict[str, Any]:
    """A successful invoke answer, which is also an ability task's ``resultPayload``."""
    inputs = asked.get("inputs") or {}
    metadata = asked.get("metadata") or {}
    text = CAPTIONS.get(str(inputs.get("language")), CAPTIONS["zh"]) if ability.makes == "text" else None
    url = None if text is not None else address(ability.motif, fate.picture)
    image = {"url": url, "width": SIZE, "height": SIZE, "mimeType": "image/png"}
    return {
        "abilityId": ability.id,
        "provider": ability.provider,
        "status": "succeeded",
        "requestId": request_id,
        "logId": log_id,
        "durationMs": duration_ms,
        "images": [image] if url else [],
        "videos": [],
        "texts": [text] if text is not None else [],
        "assets": [{"type": "image", "url": url, "name": url.rsplit("/", 1)[-1]}] if url else [],
        "metadata": {"executorId": executor_id, "traceId": metadata.get("traceId") or request_id},
        "raw": _raw(ability, request_id, url, text),
    }


def log_request(asked: dict[str, Any], *, has_image_data: bool, user_id: str) -> dict[str, Any]:
    """The ``request_payload`` of a log record."""
    return {
        "inputs": asked.get("inputs") or {},
        "imageUrl": asked.get("imageUrl"),
        "hasImageBase64": has_image_data,
        "imageListCount": len(asked.get("images") or []),
        "metadata": asked.get("metadata"),
        "callbackConfigured": bool(asked.get("callbackUrl")),
        "userId": user_id,
    }


def refusal(ability: Ability, asked: dict[str, Any], *, has_image_data: bool) -> str | None:
    """Why the ability cannot be called like this, as a code, or ``None``."""
    inputs = asked.get("inputs") or {}
    pictures = [field["name"] for field in ability.fields if field["type"] == "image"]
    given = asked.get("imageUrl") or asked.get("images") or any(inputs.get(name) for name in (*pictures, "image"))
    if ability.needs_image and not given and not has_image_data:
        return "IMAGE_REQUIRED"
    for field in ability.fields:
        name = field["name"]
        if field["required"] and field["type"] != "image" and "default" not in field and inputs.get(name) in (None, ""):
            return f"INPUT_REQUIRED({name})"
    return None
