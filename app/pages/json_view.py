"""JSON trees at work behind the disclosures of a page (R39): nothing is done for one before it is opened.

A tree costs what it shows; a search goes through a large value in slices of time, so that the page stays at hand.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from app.core.json_tree import JsonTree, NoSuchNode, is_small, path_text
from app.pages.page_context import PageContext
from app.ports import Action, RowList, Values
from app.scheduling.time_slicer import TimeSlicer
from app.views.json_text import whole_json_text
from app.views.json_view import (
    json_copy_values,
    json_found_values,
    json_node_values,
    json_row_markup,
    json_row_values,
    json_state_values,
)

ROW_PX = 28
STEPS_AT_ONCE = 500
"""Values that a search looks at between two looks at the clock."""


def nowhere(part: str, node: str) -> None:
    """Name no node in the address."""


_NONE_YET = object()
"""What a tree holds before the value of another thing has come: equal to no value."""


class JsonViews:
    """The trees of a page, by part; ``value_of`` returns the value of a part, ``label_of`` its name.

    ``moved`` is called with the part and the node that was chosen, so that the address can name it.
    """

    def __init__(
        self,
        context: PageContext,
        value_of: Callable[[str], object],
        label_of: Callable[[str], str],
        moved: Callable[[str, str], None] = nowhere,
    ) -> None:
        self._context = context
        self._value_of = value_of
        self._label_of = label_of
        self._moved = moved
        # The trees of the parts that were opened.
        self._views: dict[str, _View] = {}

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of a tree."""
        part = action.data.get("part", "")
        if action.name == "json-open":
            self._view(part)
            return True
        view = self._views.get(part)
        if view is None:
            return False
        match action.name:
            case "json-toggle":
                view.choose(action.data["key"], toggle=True)
                self._moved(part, action.data["key"])
            case "json-search":
                view.search(action.fields.get(f"{part}-search", ""))
            case "json-next":
                view.step(1)
            case "json-previous":
                view.step(-1)
            case "json-fold":
                view.fold()
            case "json-copy-all":
                view.copy_value("copy-all", "")
            case "json-copy-value":
                view.copy_value("copy-value", view.chosen or "")
            case "json-copy-path":
                view.copy_path()
            case _:
                return False
        return True

    def open(self, part: str, node: str | None) -> None:
        """Open a part, on a node if there is such a one: an address names them."""
        view = self._view(part)
        self._context.surface.bind({f"{part}-disclosure@open": ""})
        if node is not None:
            view.choose(node, toggle=False)

    def refresh(self) -> None:
        """Show the values of the opened parts that have changed."""
        for part, view in self._views.items():
            view.take(self._value_of(part))

    def forget(self) -> None:
        """Let the next ``refresh`` show the values from their tops: they are of something else, even if equal."""
        for view in self._views.values():
            view.forget()

    def close(self) -> None:
        """Search no further."""
        for view in self._views.values():
            view.close()

    def _view(self, part: str) -> "_View":
        view = self._views.get(part)
        if view is None:
            view = self._views[part] = _View(self._context, part, self._label_of(part), self._value_of(part))
        return view


class _View:
    """One tree."""

    def __init__(self, context: PageContext, part: str, label: str, value: object) -> None:
        self._context = context
        self._part = part
        self._label = label
        self._value = value
        self._tree = JsonTree(value)
        # The node that is shown beside the rows; ``None`` until one is chosen.
        self.chosen: str | None = None
        # What is searched for, what was found so far, and which of it the search is at.
        self._text = ""
        self._found: list[str] = []
        self._at = 0
        ports = context.monitor.ports
        self._slicer: TimeSlicer[Iterator[str | None]] = TimeSlicer(ports.clock, ports.timers, self._search_on)
        markup = json_row_markup(part)
        self._rows: RowList = context.surface.rows(
            f"{part}-rows", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values
        )
        context.surface.bind(json_copy_values(context.texts, part, "copy-all"))
        self._show()

    def take(self, value: object) -> None:
        """Show another value, from its top; the same one stays as it is.

        Large ones are not compared, for that would hold the page up at every read: what is unfolded stays so.
        """
        if value is self._value:
            return
        if self._value is not _NONE_YET and not (is_small(value) and is_small(self._value)):
            self._adopt(value)
            return
        if value == self._value:
            return
        self._value = value
        self._tree = JsonTree(value)
        self._found = []
        self._choose(None)
        self._show()
        self.search(self._text)

    def _adopt(self, value: object) -> None:
        self._value = value
        self._tree.adopt(value)
        try:
            self._choose(self.chosen)
        except NoSuchNode:
            self._choose(None)
        self._show()

    def forget(self) -> None:
        """Know no value, so that the next one is another."""
        self._value = _NONE_YET

    def choose(self, name: str, *, toggle: bool) -> None:
        """Choose a node, unfold or fold it if asked to, and show it; nothing if there is no such node."""
        try:
            self._tree.reveal(name)
        except NoSuchNode:
            return
        if toggle:
            self._tree.toggle(name)
        self._choose(name)
        self._show()
        if not toggle:
            self._rows.reveal(name)

    def search(self, text: str) -> None:
        """Search for another text from the top; what was under way ends."""
        self._slicer.clear()
        self._text, self._found, self._at = text, [], 0
        if text:
            self._slicer.add([self._tree.search(text)])
        self._show_found()
        self._rows.touch()

    def step(self, by: int) -> None:
        """Go to the next match, or to the one before."""
        if self._found:
            self._at = (self._at + by) % len(self._found)
            self._go_to_match()

    def fold(self) -> None:
        """Fold everything."""
        self._tree.fold_all()
        self._choose(None)
        self._show()

    def copy_value(self, button: str, name: str) -> None:
        """Copy a node: a text as it is, everything else as JSON."""
        value = self._tree.value(name)
        self._copy(button, value if isinstance(value, str) else whole_json_text(value))

    def copy_path(self) -> None:
        """Copy the path of the chosen node."""
        if self.chosen is not None:
            self._copy("copy-path", path_text(self.chosen.partition("~s")[0]))

    def close(self) -> None:
        """Search no further."""
        self._slicer.close()

    def _copy(self, button: str, text: str | None) -> None:
        texts, surface = self._context.texts, self._context.surface

        def say(copied: bool) -> None:
            surface.bind(json_copy_values(texts, self._part, button, copied))

        if text is None:
            say(False)
        else:
            self._context.monitor.ports.late.adapters.clipboard().write(text, say)

    def _search_on(self, steps: Iterator[str | None]) -> None:
        before = len(self._found)
        searched = list(islice(steps, STEPS_AT_ONCE))
        self._found += [name for name in searched if name is not None]
        if len(searched) == STEPS_AT_ONCE:
            self._slicer.add([steps])
        if before == 0 and self._found:
            self._go_to_match()
        else:
            self._show_found()

    def _go_to_match(self) -> None:
        self.choose(self._found[self._at], toggle=False)
        self._show_found()

    def _choose(self, name: str | None) -> None:
        self.chosen = name
        value = None if name is None else self._tree.value(name)
        self._context.surface.bind(json_node_values(self._context.texts, self._part, name, value))

    def _show(self) -> None:
        names = self._tree.names()
        self._context.surface.bind(json_state_values(self._part, rows=len(names)))
        self._rows.set_order(names)
        self._rows.touch()

    def _show_found(self) -> None:
        self._context.surface.bind(
            json_found_values(
                self._context.texts, self._part, self._text, self._at, len(self._found), searching=bool(self._slicer)
            )
        )

    def _row_values(self, key: str) -> Values:
        at = self._found[self._at] if self._found else None
        return json_row_values(
            self._context.texts, self._tree.row(key), root=self._label, chosen=key == self.chosen, found=key == at
        )
