"""Who is asking: the embedded backend of this request, and the user behind its bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.requests import HTTPConnection

from devserver.embedded import Embedded
from devserver.models import User
from devserver.tokens import TokenRefused

CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in user, with the role the database gives, which may be newer than the token's."""

    id: str
    role: str


def embedded(connection: HTTPConnection) -> Embedded:
    """The backend of the app that serves this request."""
    backend = connection.app.state.embedded
    assert isinstance(backend, Embedded)
    return backend


Backend = Annotated[Embedded, Depends(embedded)]


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, if that is what it holds."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def caller(connection: HTTPConnection, backend: Backend) -> Caller:
    """The user behind the request; 401 if there is none."""
    token = bearer(connection.headers.get("authorization"))
    if token is None:
        raise HTTPException(401, "AUTHORIZATION_REQUIRED", CHALLENGE)
    try:
        access = backend.tokens.read(token)
    except TokenRefused as refused:
        raise HTTPException(401, refused.code, CHALLENGE) from refused
    with backend.database.transaction() as session:
        user = session.get(User, access.user_id)
    if user is None or user.state != "active":
        raise HTTPException(401, "INVALID_TOKEN", CHALLENGE)
    backend.presence.saw(user.id)
    return Caller(user.id, user.role)


SignedIn = Annotated[Caller, Depends(caller)]


def admin(signed_in: SignedIn) -> Caller:
    """The caller, if an admin; 403 otherwise."""
    if signed_in.role != "admin":
        raise HTTPException(403, "ADMIN_ONLY")
    return signed_in


Admin = Annotated[Caller, Depends(admin)]
