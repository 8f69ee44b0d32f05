"""What a call is asked, as it is kept, and whether it can be done.

Image data is never kept; wherever it was, ``[omitted]`` stands.
"""

from __future__ import annotations

from typing import Any

from devserver.simulator.ability import Ability

OMITTED = "[omitted]"


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
