"""The sentence for a call of an ability that failed: what happened, and what to do about it."""

from app.api.errors import ApiError, Refused
from app.views.texts import Texts

BY_CODE = {
    "IMAGE_REQUIRED": "invoke.image_required",
    "EXECUTOR_BUSY": "invoke.busy_executor",
    "INSUFFICIENT_POINTS": "invoke.no_points",
    "ABILITY_NOT_FOUND": "invoke.not_found",
    "ABILITY_NOT_FOUND_OR_INACTIVE": "invoke.not_found",
}


def refusal_sentence(texts: Texts, error: ApiError) -> str:
    """Return the sentence; the server's own codes have sentences of their own, everything else is quoted."""
    if not isinstance(error, Refused):
        return texts.say("invoke.unreachable")
    problem = error.problem
    if problem.queue_limit is not None:
        return texts.say("invoke.queue_full", limit=problem.queue_limit)
    if problem.code in BY_CODE:
        return texts.say(BY_CODE[problem.code])
    faults = "; ".join(f"{name}: {message}" if name else message for name, message in problem.fields)
    reason = faults or problem.code or f"HTTP {problem.status}"
    return texts.say("invoke.provider_failed" if problem.status >= 500 else "invoke.refused", reason=reason)
