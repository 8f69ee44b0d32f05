"""The token pair: read, kept, and never shown."""

import base64
import json
from dataclasses import replace

import pytest

from app.wire.auth import keep_tokens, read_tokens
from app.wire.fields import MalformedAnswer
from testkit.backend import jwt

ACCESS = jwt("u1", "admin", 1_790_003_600.0, 1)


def answer(**changes: object) -> str:
    """Return a login answer."""
    pair = {"accessToken": ACCESS, "tokenType": "bearer", "expiresIn": 3600, "refreshToken": "r-1", "role": "admin"}
    return json.dumps({**pair, **changes})


def test_a_pair_is_read_with_its_bearers_claims() -> None:
    """R33: user, role and expiry are known from the answer and the token in it."""
    tokens = read_tokens(answer())
    assert ("u1", "admin", 1_790_003_600.0, 3600.0) == (
        tokens.user_id,
        tokens.role,
        tokens.expires_at,
        tokens.lifetime_s,
    )


def test_a_token_says_the_role_where_the_answer_does_not() -> None:
    """R33: the role is the answer's, else the token's, else a user's."""
    assert "admin" == read_tokens(answer(role=None)).role
    assert "user" == read_tokens(answer(role=None, accessToken=jwt("u1", "", 1.0, 1))).role


def test_a_pairs_text_shows_no_token() -> None:
    """R33: whatever prints a pair prints no secret."""
    shown = repr(read_tokens(answer()))
    assert (False, False) == (ACCESS in shown, "r-1" in shown)


def test_what_was_kept_is_read_back() -> None:
    """R33: a reload takes up the session as it was."""
    tokens = replace(read_tokens(answer()), obtained_at=5.0, name="demo")
    assert tokens == read_tokens(keep_tokens(tokens))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        answer(accessToken=None),
        answer(accessToken="x"),
        answer(accessToken="a.b.c"),
        answer(accessToken="é.é.é"),
        answer(accessToken="e30.bnVsbA.x"),
        answer(refreshToken=None),
    ],
)
def test_what_holds_no_usable_pair_is_malformed(text: str) -> None:
    """R33: a stored or answered pair that cannot be used is none, and is not quoted."""
    with pytest.raises(MalformedAnswer) as caught:
        read_tokens(text)
    assert ACCESS not in str(caught.value)


def test_a_lifetime_needs_no_clock() -> None:
    """R33, report 31: without `expiresIn` it is from issue to expiry, however wrong the device's clock is."""
    head, _, tail = ACCESS.split(".")
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "u1", "iat": 1000, "exp": 4600}).encode()).decode().rstrip("=")
    token = f"{head}.{claims}.{tail}"
    assert 3600.0 == read_tokens(answer(accessToken=token, expiresIn=None)).lifetime_s
    assert 60.0 == read_tokens(answer(accessToken=token, expiresIn=60)).lifetime_s
