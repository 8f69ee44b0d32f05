"""Nodes and what they show: only differences are written, because each write is a call into the browser.

docs/decisions/ui-surface.md has the measurements.
"""

from collections.abc import Iterable, Mapping

import js
from pyodide.ffi import JsNull

from app.browser.template import ROOT, place

TEXT_NODE = 3


class Binding:
    """Some nodes by slot name, and what they show: ``shown`` is kept up to date."""

    def __init__(self, nodes: Mapping[str, js.Element], shown: dict[str, str | None] | None = None) -> None:
        self.nodes = nodes
        # What each key showed last.
        self._shown: dict[str, str | None] = {} if shown is None else shown
        # The text node of each slot that has one. Its data is changed in place: a new text node is styled again.
        self._texts: dict[str, js.Text] = {}

    def bind(self, values: Mapping[str, str | None]) -> None:
        """Write what differs from the last time. Slots that the markup does not have are ignored."""
        shown = self._shown
        for key, value in values.items():
            if key in shown and shown[key] == value:
                continue
            shown[key] = value
            slot, name = place(key)
            node = self.nodes.get(slot)
            if node is None:
                continue
            if name is None:
                self._write_text(slot, node, value or "")
            elif value is None:
                node.removeAttribute(name)
            else:
                node.setAttribute(name, value)

    def forget(self, keys: Iterable[str]) -> None:
        """Write these the next time, whatever they showed."""
        for key in keys:
            self._shown.pop(key, None)

    def text_node(self, slot: str) -> js.Text | None:
        """Return the text node that shows a slot's text; ``None`` where there is none, as in a translated page."""
        node = self.nodes.get(slot)
        first = None if node is None else node.firstChild
        return first if first and first.nodeType == TEXT_NODE else None

    def _write_text(self, slot: str, node: js.Element, value: str) -> None:
        text = self._texts.get(slot)
        if text is not None and value and text.isConnected:
            text.data = value
            return
        # A translating browser puts elements in the place of texts, and may put another element in that of a slot.
        if not node.isConnected:
            node = self._found_again(slot, node)
        node.textContent = value
        if value:
            self._texts[slot] = node.firstChild
        else:
            self._texts.pop(slot, None)

    def _found_again(self, slot: str, node: js.Element) -> js.Element:
        """Return the element that stands for a slot now; the one of before where there is none, as before drawing."""
        root = self.nodes.get(ROOT)
        if slot is ROOT or root is None:
            return node
        found = root.querySelector(f'[data-slot="{slot}"]')
        if isinstance(found, JsNull):
            return node
        nodes = dict(self.nodes)
        nodes[slot] = found
        self.nodes = nodes
        return found
