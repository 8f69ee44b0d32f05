"""Which rows of a long list are worth having in the document."""


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
