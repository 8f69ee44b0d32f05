"""Held nodes and what they show: only differences are written, for a write costs a call into the browser."""

from collections.abc import Iterable, Mapping

import js

from app.browser.template import place


class Binding:
    """Some nodes by slot name, and the values last written into them.

    A text that is there is changed in place: one that is put in anew has to be styled anew.
    """

    def __init__(self, nodes: Mapping[str, js.Element], shown: Mapping[str, str | None] | None = None) -> None:
        self.nodes = nodes
        self._shown: dict[str, str | None] = dict(shown or {})
        self._texts: dict[str, js.Text] = {}

    def bind(self, values: Mapping[str, str | None]) -> None:
        """Write what differs from the last time. A slot that the markup does not have is passed over."""
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
        """Write these anew the next time, whatever they showed."""
        for key in keys:
            self._shown.pop(key, None)

    def _write_text(self, slot: str, node: js.Element, value: str) -> None:
        text = self._texts.pop(slot, None)
        if text is None or not value:
            node.textContent = value
            text = node.firstChild
        else:
            text.data = value
        if value:
            self._texts[slot] = text
