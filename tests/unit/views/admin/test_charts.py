"""Small charts as inline SVG: true to their numbers, and drawn without a style of their own."""

from __future__ import annotations

import re

import pytest

from app.views.admin.charts import (
    HEIGHT,
    TICKS_HEIGHT,
    WIDTH,
    Point,
    Stack,
    line_markup,
    scatter_markup,
    stacks_markup,
    ticks_markup,
)
from testkit.samples import NASTY


def heights(markup: str) -> list[float]:
    """Return the heights of the bars."""
    return [float(found) for found in re.findall(r'<rect[^>]* height="([\d.]+)"', markup)]


def test_bars_are_as_high_as_their_share_of_the_most() -> None:
    """R50: the highest fills the picture, nothing has no bar, and what is not nothing can be seen."""
    assert [TICKS_HEIGHT, TICKS_HEIGHT / 2, 1.5] == heights(ticks_markup([1000, 0, 500, 1], "calls"))
    assert [] == heights(ticks_markup([0, 0], "calls"))
    assert [] == heights(ticks_markup([], "calls"))


def test_parts_of_a_bar_stand_on_one_another() -> None:
    """R51: from the bottom up, in their order, each with its class."""
    markup = stacks_markup(
        [Stack((("succeeded", 3), ("failed", 1))), Stack((("succeeded", 2), ("failed", 0)))], "calls"
    )
    assert [HEIGHT * 3 / 4, HEIGHT / 4, HEIGHT / 2] == heights(markup)
    tops = [float(found) for found in re.findall(r' y="([\d.]+)"', markup)]
    assert [HEIGHT / 4, 0.0, HEIGHT / 2] == tops
    assert ["succeeded", "failed", "succeeded"] == re.findall(r'<rect class="(\w+)"', markup)


def test_what_failed_is_a_cross_and_what_succeeded_a_dot() -> None:
    """R51: shape and not colour alone; the lower left is nothing of both."""
    markup = scatter_markup([Point(0.0, 0.0, "succeeded"), Point(1.0, 1.0, "failed")], "durations")
    assert [f'class="dot succeeded" d="M0.0 {HEIGHT - 4}h0"'] == re.findall(r'class="dot[^>]*"', markup)
    assert f'class="failed" d="M{WIDTH - 4} 0.0l8 8m0 -8l-8 8"' in markup


@pytest.mark.parametrize(
    ("read", "path"),
    [
        ([0, 10], f"M0.0 {HEIGHT}L{WIDTH} 6.0"),
        ([10], f"M0.0 6.0L{WIDTH} 6.0"),
        ([0, 10, 5], f"M0.0 {HEIGHT}L{WIDTH / 2} 6.0L{WIDTH} {HEIGHT - (HEIGHT - 6) / 2}"),
        ([], "M"),
    ],
)
def test_a_line_goes_through_its_readings(read: list[float], path: str) -> None:
    """R51: one reading is a level line, not a point that nobody sees."""
    assert f'<path class="line waiting" d="{path}"/>' in line_markup([("waiting", read)], 10, "queue")


def test_a_chart_has_a_name_and_no_style() -> None:
    """R56: a picture for a screen reader, and nothing that the policy refuses."""
    for markup in (
        ticks_markup([1], NASTY),
        stacks_markup([Stack((("a", 1),))], NASTY),
        scatter_markup([Point(0.5, 0.5, "a")], NASTY),
        line_markup([("a", [1])], 1, NASTY),
    ):
        assert 'role="img" aria-label="&quot;' in markup
        assert ("style=" in markup, "<script" in markup) == (False, False)
