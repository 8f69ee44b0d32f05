"""What every page is given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from app.monitor import Monitor
from app.pages.jobs.list_memory import ListMemory
from app.ports import Address, Surface
from app.views.texts import Texts


class Notices(Protocol):
    """Short messages to the user, beside the page."""

    def success(self, key: str, **values: str | float) -> None:
        """Show that something was done."""

    def error(self, key: str, **values: str | float) -> None:
        """Show that something failed, and what to do about it."""


class Page(Protocol):
    """What is shown for a route."""

    def tick(self, now: float) -> None:
        """Write what depends on the time (``now``, the server's, epoch seconds); called once a second while visible."""

    def close(self) -> None:
        """Cancel subscriptions, reads and tasks; the owner of the surface empties it."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """The monitor, the language and the surface a page is shown on; ``title`` names the browser's tab.

    ``lists`` is what the lists showed when left.
    """

    monitor: Monitor
    texts: Texts
    address: Address
    surface: Surface
    notices: Notices
    title: Callable[[str], None]
    lists: ListMemory = field(default_factory=ListMemory)
