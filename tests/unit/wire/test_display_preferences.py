"""How a user wants to read, as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.display_preferences import COLUMNS, DisplayPreferences
from app.wire.display_preferences import LARGEST, LONGEST_ZONE, read_preferences, write_preferences

PREFERENCES = st.builds(
    DisplayPreferences,
    st.text(max_size=LONGEST_ZONE),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.sampled_from(COLUMNS)),
)


@given(PREFERENCES)
def test_what_is_kept_is_read_again(preferences: DisplayPreferences) -> None:
    """R54: all choices survive a reload."""
    assert read_preferences(write_preferences(preferences)) == preferences


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", "7", '{"zone": "UTC"}', "1" * (LARGEST + 1)])
def test_what_cannot_be_read_is_as_if_nothing_were_kept(text: str | None) -> None:
    """R54: a spoilt store costs the choices, and nothing else."""
    assert read_preferences(text) == DisplayPreferences()


def test_columns_that_nobody_knows_are_left_out() -> None:
    """R54: a later version may have had more."""
    text = '{"zone": "", "relative": 1, "compact": true, "hidden": ["points", "colour"]}'
    assert read_preferences(text) == DisplayPreferences(compact=True, hidden=frozenset({"points"}))
