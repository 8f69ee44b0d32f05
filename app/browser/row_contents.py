"""What the drawn rows of a list hold: filled markup when a row comes in, its nodes only once it changes."""

from collections.abc import Callable, Iterable
from typing import Any

import js

from app.browser.binding import Binding
from app.browser.template import ROOT, Template
from app.ports import Values

TEMPLATES_KEPT = 16


class Row:
    """A drawn row: what it shows and, once it has changed, its nodes."""

    __slots__ = ("binding", "left", "shown", "template")

    def __init__(self, template: Template, shown: dict[str, str | None], left: list[str]) -> None:
        self.template = template
        self.shown = shown
        self.left = left
        self.binding: Binding | None = None


class RowContents:
    """The drawn rows by key; ``window`` is the element in which they stand."""

    def __init__(self, window: Any, markup: Callable[[str], str], values: Callable[[str], Values]) -> None:
        self._window = window
        self._markup = markup
        self._values = values
        self._templates: dict[str, Template] = {}
        self._rows: dict[str, Row] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> Row | None:
        """Return a drawn row."""
        return self._rows.get(key)

    def new(self, keys: Iterable[str]) -> str:
        """Return the markup of rows that come in, filled."""
        filled: list[str] = []
        for key in keys:
            markup = self._markup(key)
            template = self._templates.get(markup)
            if template is None:
                template = Template(markup)
                if len(self._templates) < TEMPLATES_KEPT:
                    self._templates[markup] = template
            shown = dict(self._values(key))
            text, left = template.fill({"@data-key": key, **shown})
            self._rows[key] = Row(template, shown, left)
            filled.append(text)
        return "".join(filled)

    def complete(self, keys: list[str]) -> None:
        """Write what markup could not hold; ``keys`` are all drawn rows, in the order in which they stand."""
        for index, key in enumerate(keys):
            row = self._rows[key]
            if row.left:
                self._bound(index, row).bind({name: row.shown[name] for name in row.left})
                row.left = []

    def update(self, index: int, key: str) -> None:
        """Write what a row shows anew."""
        self.write(index, key, self._values(key))

    def write(self, index: int, key: str, values: Values) -> None:
        """Write some of what a row shows, touching only what differs."""
        row = self._rows[key]
        shown = row.shown
        changes = {name: value for name, value in values.items() if name not in shown or shown[name] != value}
        if changes:
            self._bound(index, row).bind(changes)
            shown.update(changes)

    def forget(self, keys: Iterable[str]) -> None:
        """These rows have left the document."""
        for key in keys:
            del self._rows[key]

    def clear(self) -> None:
        """All rows have left the document."""
        self._rows.clear()

    def _bound(self, index: int, row: Row) -> Binding:
        if row.binding is None:
            element = self._window.children[index]
            nodes: dict[str, js.Element] = {ROOT: element}
            if row.template.slots:
                nodes.update(zip(row.template.slots, element.querySelectorAll("[data-slot]"), strict=True))
            row.binding = Binding(nodes)
        return row.binding
