"""What every route of the embedded backend has in common, whatever it is about.

Who asks is looked at before a body is read; a body holds only what can be written again; an answer is written record by
record, so that one that cannot be written does not take the others with it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from devserver.answers import ApiAnswer
from devserver.routes.identity import caller, embedded
from devserver.routes.json_values import unwritable

# Here the body says who asks, so it is read first, and may be no longer than a name, a password and a token.
SIGNING_IN = "/api/auth/"


class _JudgedRequest(Request):
    """A request whose JSON is refused with 422 if it could be read and never written."""

    async def json(self) -> Any:
        """The body's value."""
        value = await super().json()
        complaint = unwritable(value)
        if complaint is not None:
            raise HTTPException(422, [{"type": "json_value", "loc": ["body"], "msg": complaint, "input": None}])
        return value


def _answering(endpoint: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Response]]:
    @wraps(endpoint)
    async def answering(*args: Any, **kwargs: Any) -> Response:
        answer = await endpoint(*args, **kwargs)
        return answer if isinstance(answer, Response) else ApiAnswer(answer)

    return answering


class ApiRoute(APIRoute):
    """A route of the API, for ``APIRouter(route_class=ApiRoute)``."""

    def __init__(self, path: str, endpoint: Callable[..., Coroutine[Any, Any, Any]], **options: Any) -> None:
        super().__init__(path, _answering(endpoint), **options | {"response_model": None})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route, behind the checks."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            if self.body_field is not None and not self.path.startswith(SIGNING_IN):
                caller(request, embedded(request))
            return await handle(_JudgedRequest(request.scope, request.receive))

        return handler
