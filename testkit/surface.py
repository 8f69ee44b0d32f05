"""A surface in memory: what a page shows on it, and the actions a user takes on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.ports import Action, Closable, Values


class _Registration:
    def __init__(self, callbacks: list[Callable[[Action], None]], callback: Callable[[Action], None]) -> None:
        self._callbacks = callbacks
        self._callback = callback

    def close(self) -> None:
        if self._callback in self._callbacks:
            self._callbacks.remove(self._callback)


class MemoryRows:
    """A list of which everything is in view."""

    def __init__(self, values: Callable[[str], Values]) -> None:
        self._values = values
        self.order: list[str] = []
        self.shown: dict[str, Values] = {}
        self.revealed: list[str] = []
        self.marked: tuple[str, ...] = ()
        self.outside = 0
        self.hovered: str | None = None
        self.position: tuple[str, float] | None = None

    @property
    def drawn(self) -> list[str]:
        return self.order

    def set_order(self, keys: list[str]) -> None:
        new = set(keys).difference(self.order)
        self.order = list(keys)
        self.touch(new)

    def restart(self, keys: list[str]) -> None:
        self.position = None
        self.set_order(keys)

    def mark(self, words: Sequence[str]) -> None:
        self.marked = tuple(words)

    def count_outside(self, number: int) -> None:
        self.outside = number

    def restore(self, position: tuple[str, float]) -> None:
        self.position = position

    def touch(self, keys: set[str] | None = None) -> None:
        for key in self.order:
            if keys is None or key in keys:
                self.shown[key] = {**self.shown.get(key, {}), **self._values(key)}

    def patch(self, values: Mapping[str, Values]) -> None:
        for key in self.order:
            self.shown[key] = {**self.shown.get(key, {}), **values.get(key, {})}

    def pass_time(self, values: Callable[[str], Values]) -> None:
        self.patch({key: values(key) for key in self.order})

    def reveal(self, key: str) -> None:
        self.revealed.append(key)

    def close(self) -> None:
        self.order = []


class MemorySurface:
    """A region and the regions and lists in it."""

    def __init__(self) -> None:
        self.markup = ""
        self.values: dict[str, str | None] = {}
        self.regions: dict[str, MemorySurface] = {}
        self.lists: dict[str, MemoryRows] = {}
        self.focused: str | None = None
        self._callbacks: list[Callable[[Action], None]] = []

    def show(self, markup: str) -> None:
        self.markup = markup
        self.values = {}

    def bind(self, values: Values) -> None:
        self.values.update(values)

    def region(self, slot: str) -> MemorySurface:
        return self.regions.setdefault(slot, MemorySurface())

    def rows(
        self, slot: str, *, row_px: int, markup: Callable[[str], str], values: Callable[[str], Values]
    ) -> MemoryRows:
        del row_px, markup
        self.lists[slot] = MemoryRows(values)
        return self.lists[slot]

    def on_action(self, callback: Callable[[Action], None]) -> Closable:
        self._callbacks.append(callback)
        return _Registration(self._callbacks, callback)

    def focus(self, slot: str) -> None:
        self.focused = slot

    def focus_top(self) -> None:
        self.focused = ""

    def close(self) -> None:
        self._callbacks.clear()

    @property
    def callbacks(self) -> tuple[Callable[[Action], None], ...]:
        """Whoever listens to actions, for those that have fields."""
        return tuple(self._callbacks)

    def fill(self, name: str, /, **fields: str) -> None:
        """Let the user type or choose something."""
        self.act(name, fields)

    def act(self, name: str, fields: Mapping[str, str] | None = None, /, **data: str) -> None:
        """Let the user do something, with the fields of a form or of a control."""
        for callback in tuple(self._callbacks):
            callback(Action(name, data, fields or {}))
