"""The views that a user keeps, as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.saved_views import SavedViews, View
from app.wire.saved_views import UnreadableViews, read_views, write_views

VIEWS = st.builds(
    SavedViews,
    st.lists(st.builds(View, st.text(max_size=60), st.text(max_size=99)), max_size=5).map(tuple),
    st.none() | st.text(max_size=60),
)


@given(VIEWS)
def test_what_is_kept_is_read_again(saved: SavedViews) -> None:
    """R35: views survive a reload."""
    assert read_views(write_views(saved)) == saved


def test_nothing_kept_is_no_views() -> None:
    """R35: at first there are none."""
    assert read_views(None) == SavedViews()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"version": 2, "views": []}',
        '{"version": 1, "views": [{"name": 3}]}',
        "1" * 300_000,
    ],
)
def test_views_of_another_version_are_not_taken_for_none(text: str) -> None:
    """R35: they are said to be there, and kept."""
    with pytest.raises(UnreadableViews):
        read_views(text)
