"""The rows of a list that are in the document: filled markup when a row comes in, its nodes only once it changes.

Rows come in as one string for each run of neighbours and leave as one range, because a call into the browser costs more
than a row does (docs/decisions/ui-surface.md). A row's nodes are looked up when it changes for the first time.

Each row has its place and the size of the whole list (``aria-posinset``, ``aria-setsize``): a screen reader would count
the few rows of the document instead (R54). They are part of a new row's markup; only those that differ are written.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import js

from app.browser import trusted
from app.browser.binding import Binding
from app.browser.longest_run import in_order
from app.browser.template import ROOT, Template
from app.ports import Values

LINK = "[data-row-link]"
TEMPLATES_KEPT = 16


class Row:
    """A drawn row: what it shows and, once it has changed, its nodes."""

    __slots__ = ("binding", "left", "place", "shown", "template")

    def __init__(
        self, template: Template, shown: dict[str, str | None], left: list[str], place: tuple[int, int]
    ) -> None:
        self.template = template
        # What the row shows, by slot; what does not differ from it is not written.
        self.shown = shown
        # The values that markup could not hold and that are still to be written.
        self.left = left
        # Which row it is, from 1, and of how many: what its element says.
        self.place = place
        # The row's nodes; most rows are scrolled away before they need them.
        self.binding: Binding | None = None


class DrawnRows:
    """The children of one element: ``markup`` and ``values`` say how a row looks and what it shows, by key."""

    def __init__(self, element: Any, markup: Callable[[str], str], values: Callable[[str], Values]) -> None:
        self._element = element
        self._markup = markup
        self._values = values
        # Markup taken apart; nearly always there is one for all rows.
        self._templates: dict[str, Template] = {}
        self._rows: dict[str, Row] = {}
        self._range: Any = js.document.createRange()
        # The drawn rows in the order of the document.
        self.keys: list[str] = []
        # How often rows came, went or were written to.
        self.changes = 0
        # Which row of the list the first drawn one is.
        self.first = 0
        # How many rows the list has, drawn or not.
        self._count = 0
        # How far down the drawn rows stand in the list, in pixels: what was last written.
        self._offset_px = 0.0

    def __contains__(self, key: str | None) -> bool:
        return key in self._rows

    @property
    def holds_focus(self) -> bool:
        """Whether one of the rows, or something in it, has the keyboard."""
        active: Any = js.document.activeElement
        return bool(active) and bool(self._element.contains(active))

    @property
    def hovered(self) -> int | None:
        """The position among the drawn rows of the one under the pointer."""
        row = self._element.querySelector(":scope > :hover")
        key = str(row.dataset.key) if row else None
        return self.keys.index(key) if key is not None and key in self._rows else None

    def get(self, key: str) -> Row | None:
        """Return a drawn row."""
        return self._rows.get(key)

    def link(self, key: str) -> Any:
        """Return what takes the keyboard in a drawn row."""
        element = self._element.children[self.keys.index(key)]
        return element.querySelector(LINK) or element

    def text_node(self, index: int, key: str, slot: str) -> Any:
        """Return the text node of a slot of the drawn row at ``index``, as far as there is one."""
        return self._bound(index, self._rows[key]).text_node(slot)

    def place(self, first: int, row_px: float, count: int) -> None:
        """Move the rows to their place in the list of ``count`` rows; ``replace`` or ``number`` follows."""
        self.first = first
        self._count = count
        offset_px = first * row_px
        if offset_px != self._offset_px:
            self._offset_px = offset_px
            self._element.style.transform = f"translateY({offset_px}px)"

    def replace(self, keys: list[str]) -> None:
        """Draw these rows and no others; as many as possible of those that are there stay the elements they are."""
        kept = in_order(self.keys, keys)
        before, self.keys = self.keys, keys
        self.changes += 1
        if not kept:
            self._rows.clear()
            self._element.innerHTML = trusted.markup(self._filled(keys, 0))
        else:
            self._remove(before, set(kept))
            self._insert(keys, kept)
            self.number()
        self._complete()

    def number(self) -> None:
        """Write the place in the list of the rows whose place has changed."""
        for index, key in enumerate(self.keys):
            row, place = self._rows[key], (self.first + index + 1, self._count)
            if row.place == place:
                continue
            element = self._element.children[index]
            for name, before, number in zip(("aria-posinset", "aria-setsize"), row.place, place, strict=True):
                if number != before:
                    element.setAttribute(name, str(number))
            row.place = place

    def update(self, keys: set[str] | None) -> None:
        """Write anew what these rows show (all drawn ones for ``None``), as far as it differs."""
        for index, key in enumerate(self.keys):
            if keys is None or key in keys:
                self._write(index, key, self._values(key))

    def patch(self, values: Mapping[str, Values]) -> None:
        """Write some of what rows show, by key, as far as it differs."""
        for index, key in enumerate(self.keys):
            if key in values:
                self._write(index, key, values[key])

    def clear(self) -> None:
        """Forget all rows: their element leaves the document."""
        self._rows.clear()
        self.keys = []
        self.changes += 1

    def _filled(self, keys: Iterable[str], start: int) -> str:
        """Return the markup of new rows, of which the first is the drawn row at ``start``."""
        filled: list[str] = []
        for number, key in enumerate(keys, self.first + start + 1):
            markup = self._markup(key)
            template = self._templates.get(markup)
            if template is None:
                template = Template(markup)
                if len(self._templates) < TEMPLATES_KEPT:
                    self._templates[markup] = template
            shown = dict(self._values(key))
            place = {"@aria-posinset": str(number), "@aria-setsize": str(self._count)}
            text, left = template.fill({"@data-key": key, **place, **shown})
            self._rows[key] = Row(template, shown, left, (number, self._count))
            filled.append(text)
        return "".join(filled)

    def _complete(self) -> None:
        """Write what the markup of new rows could not hold."""
        for index, key in enumerate(self.keys):
            row = self._rows[key]
            if row.left:
                left = {name: row.shown.pop(name) for name in row.left}
                row.left = []
                self._bound(index, row).bind(left)

    def _remove(self, keys: list[str], kept: set[str]) -> None:
        """Take out the runs of rows that are not kept, from the end so that positions before stay right."""
        children = self._element.children
        end = len(keys)
        while end:
            if keys[end - 1] in kept:
                end -= 1
                continue
            start = end - 1
            while start and keys[start - 1] not in kept:
                start -= 1
            self._range.setStartBefore(children[start])
            self._range.setEndAfter(children[end - 1])
            self._range.deleteContents()
            for key in keys[start:end]:
                del self._rows[key]
            end = start

    def _insert(self, keys: list[str], kept: list[str]) -> None:
        """Put in the runs of new rows, from the end so that the kept rows before stay at their positions."""
        end = len(keys)
        for position in range(len(kept), -1, -1):
            start = 0 if position == 0 else keys.index(kept[position - 1], 0, end) + 1
            if start < end:
                filled = trusted.markup(self._filled(keys[start:end], start))
                if position == len(kept):
                    self._element.insertAdjacentHTML("beforeend", filled)
                else:
                    self._element.children[position].insertAdjacentHTML("beforebegin", filled)
            end = start - 1

    def _write(self, index: int, key: str, values: Values) -> None:
        row = self._rows[key]
        shown = row.shown
        changes = {name: value for name, value in values.items() if name not in shown or shown[name] != value}
        if changes:
            self.changes += 1
            self._bound(index, row).bind(changes)

    def _bound(self, index: int, row: Row) -> Binding:
        if row.binding is None:
            element = self._element.children[index]
            nodes: dict[str, js.Element] = {ROOT: element}
            if row.template.slots:
                nodes.update(zip(row.template.slots, element.querySelectorAll("[data-slot]"), strict=True))
            row.binding = Binding(nodes, row.shown)
        return row.binding
