"""A long list of which only the rows in view, and a few more, are in the document.

All rows have the same height. One element is as high as all of them together; inside it, the drawn rows stand in one
that is moved to their place. Rows come in as one string per run of neighbours and leave as one range; a row's nodes are
looked up only when it changes while it is drawn. What is under the pointer, or in view, stays where it is when rows are
put in above it; at the very top, with the pointer elsewhere, a new row just appears.

Arrow keys, Home, End and the page keys move between rows; one row at a time is a tab stop. The element that takes the
keyboard in a row is its ``[data-row-link]``.
"""

from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import JsDoubleProxy, JsNull, create_proxy

from app.browser.event_listener import EventListener
from app.browser.longest_run import in_order
from app.browser.row_contents import Row, RowContents
from app.core.viewport import visible_slice
from app.ports import Values

OVERSCAN = 8
AT_TOP_PX = 2.0
LINK = "[data-row-link]"


class DomRowList:
    """The rows of one scrolling element."""

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
        self._pill = pill
        self._default_px = self._row_px = float(row_px)
        self._order: list[str] = []
        self._first = 0
        self._drawn: list[str] = []
        self._top = 0.0
        self._height = 0.0
        self._unseen = 0
        self._held = False
        self._wanted: str | None = None
        self._current: str | None = None
        self._focused = False
        self._stop: tuple[str, Row] | None = None
        self._closed = False
        scroller.innerHTML = '<div class="rows__all"><div class="rows__drawn"></div></div>'
        self._all: Any = scroller.querySelector(".rows__all")
        self._window: Any = scroller.querySelector(".rows__drawn")
        self._rows = RowContents(self._window, markup, values)
        self._range: Any = js.document.createRange()
        self._listeners = [
            EventListener(scroller, "scroll", self._scrolled, passive=True),
            EventListener(scroller, "focusin", self._focus_came),
            EventListener(scroller, "focusout", self._focus_went),
            EventListener(scroller, "keydown", self._pressed),
            EventListener(scroller, "pointerleave", self._pointer_left, passive=True),
        ]
        if pill is not None:
            self._listeners.append(EventListener(pill, "click", self._to_top))
        self._proxy: JsDoubleProxy[Callable[[Any, Any], None]] = create_proxy(self._resized)
        self._observer = js.ResizeObserver.new(self._proxy)
        self._observer.observe(scroller)
        self._measure()

    @property
    def drawn(self) -> list[str]:
        """The keys of the rows that are in the document."""
        return list(self._drawn)

    def set_order(self, keys: list[str]) -> None:
        """Show these rows in this order; what is under the pointer stays where it is."""
        before = self._order
        self._order = order = list(keys)
        if len(order) != len(before):
            self._set_height()
        shift = self._shift() if self._drawn else 0
        if shift:
            self._held = self._held or self._top <= AT_TOP_PX
            self._move_to(self._top + shift * self._row_px)
            self._unseen = max(0, self._unseen + shift)
        self._draw(always=True)
        if self._wanted is not None:
            self.reveal(self._wanted)

    def touch(self, keys: set[str] | None = None) -> None:
        """Write anew what changed in these rows (all drawn ones for ``None``), if they are drawn."""
        for index, key in enumerate(self._drawn):
            if keys is None or key in keys:
                self._rows.update(index, key)

    def patch(self, values: Mapping[str, Values]) -> None:
        """Write some of what these rows show, if they are drawn."""
        for index, key in enumerate(self._drawn):
            if key in values:
                self._rows.write(index, key, values[key])

    def reveal(self, key: str) -> None:
        """Scroll until the row is in view; once the list is in the document's layout, if it is not yet."""
        self._wanted = key
        if self._height > 0 and key in self._order:
            self._wanted = None
            top = self._order.index(key) * self._row_px
            if not self._top <= top <= self._top + self._height - self._row_px:
                self._move_to(top - (self._height - self._row_px) / 2)
                self._draw()

    def close(self) -> None:
        """Empty the list and let go of everything."""
        if self._closed:
            return
        self._closed = True
        self._observer.disconnect()
        self._proxy.destroy()
        for listener in self._listeners:
            listener.close()
        self._rows.clear()
        self._drawn = []
        self._scroller.replaceChildren()

    def _draw(self, *, always: bool = False) -> None:
        """Draw the rows in view. While scrolling, those that are ready on either side are used up first."""
        count = len(self._order)
        if not always:
            first, last = visible_slice(self._top, self._height, self._row_px, count, 1)
            if self._first <= first and last <= self._first + len(self._drawn):
                self._count_unseen()
                return
        first, last = visible_slice(self._top, self._height, self._row_px, count, OVERSCAN)
        target = self._order[first:last]
        if first != self._first:
            self._first = first
            self._window.style.transform = f"translateY({first * self._row_px}px)"
        if target != self._drawn:
            focused = self._focused
            self._reconcile(target)
            # A browser may tell of a lost focus while the row that had it is taken out.
            self._focused = focused
            self._keep_focus()
        self._count_unseen()

    def _reconcile(self, target: list[str]) -> None:
        old = self._drawn
        kept = in_order(old, target)
        keep = set(kept)
        self._drawn = target
        if not keep:
            self._rows.clear()
            self._window.innerHTML = self._rows.new(target)
        else:
            self._remove(old, keep)
            self._insert(target, kept)
        self._rows.complete(target)

    def _remove(self, old: list[str], keep: set[str]) -> None:
        """Take out the runs of rows that are not kept, from the end so that positions before stay right."""
        children = self._window.children
        end = len(old)
        while end:
            if old[end - 1] in keep:
                end -= 1
                continue
            start = end - 1
            while start and old[start - 1] not in keep:
                start -= 1
            self._range.setStartBefore(children[start])
            self._range.setEndAfter(children[end - 1])
            self._range.deleteContents()
            self._rows.forget(old[start:end])
            end = start

    def _insert(self, target: list[str], kept: list[str]) -> None:
        """Put in the runs of new rows, from the end so that the kept rows before stay at their positions."""
        end = len(target)
        for position in range(len(kept), -1, -1):
            start = 0 if position == 0 else target.index(kept[position - 1], 0, end) + 1
            if start < end:
                fresh = self._rows.new(target[start:end])
                if position == len(kept):
                    self._window.insertAdjacentHTML("beforeend", fresh)
                else:
                    self._window.children[position].insertAdjacentHTML("beforebegin", fresh)
            end = start - 1

    def _shift(self) -> int:
        """Return by how many rows the one that must stay in place has moved: under the pointer, or first in view."""
        anchor = self._hovered()
        if anchor is None:
            if self._top <= AT_TOP_PX:
                return 0
            anchor = int(self._top // self._row_px) - self._first
        for index in range(max(0, anchor), len(self._drawn)):
            try:
                return self._order.index(self._drawn[index]) - (self._first + index)
            except ValueError:
                continue
        return 0

    def _hovered(self) -> int | None:
        row = self._window.querySelector(":scope > :hover")
        if isinstance(row, JsNull):
            return None
        key = str(row.dataset.key)
        return self._drawn.index(key) if key in self._rows else None

    def _measure(self) -> None:
        wanted = str(js.window.getComputedStyle(self._scroller).getPropertyValue("--row-px")).strip()
        row_px = float(wanted) if wanted.isdigit() else self._default_px
        if row_px != self._row_px and self._drawn:
            self._top = self._top / self._row_px * row_px
        changed, self._row_px = row_px != self._row_px, row_px
        self._height = float(self._scroller.clientHeight)
        if changed:
            self._set_height()
            self._first = -1
            self._move_to(self._top)

    def _set_height(self) -> None:
        self._all.style.height = f"{len(self._order) * self._row_px}px"

    def _move_to(self, top: float) -> None:
        self._scroller.scrollTop = max(0.0, top)
        self._top = float(self._scroller.scrollTop)

    def _resized(self, _entries: Any, _observer: Any) -> None:
        self._measure()
        self._draw(always=True)
        if self._wanted is not None:
            self.reveal(self._wanted)

    def _scrolled(self, _: Any) -> None:
        top = float(self._scroller.scrollTop)
        if top != self._top:
            self._top = top
            self._held = False
            self._wanted = None
            self._draw()

    def _pointer_left(self, _: Any) -> None:
        if self._held:
            self._held = False
            self._move_to(0.0)
            self._draw()

    def _to_top(self, _: Any) -> None:
        self._move_to(0.0)
        self._draw()
        self._focus_row(0)

    def _count_unseen(self) -> None:
        """Tell on the button how many rows came in above; those that have been in view since are seen."""
        unseen = min(self._unseen, int(self._top // self._row_px))
        self._unseen = unseen
        pill = self._pill
        if pill is not None and getattr(pill.dataset, "count", None) != str(unseen):
            pill.dataset.count = str(unseen)
            pill.hidden = not unseen
            if unseen:
                pill.textContent = str(pill.dataset.text).replace("{n}", str(unseen))

    def _focus_came(self, event: Any) -> None:
        self._focused = True
        row = event.target.closest("[data-key]")
        if not isinstance(row, JsNull):
            self._current = str(row.dataset.key)
            self._keep_stop()

    def _focus_went(self, event: Any) -> None:
        other = event.relatedTarget
        self._focused = bool(other) and bool(self._scroller.contains(other))

    def _keep_focus(self) -> None:
        """A row with the keyboard that left the document gives it to the list, and gets it back with its return."""
        self._keep_stop()
        if not self._focused or self._current is None:
            return
        active = js.document.activeElement
        if not isinstance(active, JsNull) and self._window.contains(active):
            return
        if self._current in self._rows:
            self._focus_row(self._order.index(self._current))
        else:
            self._quietly(self._scroller)
            self._focused = True

    def _keep_stop(self) -> None:
        """Let one drawn row be reached with Tab: the current one, or else the first in view."""
        if not self._drawn:
            self._stop = None
            return
        if self._current is not None and self._current in self._rows:
            key = self._current
        else:
            key = self._drawn[min(len(self._drawn) - 1, max(0, int(self._top // self._row_px) - self._first))]
        row = self._rows.get(key)
        if row is None or self._stop == (key, row):
            return
        if self._stop is not None and self._rows.get(self._stop[0]) is self._stop[1]:
            self._link(self._stop[0]).setAttribute("tabindex", "-1")
        self._stop = (key, row)
        self._link(key).setAttribute("tabindex", "0")

    def _link(self, key: str) -> Any:
        element = self._window.children[self._drawn.index(key)]
        return element.querySelector(LINK) or element

    def _pressed(self, event: Any) -> None:
        if not self._order or event.altKey or event.ctrlKey or event.metaKey or event.target.matches("input,select"):
            return
        page = max(1, int(self._height // self._row_px) - 1)
        step = {"ArrowDown": 1, "ArrowUp": -1, "PageDown": page, "PageUp": -page}.get(str(event.key))
        last = len(self._order) - 1
        if step is not None:
            index = self._order.index(self._current) if self._current in self._order else -1
            target = min(last, max(0, index + step))
        elif event.key in {"Home", "End"}:
            target = 0 if event.key == "Home" else last
        else:
            return
        event.preventDefault()
        self._focus_row(target)

    def _focus_row(self, index: int) -> None:
        if not 0 <= index < len(self._order):
            return
        key = self._order[index]
        top = index * self._row_px
        if top < self._top:
            self._move_to(top)
        elif top + self._row_px > self._top + self._height:
            self._move_to(top + self._row_px - self._height)
        self._current = key
        self._focused = False
        self._draw()
        if key in self._rows:
            self._quietly(self._link(key))

    @staticmethod
    def _quietly(element: Any) -> None:
        options = js.Object.new()
        options.preventScroll = True
        element.focus(options)
