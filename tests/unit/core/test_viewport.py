"""A long list: which rows are drawn, what stays in place, and where the keyboard goes."""

import pytest

from app.core.viewport import anchor_shift, row_for_key, visible_slice


@pytest.mark.parametrize(
    ("top", "height", "count", "overscan", "expected"),
    [
        (0, 100, 1000, 0, (0, 6)),
        (19, 100, 1000, 0, (0, 6)),
        (0, 119.5, 1000, 0, (0, 6)),
        (20, 100, 1000, 0, (1, 7)),
        (21, 100, 1000, 0, (1, 7)),
        (200, 100, 1000, 0, (10, 16)),
        (200, 100, 1000, 3, (7, 19)),
        (0, 100, 1000, 3, (0, 9)),
        (40, 100, 1000, 3, (0, 11)),
        (-50, 100, 1000, 0, (0, 6)),
        (200, 100, 15, 3, (7, 15)),
        (0, 100, 3, 5, (0, 3)),
    ],
)
def test_the_rows_in_view_and_some_around_them(
    top: float, height: float, count: int, overscan: int, expected: tuple[int, int]
) -> None:
    """R27: of a list of any length only the rows in view are drawn, and a few on either side."""
    assert expected == visible_slice(top, height, 20, count, overscan)


def test_a_list_scrolled_beyond_its_end_shows_its_last_rows() -> None:
    """R27: a list that became shorter than it was scrolled still shows its end, never a blank."""
    assert (5, 10) == visible_slice(5000, 100, 20, 10, 0)


@pytest.mark.parametrize(("height", "count"), [(100, 0), (0, 10), (-5, 10), (100, -1)])
def test_nothing_is_drawn_where_nothing_is_to_be_seen(height: float, count: int) -> None:
    """R27: an empty list, or one in a closed drawer, draws no rows."""
    assert (0, 0) == visible_slice(0, height, 20, count, 5)


def test_a_single_pixel_and_a_single_row_are_enough() -> None:
    """R27: the smallest list in the smallest view."""
    assert (0, 1) == visible_slice(0, 1, 20, 1, 0)


@pytest.mark.parametrize(
    ("order", "anchor", "expected"),
    [
        ("abcdef", 0, 0),
        ("xyabcdef", 0, 2),
        ("xyabcdef", 2, 2),
        ("def", 1, -3),
        ("cxdef", 0, -2),
        ("cxdef", 1, -1),
        ("xyf", 0, -3),
        ("xyz", 0, 0),
        ("", 0, 0),
    ],
)
def test_the_anchor_moves_by_the_rows_put_in_and_taken_out_above_it(order: str, anchor: int, expected: int) -> None:
    """R27: `c` to `f` are drawn; where the anchor is gone, the next drawn row that is still there stands for it."""
    assert expected == anchor_shift(list("cdef"), 2, anchor, list(order))


def test_an_anchor_behind_the_drawn_rows_moves_nothing() -> None:
    """R27: a list that drew nothing has nothing to keep in place."""
    assert 0 == anchor_shift([], 0, 0, ["a", "b", "c"])
    assert 0 == anchor_shift(["a", "b"], 0, 2, ["x", "a", "b"])


@pytest.mark.parametrize(
    ("key", "current", "expected"),
    [
        ("ArrowDown", 3, 4),
        ("ArrowDown", 9, 9),
        ("ArrowDown", None, 0),
        ("ArrowUp", 3, 2),
        ("ArrowUp", 0, 0),
        ("ArrowUp", None, 0),
        ("PageDown", 3, 7),
        ("PageDown", 8, 9),
        ("PageDown", None, 3),
        ("PageUp", 7, 3),
        ("PageUp", 2, 0),
        ("PageUp", None, 0),
        ("Home", 5, 0),
        ("End", 5, 9),
        ("End", None, 9),
        ("Enter", 5, None),
        ("j", None, None),
    ],
)
def test_keys_move_between_rows_and_stop_at_the_ends(key: str, current: int | None, expected: int | None) -> None:
    """R27: of ten rows, four of them a page; a list that nobody is in is entered from above."""
    assert expected == row_for_key(key, current, 10, 4)
