"""The JSON answer of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse


class ApiAnswer(JSONResponse):
    """JSON that can always be encoded: a lone surrogate, which JSON may carry and UTF-8 may not, goes out escaped."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """An answer of the API is about this moment and this user: nobody may keep it."""
        super().init_headers({"Cache-Control": "no-store"} | dict(headers or {}))

    def render(self, content: Any) -> bytes:
        """``content`` as UTF-8."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


async def invalid_request(_request: Request, error: Exception) -> ApiAnswer:
    """422 as FastAPI spells it, with values that JSON cannot hold shown as text."""
    assert isinstance(error, RequestValidationError)
    detail = json.loads(json.dumps(error.errors(), default=str), parse_constant=str)
    for item in detail:
        item.pop("url", None)
    return ApiAnswer({"detail": detail}, 422)
