"""Settings and claims of notifications, as text."""

from __future__ import annotations

import pytest

from app.core.limits import Limits
from app.core.notify import Claims, NotifySettings, Scope
from app.wire.notifications import LARGEST, read_claims, read_settings, write_claims, write_settings

LIMITS = Limits(failures_on=True, failures=5, last=50, queue_on=True, queue=99)
SETTINGS = NotifySettings(Scope.ALL, sound=True, marked=("a", "b"), limits=LIMITS)


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


def test_what_an_older_version_kept_is_read() -> None:
    """R44: without limits they are off; one that is out of range costs the settings."""
    assert NotifySettings(Scope.ALL) == read_settings('{"scope": "all", "sound": false, "marked": []}')
    assert NotifySettings() == read_settings('{"scope": "all", "limits": {"failures": 0}}')
