"""The lists of the last visit as text."""

from __future__ import annotations

import pytest

from app.wire.kept_lists import KeptLists, keep_lists, read_lists

DAY_S = 86400.0
KEPT_AT = 1_768_476_000.0
LISTS = KeptLists(user="u1", language="en", at=KEPT_AT, tasks={"1": {"name": "Koi"}})


@pytest.mark.parametrize("later_s", [-3600.0, 0.0, DAY_S, 7 * DAY_S])
def test_what_was_kept_is_read_while_the_session_can_be_alive(later_s: float) -> None:
    """Security 22: within a week; a clock that was put back by an hour does not count."""
    assert read_lists(keep_lists(LISTS), KEPT_AT + later_s) == LISTS


@pytest.mark.parametrize("later_s", [7 * DAY_S + 1, 400 * DAY_S, -2 * DAY_S])
def test_what_is_older_than_a_session_is_not_read(later_s: float) -> None:
    """Security 22: nobody can be signed in any more; nor is what a clock set to another day makes look new."""
    assert read_lists(keep_lists(LISTS), KEPT_AT + later_s) is None
