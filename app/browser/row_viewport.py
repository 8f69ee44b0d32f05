"""The element in which a list scrolls: how far it is scrolled, how high it is, and how high a row is.

Each of these is read from the document once and kept: a read after a write makes the browser lay the page out.
"""

from typing import Any

import js

from app.core.viewport import visible_slice

# The size of the browser's own text for which --row-px names the height of a row, in pixels.
USUAL_TEXT_PX = 16.0


class RowViewport:
    """The scrolling element and, inside it, one that is as high as all rows together."""

    def __init__(self, scroller: js.Element, all_rows: Any, row_px: float) -> None:
        self._scroller = scroller
        self._all_rows = all_rows
        # The height of a row where the style sheet names none (--row-px), in pixels at the usual size of text.
        self._default_px = row_px
        # How many rows the list has, drawn or not.
        self._count = 0
        # The height of every row, in pixels.
        self.row_px = row_px
        # How far the list is scrolled, in pixels: what was last set or last reported by a scroll event.
        self.top = 0.0
        # How much of the list shows, in pixels; 0 while the list has no place in the layout (a closed drawer).
        self.height = 0.0

    @property
    def first(self) -> int:
        """The index of the first row in view, in whole or in part."""
        return int(self.top // self.row_px)

    @property
    def page(self) -> int:
        """How many rows a page key moves by."""
        return max(1, int(self.height // self.row_px) - 1)

    def rows_to_draw(self, overscan: int) -> tuple[int, int]:
        """Return the half-open range of rows in view, and ``overscan`` more on either side."""
        return visible_slice(self.top, self.height, self.row_px, self._count, overscan)

    def set_count(self, count: int) -> None:
        """Make room for so many rows."""
        if count != self._count:
            self._count = count
            self._set_height()

    def measure(self) -> None:
        """Read the heights anew; where rows have another height, the same rows stay in view.

        A row is as high as the reader's text is large (R54): the style sheet's ``--row-px`` times the size of 1 rem.
        """
        named = str(js.window.getComputedStyle(self._scroller).getPropertyValue("--row-px")).strip()
        text_px = str(js.window.getComputedStyle(js.document.documentElement).getPropertyValue("font-size"))
        scale = float(text_px.removesuffix("px")) / USUAL_TEXT_PX
        row_px = (float(named) if named.isdigit() else self._default_px) * scale
        before, self.row_px = self.row_px, row_px
        self.height = float(self._scroller.clientHeight)
        if row_px != before:
            self._set_height()
            self.move_to(self.top / before * row_px)

    def take_scroll(self) -> bool:
        """Read how far the list is scrolled; return whether it differs from what ``move_to`` read."""
        top = float(self._scroller.scrollTop)
        moved, self.top = top != self.top, top
        return moved

    def move_to(self, top: float) -> None:
        """Scroll; the browser keeps it within the list, and so it is read again."""
        self._scroller.scrollTop = max(0.0, top)
        self.top = float(self._scroller.scrollTop)

    def shift(self, rows: int) -> None:
        """Scroll by so many rows, as when rows were put in above: what is in view stays in place."""
        self.move_to(self.top + rows * self.row_px)

    def bring_in(self, index: int) -> None:
        """Scroll no further than it takes to have all of a row in view."""
        top = index * self.row_px
        if top < self.top:
            self.move_to(top)
        elif top + self.row_px > self.top + self.height:
            self.move_to(top + self.row_px - self.height)

    def centre(self, index: int) -> bool:
        """Scroll a row to the middle, unless all of it is in view; return whether the list was scrolled."""
        top = index * self.row_px
        if self.top <= top <= self.top + self.height - self.row_px:
            return False
        self.move_to(top - (self.height - self.row_px) / 2)
        return True

    def _set_height(self) -> None:
        self._all_rows.style.height = f"{self._count * self.row_px}px"
