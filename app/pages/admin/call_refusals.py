"""The sentence for a result that could not be fetched: what its executor says, and what to do about it (R49)."""

from app.api.errors import ApiError, Refused, not_offered
from app.views.texts import Texts

_STATUS = "COMFYUI_STATUS_"
_BY_CODE = {
    "COMFYUI_IMAGES_EMPTY": "resolve.no_images",
    "ABILITY_LOG_NOT_FOUND": "resolve.gone",
    "ABILITY_LOG_NOT_COMFYUI": "resolve.not_comfyui",
    "COMFYUI_PROMPT_ID_REQUIRED": "resolve.no_prompt",
}


def resolve_refusal(texts: Texts, error: ApiError) -> str:
    """Return the sentence; a code that nobody has words for is quoted."""
    if not isinstance(error, Refused):
        return texts.say("resolve.unreachable")
    code = error.problem.code or ""
    if code.startswith(_STATUS):
        word = code.removeprefix(_STATUS).lower()
        key = f"resolve.status.{word}"
        return texts.say(key) if key in texts else texts.say("resolve.status", status=word)
    if code in _BY_CODE:
        return texts.say(_BY_CODE[code])
    if not_offered(error):
        return texts.say("resolve.absent")
    return texts.say("resolve.failed", reason=error.problem.message or code or f"HTTP {error.problem.status}")
