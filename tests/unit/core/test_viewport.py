"""Which rows of a long list are drawn."""

import pytest

from app.core.viewport import visible_slice


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
