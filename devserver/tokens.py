"""Access and refresh tokens.

Both are JWTs signed with the data directory's secret; ``typ`` keeps one from being used as the other. A refresh token
works once: its digest is in the database, and using it marks it used in the same transaction that records its
successor.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import delete
from sqlalchemy.orm import Session

from devserver.clock import utc_now
from devserver.models import RefreshToken, User

ALGORITHM = "HS256"


class TokenRefused(Exception):
    """The token is not one of ours, not of this kind, or over; ``code`` is what the wire says about it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AccountClosed(TokenRefused):
    """The token is good, and whoever it was given to is nobody any more, or may not sign in."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token says."""

    user_id: str
    role: str
    expires_at: float
    """Seconds since the epoch."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """Issues and checks tokens; holds the secret and the two lifetimes, in seconds."""

    def __init__(self, secret: bytes, access_seconds: float, refresh_seconds: float) -> None:
        self._secret = secret
        self.access_seconds = access_seconds
        self._refresh_seconds = refresh_seconds

    def issue(self, session: Session, user: User) -> dict[str, Any]:
        """The answer to a successful sign-in or refresh; records the refresh token in ``session``."""
        refresh, expires_at = self._refresh_token(user)
        session.add(RefreshToken(digest=_digest(refresh), user_id=user.id, expires_at=expires_at, used_at=None))
        # Expired ones can never be used again, so this is where they go; nothing else has to remember to.
        session.execute(delete(RefreshToken).where(RefreshToken.expires_at < utc_now()))
        return {
            "accessToken": self.access_token(user),
            "tokenType": "bearer",
            "expiresIn": int(self.access_seconds),
            "refreshToken": refresh,
            "role": user.role,
        }

    def access_token(self, user: User) -> str:
        """A fresh access token for ``user``."""
        return self._sign({"sub": user.id, "role": user.role, "typ": "access"}, self.access_seconds)

    def _refresh_token(self, user: User) -> tuple[str, datetime]:
        token = self._sign({"sub": user.id, "typ": "refresh"}, self._refresh_seconds)
        return token, utc_now() + timedelta(seconds=self._refresh_seconds)

    def _sign(self, claims: dict[str, Any], seconds: float) -> str:
        now = time.time()
        stamps = {"iat": int(now), "exp": int(now + seconds), "jti": secrets.token_hex(8)}
        return jwt.encode(claims | stamps, self._secret, algorithm=ALGORITHM)

    def _claims(self, token: str, kind: str, *, expired_code: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._secret, algorithms=[ALGORITHM], options={"require": ["sub", "exp"]}
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused(expired_code) from error
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenRefused("INVALID_TOKEN") from error
        if claims.get("typ") != kind:
            raise TokenRefused("INVALID_TOKEN")
        return claims

    def read(self, token: str) -> Access:
        """What an access token says; raises ``TokenRefused``."""
        claims = self._claims(token, "access", expired_code="INVALID_TOKEN")
        return Access(claims["sub"], str(claims.get("role", "user")), float(claims["exp"]))

    def renew(self, session: Session, token: str) -> dict[str, Any]:
        """Use up a refresh token and answer with new ones.

        Raises ``TokenRefused`` if it is used, unknown or over, and ``AccountClosed``.
        """
        claims = self._claims(token, "refresh", expired_code="INVALID_REFRESH_TOKEN")
        known = session.get(RefreshToken, _digest(token))
        user = session.get(User, claims["sub"])
        if user is None or user.state == "gone":
            raise AccountClosed("USER_NOT_FOUND")
        if user.state != "active":
            raise AccountClosed("USER_INACTIVE")
        if known is None or known.used_at is not None:
            raise TokenRefused("INVALID_REFRESH_TOKEN")
        known.used_at = datetime.now(UTC).replace(tzinfo=None)
        return self.issue(session, user)
