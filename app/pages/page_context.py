"""What every page works with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.monitor import Monitor
from app.ports import Address, Surface
from app.views.texts import Texts


class Notices(Protocol):
    """Short messages to the user, out of the way of what they are doing."""

    def success(self, key: str, **values: str | float) -> None:
        """Say that something was done."""

    def error(self, key: str, **values: str | float) -> None:
        """Say that something failed, and what to do about it."""


class Page(Protocol):
    """What is shown for a route."""

    def tick(self, now: float) -> None:
        """Once a second while the page can be seen: write what depends on the time."""

    def close(self) -> None:
        """Let go of everything; the surface is emptied by its owner."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """The monitor, the language and the place to show a page in."""

    monitor: Monitor
    texts: Texts
    address: Address
    surface: Surface
    notices: Notices
    title: Callable[[str], None]
