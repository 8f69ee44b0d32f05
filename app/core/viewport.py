"""Which rows of a long list are worth having in the document."""


def visible_slice(top: float, height: float, row_height: float, count: int, overscan: int) -> tuple[int, int]:
    """Return the half-open range of row indices to draw.

    ``top`` is how far the list is scrolled and ``height`` how much of it shows, both in pixels; ``overscan`` is the
    number of rows to have ready on either side.
    """
    if count <= 0 or height <= 0:
        return 0, 0
    first = int(max(0.0, top) // row_height) - overscan
    last = int((max(0.0, top) + height) // row_height) + 1 + overscan
    last = min(count, max(0, last))
    return max(0, min(first, last)), last
