"""The sentence for a call of an ability that failed: what happened, and what to do about it."""

from app.api.errors import ApiError, Refused, unanswered
from app.views.texts import Texts
from app.wire.errors import Problem

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
        return texts.say("invoke.unreachable" if unanswered(error) else "invoke.unsent")
    problem = error.problem
    if problem.queue_limit is not None:
        return texts.say("invoke.queue_full", limit=problem.queue_limit)
    if problem.code in BY_CODE:
        return texts.say(BY_CODE[problem.code])
    faults = "; ".join(f"{name}: {message}" if name else message for name, message in problem.fields)
    reason = faults or _reason(texts, problem)
    return texts.say("invoke.provider_failed" if problem.status >= 500 else "invoke.refused", reason=reason)


def _reason(texts: Texts, problem: Problem) -> str:
    """Return why, in words: those of the server, with its code; the code as words; or what the status means."""
    status = f"HTTP {problem.status}"
    if problem.message:
        return f"{problem.message} ({problem.code})" if problem.code else problem.message
    if problem.code:
        return f"{code_words(problem.code)} ({problem.code})"
    key = f"http.{problem.status}"
    return f"{texts.say(key)} ({status})" if key in texts else status


def code_words(code: str) -> str:
    """Return a code as words: ``ERR|E1|NO_SUCH_BINDING(action=x)`` is ``no such binding: action=x``."""
    name, _, rest = code.rpartition("|")[2].partition("(")
    words = name.replace("_", " ").strip().lower()
    return f"{words}: {rest.removesuffix(')')}" if rest else words
