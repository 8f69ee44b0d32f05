"""Settings and claims of notifications, as text."""

from __future__ import annotations

import pytest

from app.core.notify import Claims, NotifySettings, Scope
from app.wire.notifications import LARGEST, read_claims, read_settings, write_claims, write_settings

SETTINGS = NotifySettings(Scope.ALL, sound=True, marked=("a", "b"))


def test_what_is_kept_is_read_again() -> None:
    """R44: settings, marks and claims survive a reload."""
    assert read_settings(write_settings(SETTINGS)) == SETTINGS
    claims = Claims({"a": 1.5})
    assert read_claims(write_claims(claims)) == claims


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", '{"scope": "louder"}', "1" * (LARGEST + 1)])
def test_what_cannot_be_read_is_as_if_nothing_were_kept(text: str | None) -> None:
    """R44: a spoilt store costs the settings, and nothing else."""
    assert (NotifySettings(), Claims()) == (
        read_settings(text),
        read_claims(text if text != '{"scope": "louder"}' else "x"),
    )
