"""What the ports say of themselves."""

from __future__ import annotations

import pytest

from app.ports import Response


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_which_answers_are_good(status: int, ok: bool) -> None:
    """R13: a redirect is none: the port has followed it, or the policy of the page forbids it."""
    assert ok is Response(status, {}, "").ok
