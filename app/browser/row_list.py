"""A long list of which only the rows in view, and a few more, are in the document.

All rows have the same height. One element is as high as all of them together (``row_viewport``); inside it, the drawn
rows stand in one that is moved to their place (``drawn_rows``). The row under the pointer, or else the first in view,
stays in place when rows are put in above it, and a button says how many came in (``new_rows_button``); at the very top,
with the pointer elsewhere, a new row just appears. ``row_focus`` has the keyboard. While the page is printed, a list in
view has all its rows in the document (R54). Why it is made so: docs/decisions/ui-surface.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import js
from pyodide.ffi import JsDoubleProxy, create_proxy

from app.browser import trusted
from app.browser.drawn_rows import DrawnRows
from app.browser.event_listener import EventListener
from app.browser.new_rows_button import NewRowsButton
from app.browser.row_focus import RowFocus
from app.browser.row_marks import RowMarks
from app.browser.row_viewport import RowViewport
from app.core.viewport import anchor_shift
from app.ports import Values

# How many rows are ready on either side of what is in view, so that a turn of the wheel finds them drawn.
OVERSCAN = 8
# A list that is scrolled by less than this counts as at its top: zoomed pages leave fractions of a pixel.
AT_TOP_PX = 2.0
BROKEN = "data-broken"


class DomRowList:
    """The rows of one scrolling element, and the button ``pill`` above it, if there is one."""

    def __init__(
        self,
        scroller: js.Element,
        pill: js.Element | None,
        *,
        row_px: int,
        markup: Callable[[str], str],
        values: Callable[[str], Values],
    ) -> None:
        self._scroller = scroller
        # The keys of all rows, drawn or not.
        self._order: list[str] = []
        # Whether the list was at its top and is scrolled only because the row under the pointer had to stay in place:
        # when the pointer leaves, the list goes back to its top.
        self._held = False
        # Whether the list was scrolled so far at once that no row stayed: then what is beyond the view would be drawn
        # for nothing. It is drawn when the list stands still.
        self._flung = False
        # The row to scroll to as soon as it is in the list and the list has a height.
        self._revealing: str | None = None
        # What the time changes in a row, and the rows that were out of view when it was last written.
        self._timed: Callable[[str], Values] = values
        self._behind: set[str] = set()
        # How far the list was scrolled when printing began, in pixels; None while the page is not printed.
        self._top_before_print: float | None = None
        self._closed = False
        scroller.innerHTML = trusted.markup(
            '<div class="rows__all"><div class="rows__drawn"></div></div><div class="rows__text"></div>'
        )
        self._rows = DrawnRows(scroller.querySelector(".rows__drawn"), markup, values)
        self._viewport = RowViewport(scroller, scroller.querySelector(".rows__all"), float(row_px))
        self._focus = RowFocus(scroller, self._viewport, self._rows, order=lambda: self._order, draw=self._draw)
        self._new_rows = NewRowsButton(pill, self._go_to_top)
        self._marks = RowMarks(scroller, self._rows)
        # Where to scroll to as soon as that row is in the list and the list has a height.
        self._restoring: tuple[str, float] | None = None
        self._listeners = (
            EventListener(scroller, "scroll", self._scrolled, passive=True),
            EventListener(scroller, "scrollend", self._scroll_ended, passive=True),
            EventListener(scroller, "pointerleave", self._pointer_left, passive=True),
            EventListener(scroller, "error", self._picture_failed, passive=True, capture=True),
            EventListener(js.window, "beforeprint", self._print_begins),
            EventListener(js.window, "afterprint", self._print_ends),
        )
        # Listens to pictures that load, once one was broken: there are many.
        self._mending: EventListener | None = None
        self._proxy: JsDoubleProxy[Callable[[Any, Any], None]] = create_proxy(self._resized)
        self._observer = js.ResizeObserver.new(self._proxy)
        self._observer.observe(scroller)
        # As large as the reader's text: the list itself may keep its size when that changes, but its rows do not.
        text: Any = scroller.querySelector(".rows__text")
        self._observer.observe(text)
        self._viewport.measure()

    @property
    def drawn(self) -> list[str]:
        """The keys of the rows that are in the document."""
        return list(self._rows.keys)

    def set_order(self, keys: list[str]) -> None:
        """Show these rows in this order; what is under the pointer stays where it is."""
        self._order = list(keys)
        self._viewport.set_count(len(keys))
        shift = self._shift() if self._rows.keys else 0
        if shift:
            self._held = self._held or self._viewport.top <= AT_TOP_PX
            self._viewport.shift(shift)
            self._new_rows.add(shift)
        self._redraw()
        self._reveal()

    def restart(self, keys: list[str]) -> None:
        """Show these rows from the first one on."""
        self._order = list(keys)
        self._held = False
        self._revealing = self._restoring = None
        self._viewport.set_count(len(keys))
        # Scrolling makes the browser lay the page out, also to where it is.
        if self._viewport.top > 0:
            self._viewport.move_to(0.0)
        self._redraw()

    def mark(self, words: Sequence[str]) -> None:
        """Mark these words wherever a row shows them, from the next order or touch on."""
        self._marks.words = tuple(words)

    def count_outside(self, number: int) -> None:
        """Say how many rows came in that the list does not show."""
        self._new_rows.count_outside(number)

    @property
    def hovered(self) -> str | None:
        """The key of the row under the pointer."""
        place = self._rows.hovered
        return None if place is None else self._rows.keys[place]

    @property
    def position(self) -> tuple[str, float] | None:
        """The first row in view, and by how many pixels it is scrolled out of view; ``None`` at the top.

        As long as the list could not be scrolled back to where it was, it is there all the same.
        """
        if self._restoring is not None:
            return self._restoring
        first = self._viewport.first
        if self._viewport.top <= AT_TOP_PX or first >= len(self._order):
            return None
        return self._order[first], self._viewport.top - first * self._viewport.row_px

    def restore(self, position: tuple[str, float]) -> None:
        """Scroll to where ``position`` was, as soon as that row is in the list and the list in the layout."""
        self._restoring = position
        self._reveal()

    def touch(self, keys: set[str] | None = None) -> None:
        """Write anew what changed in these rows (all drawn ones for ``None``), if they are drawn."""
        self._rows.update(keys)
        self._marks.update()

    def patch(self, values: Mapping[str, Values]) -> None:
        """Write some of what these rows show, if they are drawn."""
        self._rows.patch(values)

    def pass_time(self, values: Callable[[str], Values]) -> None:
        """Write what the time alone changes: in rows in view now, in the others drawn when they come into view."""
        self._timed = values
        self._behind = set(self._rows.keys)
        self._catch_up()

    def reveal(self, key: str) -> None:
        """Scroll until the row is in view; once the list is in the document's layout, if it is not yet."""
        self._revealing = key
        self._reveal()

    def close(self) -> None:
        """Empty the list and let go of everything."""
        if self._closed:
            return
        self._closed = True
        self._observer.disconnect()
        self._proxy.destroy()
        for listener in self._listeners:
            listener.close()
        if self._mending is not None:
            self._mending.close()
        self._focus.close()
        self._marks.close()
        self._new_rows.close()
        self._rows.clear()
        self._scroller.replaceChildren()

    def _draw(self) -> None:
        """Draw the rows in view, unless all of them are drawn: rows that are ready on either side are used up first."""
        first, last = self._rows_to_draw(overscan=1)
        drawn_first, drawn_last = self._rows.first, self._rows.first + len(self._rows.keys)
        if drawn_first <= first and last <= drawn_last:
            self._new_rows.update(self._viewport.first)
            self._catch_up()
        else:
            self._flung = last <= drawn_first or drawn_last <= first
            self._redraw(overscan=1 if self._flung else OVERSCAN)

    def _rows_to_draw(self, overscan: int) -> tuple[int, int]:
        """Return the half-open range of rows that belong into the document: all of them on paper."""
        if self._top_before_print is not None:
            return 0, len(self._order)
        return self._viewport.rows_to_draw(overscan)

    def _redraw(self, overscan: int = OVERSCAN) -> None:
        """Draw the rows in view and some on either side."""
        first, last = self._rows_to_draw(overscan)
        keys = self._order[first:last]
        self._rows.place(first, self._viewport.row_px, len(self._order))
        if keys != self._rows.keys:
            self._focus.keep_through(lambda: self._rows.replace(keys))
        else:
            self._rows.number()
        self._catch_up()
        self._marks.update()
        self._new_rows.update(self._viewport.first)

    def _catch_up(self) -> None:
        """Write what the time changed into rows that came into view since."""
        if self._behind:
            first, last = self._rows_to_draw(overscan=1)
            late = self._behind.intersection(
                self._rows.keys[max(0, first - self._rows.first) : last - self._rows.first]
            )
            self._behind -= late
            self._rows.patch({key: self._timed(key) for key in late})

    def _shift(self) -> int:
        """Return by how many rows what must stay in place is moved by the new order: under the pointer, or in view."""
        anchor = self._rows.hovered
        if anchor is None:
            if self._viewport.top <= AT_TOP_PX:
                return 0
            anchor = max(0, self._viewport.first - self._rows.first)
        return anchor_shift(self._rows.keys, self._rows.first, anchor, self._order)

    def _reveal(self) -> None:
        """Scroll to where the list shall be, once it has the row and a height."""
        if not self._viewport.height > 0:
            return
        restoring, revealing = self._restoring, self._revealing
        if restoring is not None and restoring[0] in self._order:
            self._restoring = None
            self._viewport.move_to(self._order.index(restoring[0]) * self._viewport.row_px + restoring[1])
            self._draw()
        if revealing is not None and revealing in self._order:
            self._revealing = None
            if self._viewport.centre(self._order.index(revealing)):
                self._draw()

    def _go_to_top(self) -> None:
        self._viewport.move_to(0.0)
        self._draw()
        self._focus.move_to(0)

    def _resized(self, _entries: Any, _observer: Any) -> None:
        self._viewport.measure()
        self._redraw()
        self._reveal()

    def _print_begins(self, _: Any) -> None:
        # A list without a height is not shown, and so not printed: that of a closed drawer.
        if self._top_before_print is None and self._viewport.height > 0:
            self._top_before_print = self._viewport.top
            self._redraw()

    def _print_ends(self, _: Any) -> None:
        """Go back to where the list was: on paper it has nothing to scroll."""
        if self._top_before_print is not None:
            top, self._top_before_print = self._top_before_print, None
            self._viewport.measure()
            self._viewport.move_to(top)
            self._redraw()

    def _scrolled(self, _: Any) -> None:
        if self._top_before_print is None and self._viewport.take_scroll():
            self._held = False
            self._revealing = self._restoring = None
            self._draw()

    def _scroll_ended(self, _: Any) -> None:
        # Browsers without this event draw what is beyond the view with the next turn of the wheel.
        if self._flung:
            self._flung = False
            self._redraw()

    def _picture_failed(self, event: Any) -> None:
        """Mark it, so that the style sheet shows what stands behind it; hidden, its next address would not load."""
        event.target.setAttribute(BROKEN, "")
        if self._mending is None:
            self._mending = EventListener(self._scroller, "load", self._picture_loaded, passive=True, capture=True)

    def _picture_loaded(self, event: Any) -> None:
        event.target.removeAttribute(BROKEN)

    def _pointer_left(self, _: Any) -> None:
        if self._held:
            self._held = False
            self._viewport.move_to(0.0)
            self._draw()
