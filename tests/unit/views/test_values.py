"""The small parts that bound values are made of."""

from __future__ import annotations

import pytest

from app.views.values import LONGEST_LINE, flag, hidden_unless, one_line, short_executor


def test_an_attribute_is_there_or_not() -> None:
    """``None`` removes an attribute and an empty text sets it."""
    assert (flag(condition=True), flag(condition=[])) == ("", None)
    assert (hidden_unless("shown"), hidden_unless(None)) == (None, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n  b\tc", "a b c"),
        ("", ""),
        ("\n \n", ""),
        ("文" * (LONGEST_LINE + 1), "文" * LONGEST_LINE),
    ],
)
def test_a_row_shows_the_beginning_of_a_text_as_one_line(text: str, line: str) -> None:
    """However long a text is, a row shows one line of it."""
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("executor", "shown"),
    [("executor_comfyui_158", "comfyui_158"), ("gpu\n2", "gpu 2"), ("my_executor_1", "my_executor_1"), (None, "")],
)
def test_an_executor_is_named_without_what_all_of_them_begin_with(executor: str | None, shown: str) -> None:
    """The prefix is left out at the beginning alone."""
    assert short_executor(executor) == shown
