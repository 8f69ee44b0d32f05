"""Where a picture stands in the window it is looked at through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.zoom import LARGEST, STEP, Zoom

SIZES = st.floats(1, 5000)
ROOMS = st.floats(50, 3000)
MOVES = st.lists(
    st.tuples(st.sampled_from(["by", "move", "full", "fit", "room"]), st.floats(-400, 400), st.floats(0.2, 4)),
    max_size=8,
)


def moved(zoom: Zoom, moves: list[tuple[str, float, float]]) -> Zoom:
    """Return a picture after what a reader did to it."""
    for kind, distance, factor in moves:
        match kind:
            case "by":
                zoom = zoom.by(factor, abs(distance), abs(distance) / 2)
            case "move":
                zoom = zoom.moved(distance, -distance)
            case "room":
                zoom = zoom.in_room(100 + abs(distance), 100 + abs(distance) / 2)
            case "full":
                zoom = zoom.full()
            case _:
                zoom = zoom.fit()
    return zoom


@given(SIZES, SIZES, ROOMS, ROOMS, MOVES)
def test_a_picture_never_leaves_the_window(
    width: float, height: float, room_width: float, room_height: float, moves: list[tuple[str, float, float]]
) -> None:
    """R40: where it is larger it fills the window, where it is smaller it stands in the middle."""
    zoom = moved(Zoom(width, height, room_width, room_height).fit(), moves)
    assert min(zoom.fitting, 1.0) <= zoom.scale * 1.001
    assert zoom.scale <= LARGEST
    for at, size, room in (
        (zoom.x, zoom.width * zoom.scale, zoom.room_width),
        (zoom.y, zoom.height * zoom.scale, zoom.room_height),
    ):
        if size <= room:
            assert at == pytest.approx((room - size) / 2)
        else:
            assert at <= 1e-6
            assert at + size >= room - 1e-6


def test_fitted_all_of_it_is_in_view() -> None:
    """R40: a large picture becomes smaller, a small one no larger than it is."""
    large = Zoom(2000, 1000, 500, 500).fit()
    assert (0.25, 0.0, 125.0, True) == (large.scale, large.x, large.y, large.fits)
    small = Zoom(100, 50, 500, 500).fit()
    assert (1.0, 200.0, 225.0, True) == (small.scale, small.x, small.y, small.fits)


def test_what_is_under_the_pointer_stays_there() -> None:
    """R40: the wheel makes the place larger that one looks at."""
    before = Zoom(2000, 1000, 500, 500).full()
    after = before.by(STEP, 100, 200)
    assert (100 - before.x) / before.scale == pytest.approx((100 - after.x) / after.scale)
    assert (200 - before.y) / before.scale == pytest.approx((200 - after.y) / after.scale)


def test_at_full_size_the_middle_is_shown() -> None:
    """R40: one pixel of the picture is one of the screen."""
    zoom = Zoom(2000, 1000, 500, 500).fit().full()
    assert (1.0, -750.0, -250.0, False) == (zoom.scale, zoom.x, zoom.y, zoom.fits)


def test_a_fitted_picture_stays_fitted_when_the_window_changes() -> None:
    """R40: a phone is turned."""
    assert Zoom(2000, 1000, 500, 500).fit().in_room(1000, 400).fits
    assert 1.0 == Zoom(2000, 1000, 500, 500).fit().full().in_room(1000, 400).scale


def test_a_picture_without_a_size_does_no_harm() -> None:
    """R40: a drawing may have none before it is loaded."""
    assert 1.0 == Zoom(0, 0, 500, 500).fit().scale


def test_a_window_that_grows_leaves_no_picture_smaller_than_fitted() -> None:
    """R40: one that was enlarged in a small window fills the large one."""
    enlarged = Zoom(1000, 1000, 100, 100).fit().by(1.5)
    assert 1.0 == enlarged.in_room(1000, 1000).scale
    assert pytest.approx(0.15) == enlarged.in_room(110, 110).scale


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(0, 400, 1.0), (400, 0, 1.0), (1, 1000, 0.5), (1000, 1, 0.5), (1000, 4000, 0.125), (4000, 1000, 0.125)],
)
def test_the_longer_side_decides_what_fits(width: float, height: float, scale: float) -> None:
    """R40: all of it is in view; a line of one pixel is a picture, and one without a width or a height is none."""
    zoom = Zoom(width, height, 500, 500).fit()
    assert (scale, (500 - width * scale) / 2, (500 - height * scale) / 2) == (zoom.scale, zoom.x, zoom.y)
    assert scale == zoom.to(0.01, 0, 0).scale


def test_a_rounding_does_not_enlarge() -> None:
    """R40: within a thousandth, a picture is in view."""
    assert (True, False) == (Zoom(500, 500, 500, 500, 1.001).fits, Zoom(500, 500, 500, 500, 1.0011).fits)


def test_without_a_pointer_the_middle_stays() -> None:
    """R40: the keys enlarge what is looked at."""
    assert Zoom(2000, 1000, 500, 300, 2.0, -1250.0, -450.0) == Zoom(2000, 1000, 500, 300, 1.0, -500.0, -150.0).by(2)
    assert Zoom(2000, 1000, 500, 300, 1.0, -500.0, -150.0) == Zoom(2000, 1000, 500, 300, 2.0, -1250.0, -450.0).by(0.5)


def test_a_picture_is_moved_within_its_bounds() -> None:
    """R40: as far as the pointer went, and no edge of it into the window."""
    zoom = Zoom(2000, 1000, 500, 500, 1.0, -700.0, -300.0)
    assert Zoom(2000, 1000, 500, 500, 1.0, -690.0, -320.0) == zoom.moved(10, -20)
    assert Zoom(2000, 1000, 500, 500, 1.0, 0.0, -500.0) == zoom.moved(701, -201)
    assert Zoom(2000, 1000, 500, 500, 1.0, -1500.0, 0.0) == zoom.moved(-801, 301)


def test_in_a_window_without_a_size_nothing_is_divided_by() -> None:
    """R40: a viewer that is not laid out yet; the corner stays where it was."""
    hidden = Zoom(100, 100, 0, 0).fit()
    assert 0.0 == hidden.scale
    assert Zoom(100, 100, 0, 0, 1.0, 0.0, 0.0) == hidden.to(1.0, 10, 10)
    assert Zoom(100, 100, 500, 500, 1.0, 200.0, 200.0) == hidden.in_room(500, 500)
