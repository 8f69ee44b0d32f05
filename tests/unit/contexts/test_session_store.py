"""The token pair as the browser keeps it, for the next visit and the other tabs."""

from __future__ import annotations

import pytest

from app.contexts.session_store import KEY, SessionStore
from app.core.tokens import Tokens
from testkit.backend import jwt
from testkit.world import MemoryStore

PAIR = Tokens(
    jwt("u1", "admin", 9e9, 1), "refresh-1", "u1", "admin", expires_at=9e9, lifetime_s=3600.0, obtained_at=5.0, name="a"
)


def test_what_was_written_is_read_until_it_is_removed() -> None:
    """R33: a reload takes up the session; a sign-out leaves none."""
    store = SessionStore(MemoryStore())
    assert None is store.read()
    store.write(PAIR)
    assert PAIR == store.read()
    store.remove()
    assert None is store.read()


@pytest.mark.parametrize("text", ["", "x", "{}", '{"access_token": "a.b.c", "refresh_token": "r"}'])
def test_what_makes_no_sense_is_removed(text: str) -> None:
    """R33: anybody may write to the store; rubbish is no session."""
    kept = MemoryStore({KEY: text, "other": text})
    assert None is SessionStore(kept).read()
    assert {"other": text} == kept.values


def test_another_tab_is_followed_while_it_is_listened_to() -> None:
    """R33, fault 36: what it writes and removes, and nothing of other keys or of no sense."""
    kept = MemoryStore()
    other = kept.beside()
    changes: list[Tokens | None] = []
    listening = SessionStore(kept).on_change(changes.append, lambda: changes.append(None))
    SessionStore(other).write(PAIR)
    other.set("other", "x")
    other.remove("other")
    other.set(KEY, "x")
    SessionStore(other).remove()
    listening.close()
    SessionStore(other).write(PAIR)
    assert [PAIR, None] == changes
