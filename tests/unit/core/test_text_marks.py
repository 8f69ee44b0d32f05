"""Where in a text words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text_marks import found_in


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["koi"], [(2, 5), (10, 13)]),
        (["KOI", "i p"], [(2, 7), (10, 13)]),
        (["pond", "koi"], [(2, 5), (6, 13)]),
        (["印花"], []),
        ([""], []),
        ([], []),
    ],
)
def test_where_words_occur(words: list[str], found: list[tuple[int, int]]) -> None:
    """R34: matches are marked, those that overlap or touch as one."""
    assert found_in("a Koi pondkoi", words) == found


@given(st.text(), st.lists(st.text(max_size=3), max_size=4))
def test_marks_are_ranges_of_the_text_that_do_not_touch(text: str, words: list[str]) -> None:
    """R34: whatever is searched, marks lie within the text, from left to right."""
    ends = [place for span in found_in(text, words) for place in span]
    assert ends == sorted(set(ends))
    assert all(0 <= end <= len(text) for end in ends)
