"""Marks the words that are searched for in the rows of a list (R34), with highlights: no element is put into any text.

A highlight is a set of ranges that the style sheet colours; the text stays one node, which the next value can be
written into. In a browser without highlights nothing is marked.
"""

from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser.drawn_rows import DrawnRows
from app.core.text_marks import found_in

MARKED = ("name", "error", "executor", "text")
NAME = "found"


class RowMarks:
    """The marks in one list; ``words`` are searched for whatever their case."""

    def __init__(self, scroller: js.Element, rows: DrawnRows) -> None:
        self._rows = rows
        # Lists share the page's registry of highlights, so each has a name of its own.
        slot = getattr(scroller.dataset, "slot", None)
        self._name = f"{NAME}-{slot}" if slot else NAME
        self.words: tuple[str, ...] = ()
        # Whether there are marks of this list.
        self._shown = False
        # What the marks are of: the words, and how often the rows had changed.
        self._marked: tuple[tuple[str, ...], int] = (), 0

    def update(self) -> None:
        """Mark the words in the drawn rows as they are now."""
        now = self.words, self._rows.changes
        if now == self._marked or not (self.words or self._shown):
            return
        self._marked = now
        registry = _registry()
        if registry is None:
            return
        if not self.words:
            self._shown = False
            registry.delete(self._name)
            return
        window: Any = js.window
        highlight = window.Highlight.new()
        for index, key in enumerate(self._rows.keys):
            for slot, spans in self._found(key):
                text = self._rows.text_node(index, key, slot)
                if text is not None and int(text.length) >= spans[-1][1]:
                    for start, end in spans:
                        highlight.add(_range(text, start, end))
        registry.set(self._name, highlight)
        self._shown = True

    def close(self) -> None:
        """Take the marks away."""
        self.words = ()
        self.update()

    def _found(self, key: str) -> list[tuple[str, list[tuple[int, int]]]]:
        row = self._rows.get(key)
        shown = row.shown if row is not None else {}
        found = ((slot, _units(text, self.words)) for slot in MARKED if (text := shown.get(slot)))
        return [(slot, spans) for slot, spans in found if spans]


def _registry() -> Any:
    window: Any = js.window
    styles = getattr(window, "CSS", None)
    registry = getattr(styles, "highlights", None) if styles else None
    return None if registry is None or isinstance(registry, JsNull) else registry


def _range(text: Any, start: int, end: int) -> Any:
    made = js.document.createRange()
    made.setStart(text, start)
    made.setEnd(text, end)
    return made


def _units(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where the words are, in the browser's units: those of UTF-16."""
    found = found_in(text, words)
    if text.isascii() or not found:
        return found
    return [(_length(text[:start]), _length(text[:end])) for start, end in found]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
