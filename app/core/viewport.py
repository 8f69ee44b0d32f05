"""A long list of which only a part is in the document: what to draw, what stays in place, where the keyboard goes.

Why rows have one height and what stays in place: docs/decisions/ui-surface.md.
"""

from collections.abc import Sequence


def visible_slice(top: float, height: float, row_height: float, count: int, overscan: int) -> tuple[int, int]:
    """Return the half-open range of row indices to draw.

    ``top`` is how far the list is scrolled and ``height`` how much of it shows, both in pixels; ``overscan`` is the
    number of rows to have ready on either side. A list scrolled beyond its end counts as scrolled to it.
    """
    if count <= 0 or height <= 0:
        return 0, 0
    top = max(0.0, min(top, count * row_height - height))
    first = int(top / row_height) - overscan
    last = int((top + height) / row_height) + 1 + overscan
    return max(0, first), min(count, last)


def anchor_shift(drawn: Sequence[str], first: int, anchor: int, order: Sequence[str]) -> int:
    """Return by how many rows the anchor moves when the list takes a new ``order``.

    Args:
        drawn: the keys of the rows in the document, of which the first has the index ``first`` in the old order.
        first: that index.
        anchor: the position in ``drawn`` of the row that must stay in place. If it is no longer in the list, the next
            drawn row that is takes its part.
        order: all keys, as the list is about to show them.
    """
    for position in range(anchor, len(drawn)):
        try:
            return order.index(drawn[position]) - (first + position)
        except ValueError:
            continue
    return 0


def row_for_key(key: str, current: int | None, count: int, page: int) -> int | None:
    """Return the row that a key of the keyboard leads to, ``None`` for any other key.

    ``current`` is the row with the keyboard, if one of the ``count`` has it; a page key moves by ``page`` rows.
    """
    last = count - 1
    here = -1 if current is None else current
    match key:
        case "ArrowDown":
            target = here + 1
        case "ArrowUp":
            target = here - 1
        case "PageDown":
            target = here + page
        case "PageUp":
            target = here - page
        case "Home":
            target = 0
        case "End":
            target = last
        case _:
            return None
    return min(last, max(0, target))
