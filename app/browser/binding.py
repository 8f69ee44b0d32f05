"""Held nodes and what they show: only differences are written, for a write costs a call into the browser."""

from collections.abc import Iterable, Mapping

import js

from app.browser.markup import place


def write(node: js.Element, name: str | None, value: str | None) -> None:
    """Write a text (``name`` is ``None``) or an attribute, which ``None`` removes."""
    if name is None:
        node.textContent = value or ""
    elif value is None:
        node.removeAttribute(name)
    else:
        node.setAttribute(name, value)


class Binding:
    """Some nodes by slot name, and the values last written into them."""

    def __init__(self, nodes: Mapping[str, js.Element], shown: Mapping[str, str | None] | None = None) -> None:
        self.nodes = nodes
        self._shown: dict[str, str | None] = dict(shown or {})

    def bind(self, values: Mapping[str, str | None]) -> None:
        """Write what differs from the last time. A slot that the markup does not have is passed over."""
        shown = self._shown
        for key, value in values.items():
            if key in shown and shown[key] == value:
                continue
            shown[key] = value
            slot, name = place(key)
            node = self.nodes.get(slot)
            if node is not None:
                write(node, name, value)

    def forget(self, keys: Iterable[str]) -> None:
        """Write these anew the next time, whatever they showed."""
        for key in keys:
            self._shown.pop(key, None)
