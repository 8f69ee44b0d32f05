"""The keyboard in a list: arrows, Home, End and the page keys move between rows, and one row is a tab stop.

A drawn row may leave the document while it has the keyboard, because the list is scrolled or the job is gone. The list
itself then has the keyboard, so that the next key still moves within it, and the row gets it back when it returns.
"""

from collections.abc import Callable, Sequence
from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser.drawn_rows import DrawnRows, Row
from app.browser.event_listener import EventListener
from app.browser.row_viewport import RowViewport
from app.core.viewport import row_for_key

TYPING = "input,select"


class RowFocus:
    """Which row has the keyboard. ``order`` returns the keys of all rows, ``draw`` draws what is in view by now."""

    def __init__(
        self,
        scroller: js.Element,
        viewport: RowViewport,
        rows: DrawnRows,
        *,
        order: Callable[[], Sequence[str]],
        draw: Callable[[], None],
    ) -> None:
        self._scroller = scroller
        self._viewport = viewport
        self._rows = rows
        self._order = order
        self._draw = draw
        # The row that last had the keyboard, drawn or not: from it the arrows go on.
        self._current: str | None = None
        # Whether the keyboard is in the list at all. Rows that come and go must not take it from elsewhere.
        self._inside = False
        # The one row that Tab reaches. The row's object is kept too: a row that left and came back is a new element,
        # which is no tab stop, under the same key.
        self._stop: tuple[str, Row] | None = None
        self._listeners = (
            EventListener(scroller, "focusin", self._entered),
            EventListener(scroller, "focusout", self._left),
            EventListener(scroller, "keydown", self._pressed),
        )

    def keep_through(self, change: Callable[[], None]) -> None:
        """Let ``change`` replace the drawn rows, and see to it that the keyboard is where it was."""
        inside = self._inside
        change()
        # A browser may fire focusout while the row that had the keyboard is taken out.
        self._inside = inside
        self._update_stop()
        if not self._inside or self._current is None or self._rows.holds_focus:
            return
        if self._current in self._rows:
            # It may be drawn and not in view: whoever scrolls back to it is not to be taken there.
            _focus(self._rows.link(self._current))
        else:
            _focus(self._scroller)
            self._inside = True

    def move_to(self, index: int) -> None:
        """Give the keyboard to a row, scrolled into view; nothing if there is no such row."""
        order = self._order()
        if not 0 <= index < len(order):
            return
        self._viewport.bring_in(index)
        self._current = key = order[index]
        # Not inside for the moment: drawing must not give the keyboard to the list in between.
        self._inside = False
        self._draw()
        if key in self._rows:
            _focus(self._rows.link(key))

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            listener.close()

    def _entered(self, event: Any) -> None:
        self._inside = True
        row = event.target.closest("[data-key]")
        if not isinstance(row, JsNull):
            self._current = str(row.dataset.key)
            self._update_stop()

    def _left(self, event: Any) -> None:
        other = event.relatedTarget
        self._inside = bool(other) and bool(self._scroller.contains(other))

    def _pressed(self, event: Any) -> None:
        order = self._order()
        if not order or event.altKey or event.ctrlKey or event.metaKey or event.target.matches(TYPING):
            return
        current = order.index(self._current) if self._current in order else None
        target = row_for_key(str(event.key), current, len(order), self._viewport.page)
        if target is not None:
            event.preventDefault()
            self.move_to(target)

    def _update_stop(self) -> None:
        """Make one drawn row the tab stop: the one that last had the keyboard, or else the first in view."""
        keys = self._rows.keys
        if not keys:
            self._stop = None
            return
        if self._current is not None and self._current in self._rows:
            key = self._current
        else:
            key = keys[min(len(keys) - 1, max(0, self._viewport.first - self._rows.first))]
        row = self._rows.get(key)
        if row is None or self._stop == (key, row):
            return
        if self._stop is not None and self._rows.get(self._stop[0]) is self._stop[1]:
            self._rows.link(self._stop[0]).setAttribute("tabindex", "-1")
        self._stop = (key, row)
        self._rows.link(key).setAttribute("tabindex", "0")


def _focus(element: Any) -> None:
    """Give the keyboard to an element; the list scrolls by itself, so the browser must not."""
    options = js.Object.new()
    options.preventScroll = True
    element.focus(options)
