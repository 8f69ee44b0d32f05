"""The JSON answer of the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

MOST_COMPLAINTS = 20
LONGEST_NAME = 100

log = logging.getLogger(__name__)


class ApiAnswer(JSONResponse):
    """JSON that can always be encoded: a lone surrogate, which JSON may carry and UTF-8 may not, goes out escaped.

    A record of a list that cannot be written all the same is left out of it.
    """

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """An answer of the API is about this moment and this user: nobody may keep it."""
        super().init_headers({"Cache-Control": "no-store"} | dict(headers or {}))

    def render(self, content: Any) -> bytes:
        """``content`` as UTF-8."""
        written = _written(content)
        if written is None and isinstance(content, dict):
            written = _written({key: _writable(value) for key, value in content.items()})
        if written is None:
            raise ValueError("the answer cannot be written as JSON")
        return written


def _written(value: Any) -> bytes | None:
    """``value`` as JSON, or ``None`` if it holds what JSON has not, or is nested too deeply to be written."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None
    return text.encode("utf-8", "backslashreplace")


def _writable(value: Any) -> Any:
    """A list without what cannot be written; anything else as it is."""
    if not isinstance(value, list):
        return value
    kept = [item for item in value if _written(item) is not None]
    log.warning("%d of %d records cannot be written and were left out of a list", len(value) - len(kept), len(value))
    return kept


async def invalid_request(_request: Request, error: Exception) -> ApiAnswer:
    """422 as FastAPI spells it, without the input: whoever sent it has it, and it may be long."""
    assert isinstance(error, RequestValidationError)
    return ApiAnswer({"detail": [_complaint(each) for each in error.errors()[:MOST_COMPLAINTS]]}, 422)


def _complaint(error: Mapping[str, Any]) -> dict[str, Any]:
    # A place may be named by a key of the input.
    loc = [part[:LONGEST_NAME] if isinstance(part, str) else part for part in error["loc"]]
    bounds = {name: bound for name, bound in error.get("ctx", {}).items() if isinstance(bound, int | float)}
    shown = {"type": error["type"], "loc": loc, "msg": error["msg"], "input": None}
    return shown | ({"ctx": bounds} if bounds else {})
