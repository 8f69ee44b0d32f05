"""Signing in and staying so.

An account that is gone or inactive is refused; only a backend like the product says that this is why.
"""

from __future__ import annotations

import math
import time
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from devserver.models import User
from devserver.passwords import matches
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Backend
from devserver.tokens import AccountClosed, TokenRefused

router = APIRouter(prefix="/api/auth", route_class=ApiRoute)


CLOSED_STATUSES = {"USER_NOT_FOUND": 404, "USER_INACTIVE": 403}


class Credentials(BaseModel):
    """A name or an e-mail address, and a password."""

    username: str | None = Field(None, max_length=254)
    email: str | None = Field(None, max_length=254)
    password: str = Field(max_length=1024)


class Renewal(BaseModel):
    """A refresh token to be used up."""

    refreshToken: str = Field(max_length=4096)  # noqa: N815 (the wire's name)


@router.post("/login")
async def login(credentials: Credentials, backend: Backend) -> dict[str, Any]:
    """Tokens for a name and its password."""
    name = credentials.username or credentials.email or ""
    with backend.database.transaction() as session:
        user = session.scalars(select(User).where(or_(User.username == name, User.email == name.lower()))).first()
    whose = user.id if user else name
    wait = backend.guesses.wait(whose, time.monotonic()) if backend.guesses else 0.0
    if wait > 0:
        raise HTTPException(429, "TOO_MANY_ATTEMPTS", {"Retry-After": str(math.ceil(wait))})
    matching = await matches(credentials.password, user.password_hash if user else None)
    if not matching or user is None or user.state == "gone":
        raise HTTPException(401, "INVALID_CREDENTIALS")
    if backend.guesses:
        backend.guesses.succeeded(whose)
    if user.state != "active":
        raise _closed(backend, "USER_INACTIVE", "INVALID_CREDENTIALS")
    with backend.database.transaction() as session:
        return backend.tokens.issue(session, user)


@router.post("/refresh")
async def refresh(renewal: Renewal, backend: Backend) -> dict[str, Any]:
    """New tokens for a refresh token, which is then used up."""
    try:
        with backend.database.transaction() as session:
            return backend.tokens.renew(session, renewal.refreshToken)
    except AccountClosed as closed:
        raise _closed(backend, closed.code, "INVALID_REFRESH_TOKEN") from closed
    except TokenRefused as refused:
        raise HTTPException(401, refused.code) from refused


def _closed(backend: Backend, code: str, otherwise: str) -> HTTPException:
    if backend.character.explains_closed_accounts:
        return HTTPException(CLOSED_STATUSES[code], code)
    return HTTPException(401, otherwise)
