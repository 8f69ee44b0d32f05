"""Small charts as inline SVG, drawn from numbers: no library, no inline style, nothing that the policy refuses.

docs/decisions/charts.md says why. A chart is a picture with a name; its figures stand in a table beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.views.markup import escape

WIDTH = 1000.0
HEIGHT = 160.0
TICKS_HEIGHT = 28.0


def ticks_markup(counts: Sequence[int], words: str) -> str:
    """Return a row of bars, the highest as high as the picture; ``words`` is its name."""
    most = max(1, *counts) if counts else 1
    width = 6.0
    bars = "".join(
        _rect(
            place * width,
            TICKS_HEIGHT - _share(count, most, TICKS_HEIGHT),
            width - 1.5,
            _share(count, most, TICKS_HEIGHT),
        )
        for place, count in enumerate(counts)
        if count
    )
    return _svg(
        "ticks", words, width * len(counts), TICKS_HEIGHT, f'<path d="M0 {TICKS_HEIGHT}H{width * len(counts)}"/>{bars}'
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of several parts, from the bottom up, each with the class that says what it is."""

    parts: tuple[tuple[str, int], ...]


def stacks_markup(stacks: Sequence[Stack], words: str) -> str:
    """Return stacked bars side by side."""
    most = max((sum(number for _, number in stack.parts) for stack in stacks), default=0) or 1
    width = WIDTH / max(1, len(stacks))
    drawn = []
    for place, stack in enumerate(stacks):
        top = HEIGHT
        for sort, number in stack.parts:
            if number:
                high = _share(number, most, HEIGHT)
                top -= high
                drawn.append(_rect(place * width + width * 0.1, top, width * 0.8, high, sort))
    return _svg("bars", words, WIDTH, HEIGHT, "".join(drawn))


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a scatter: shares of width and height from the lower left, and the class that says what it is."""

    x: float
    y: float
    sort: str


def scatter_markup(points: Iterable[Point], words: str) -> str:
    """Return a scatter. What failed is a cross and what succeeded a dot: shape, not colour alone.

    All points of a sort are one path: six hundred elements would take the browser longer than all the rest.
    """
    paths: dict[str, list[str]] = {}
    for point in points:
        x, y = point.x * WIDTH, HEIGHT - point.y * (HEIGHT - 8) - 4
        mark = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" if point.sort == "failed" else f"M{x:.1f} {y:.1f}h0"
        paths.setdefault(point.sort, []).append(mark)
    # What failed is drawn last, on top of the others.
    drawn = [
        f'<path class="{"failed" if sort == "failed" else f"dot {sort}"}" d="{"".join(paths[sort])}"/>'
        for sort in sorted(paths, key=lambda sort: sort == "failed")
    ]
    return _svg("scatter", words, WIDTH, HEIGHT, "".join(drawn))


def line_markup(series: Sequence[tuple[str, Sequence[float]]], most: float, words: str) -> str:
    """Return lines over the same steps, each with its class; ``most`` is the value at the top."""
    drawn = []
    for sort, read in series:
        # One reading is a level line, not a point that nobody sees.
        values = [*read, *read] if len(read) == 1 else read
        step = WIDTH / max(1, len(values) - 1)
        path = "L".join(
            f"{place * step:.1f} {HEIGHT - _share(value, most, HEIGHT - 6):.1f}" for place, value in enumerate(values)
        )
        drawn.append(f'<path class="line {sort}" d="M{path}"/>')
    return _svg("lines", words, WIDTH, HEIGHT, "".join(drawn))


def _rect(x: float, y: float, width: float, height: float, sort: str = "") -> str:
    name = f' class="{sort}"' if sort else ""
    return f'<rect{name} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _share(number: float, most: float, whole: float) -> float:
    """Return a height; what is not nothing can be seen."""
    return max(1.5, number / most * whole) if number and most else 0.0


def _svg(kind: str, words: str, width: float, height: float, content: str) -> str:
    stretched = "" if kind == "ticks" else ' preserveAspectRatio="none"'
    return (
        f'<svg class="chart chart--{kind}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(words)}"{stretched}>{content}</svg>'
    )
