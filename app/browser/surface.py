"""A region of the document, filled by one view: markup once, values as they change, and the user's actions.

It owns every listener and proxy it makes, and the regions and lists inside it; ``close`` leaves nothing behind.
Why markup once and values by difference: docs/decisions/ui-surface.md.
"""

from collections.abc import Callable

import js
from pyodide.ffi import JsNull

from app.browser import trusted
from app.browser.actions import ActionListener
from app.browser.binding import Binding
from app.browser.row_list import DomRowList
from app.browser.template import ROOT, slots_of
from app.ports import Action, Closable, Values


class MissingPlace(LookupError):
    """The document has no such element; the message names it."""


def mount(selector: str) -> "DomSurface":
    """Return the surface of an element of ``index.html``."""
    element = js.document.querySelector(selector)
    if not element:
        raise MissingPlace(selector)
    return DomSurface(element)


class DomSurface:
    """An element and what is inside it."""

    def __init__(self, root: js.Element) -> None:
        self._root = root
        self._binding = Binding({ROOT: root})
        # Regions and lists inside, by slot; other markup closes them.
        self._regions: dict[str, DomSurface] = {}
        self._lists: dict[str, DomRowList] = {}
        # Callbacks by number of registration, in that order; the one listener calls all of them.
        self._callbacks: dict[int, Callable[[Action], None]] = {}
        self._registered = 0
        self._listener: ActionListener | None = None

    def show(self, markup: str) -> None:
        """Replace the content."""
        self._close_inner()
        self._root.innerHTML = trusted.markup(markup)
        nodes: dict[str, js.Element] = {ROOT: self._root}
        names = slots_of(markup)
        if names:
            nodes.update(zip(names, self._root.querySelectorAll("[data-slot]"), strict=True))
        self._binding = Binding(nodes)

    def bind(self, values: Values) -> None:
        """Write values into the content, if they differ from the last ones."""
        self._binding.bind(values)

    def region(self, slot: str) -> "DomSurface":
        """Return the surface of ``[data-slot=slot]`` inside this one, the same each time."""
        region = self._regions.get(slot)
        if region is None:
            region = self._regions[slot] = DomSurface(self._node(slot))
        return region

    def rows(
        self, slot: str, *, row_px: int, markup: Callable[[str], str], values: Callable[[str], Values]
    ) -> DomRowList:
        """Turn ``[data-slot=slot]`` into a list. A style sheet's ``--row-px`` on it goes before ``row_px``.

        ``[data-rows-new=slot]`` in this surface is a button that says how many rows came in above what is in view.
        """
        if slot in self._lists:
            self._lists.pop(slot).close()
        pill = self._root.querySelector(f'[data-rows-new="{slot}"]')
        rows = DomRowList(
            self._node(slot), None if isinstance(pill, JsNull) else pill, row_px=row_px, markup=markup, values=values
        )
        self._lists[slot] = rows
        return rows

    def on_action(self, callback: Callable[[Action], None]) -> Closable:
        """Call back for every click, submit or change on an element with ``data-action`` inside."""
        if self._listener is None:
            self._listener = ActionListener(self._root, self._dispatch)
        self._registered += 1
        self._callbacks[self._registered] = callback
        return _Registration(self._callbacks, self._registered)

    def focus(self, slot: str) -> None:
        """Give the keyboard to ``[data-slot=slot]``; nothing if there is none."""
        node = self._binding.nodes.get(slot)
        if node is not None:
            node.focus()

    def focus_top(self) -> None:
        """Give the keyboard to the region itself and show the page from its top."""
        self._root.focus()
        js.window.scrollTo(0, 0)

    def close(self) -> None:
        """Empty the region and close every listener in it."""
        self._close_inner()
        self._callbacks.clear()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._root.replaceChildren()
        self._binding = Binding({ROOT: self._root})

    def _dispatch(self, action: Action) -> None:
        for callback in tuple(self._callbacks.values()):
            callback(action)

    def _node(self, slot: str) -> js.Element:
        node = self._binding.nodes.get(slot)
        if node is None:
            raise MissingPlace(slot)
        return node

    def _close_inner(self) -> None:
        for region in self._regions.values():
            region.close()
        for rows in self._lists.values():
            rows.close()
        self._regions.clear()
        self._lists.clear()


class _Registration:
    """One registered callback."""

    def __init__(self, callbacks: dict[int, Callable[[Action], None]], number: int) -> None:
        self._callbacks = callbacks
        self._number = number

    def close(self) -> None:
        """Remove the callback."""
        self._callbacks.pop(self._number, None)
