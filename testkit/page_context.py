"""The context of a page that uses no notices and changes the address in place at most."""

from __future__ import annotations

from app.monitor import Monitor
from app.pages.page_context import PageContext
from app.ports import Address
from testkit.plain_formats import plain_texts
from testkit.surface import MemorySurface


class _Silence:
    """A page that does use them fails."""

    def __init__(self) -> None:
        self.route = ""
        self.base = "https://podi.example.org/"

    def success(self, key: str, **values: str | float) -> None:
        raise AssertionError(key)

    error = success

    def go(self, route: str) -> None:
        raise AssertionError(route)

    def replace(self, route: str) -> None:
        self.route = route

    def on_change(self, callback: object) -> MemorySurface:
        raise AssertionError(callback)


class AddressLog:
    """An address bar that remembers where the page went, and what it was changed to in place."""

    def __init__(self) -> None:
        self.route = ""
        self.base = "https://podi.example.org/"
        self.visited: list[str] = []

    def go(self, route: str) -> None:
        self.visited.append(route)

    def replace(self, route: str) -> None:
        self.route = route

    def on_change(self, callback: object) -> MemorySurface:
        raise AssertionError(callback)


class History:
    """An address bar with its history, in which the reader goes back and forward."""

    def __init__(self, route: str = "") -> None:
        self.base = "https://podi.example.org/"
        self.entries = [route]
        self._place = 0

    @property
    def route(self) -> str:
        return self.entries[self._place]

    def go(self, route: str) -> None:
        self.entries[self._place + 1 :] = [route]
        self._place += 1

    def replace(self, route: str) -> None:
        self.entries[self._place] = route

    def step(self, entries: int) -> str:
        """Go so many entries back (below 0) or forward; the route there."""
        self._place += entries
        return self.route

    def on_change(self, callback: object) -> MemorySurface:
        raise AssertionError(callback)


class NoticeLog:
    """The keys of the notices that a page has shown."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def success(self, key: str, **values: str | float) -> None:
        del values
        self.keys.append(key)

    error = success


def quiet_context(
    monitor: Monitor,
    surface: MemorySurface,
    notices: NoticeLog | None = None,
    *,
    address: Address | None = None,
) -> PageContext:
    """Return a context in English for a page on this surface."""
    silence = _Silence()
    return PageContext(
        monitor,
        plain_texts("en"),
        address or silence,
        surface,
        notices or silence,
        lambda title: None,
    )
