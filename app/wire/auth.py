"""Tokens: the pair of a login or a refresh, the claims of an access token, and a pair as it is kept between visits."""

import base64
import binascii

from pydantic import TypeAdapter

from app.core.tokens import Tokens
from app.wire.fields import Float, Id, MalformedAnswer, Text, WireModel, read


class TokensModel(WireModel):
    """The answer to a login or a refresh."""

    access_token: str
    refresh_token: str
    role: Text = None
    expires_in: Float = None
    obtained_at: Float = None
    name: Text = None


class ClaimsModel(WireModel):
    """The claims that the page needs. It does not check the signature: the server checks it with every request."""

    sub: Id
    role: Text = None
    exp: Float = None
    iat: Float = None


_TOKENS: TypeAdapter[TokensModel] = TypeAdapter(TokensModel)
_CLAIMS: TypeAdapter[ClaimsModel] = TypeAdapter(ClaimsModel)


def read_tokens(text: str) -> Tokens:
    """Return the token pair an answer holds; raise ``MalformedAnswer`` if there is none or it cannot be used."""
    model = read(_TOKENS, text)
    claims = _claims(model.access_token)
    return Tokens(
        access=model.access_token,
        refresh=model.refresh_token,
        user_id=claims.sub,
        role=model.role or claims.role or "user",
        expires_at=claims.exp,
        lifetime_s=_lifetime_s(model, claims),
        obtained_at=model.obtained_at,
        name=model.name,
    )


def _lifetime_s(model: TokensModel, claims: ClaimsModel) -> float | None:
    """Return how long a token lives, by no clock: what the answer says, else from its issue to its expiry."""
    if model.expires_in is not None or claims.exp is None or claims.iat is None:
        return model.expires_in
    return claims.exp - claims.iat if claims.exp > claims.iat else None


def keep_tokens(tokens: Tokens) -> str:
    """Return a pair as text for the store; ``read_tokens`` reads it."""
    kept = TokensModel.model_construct(
        access_token=tokens.access,
        refresh_token=tokens.refresh,
        role=tokens.role,
        expires_in=tokens.lifetime_s,
        obtained_at=tokens.obtained_at,
        name=tokens.name,
    )
    return kept.model_dump_json()


def _claims(token: str) -> ClaimsModel:
    parts = token.split(".")
    if len(parts) != 3:
        raise MalformedAnswer("access_token: not a JWT")
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        raise MalformedAnswer("access_token: not a JWT") from None
    return read(_CLAIMS, text)
