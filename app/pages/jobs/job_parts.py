"""The parts of a job's page that are apart: bill (R46), waiting (R47), bell (R44), notes and sources (R38)."""

from collections.abc import Callable
from typing import Protocol

from app.core.records import Record
from app.pages.jobs.history import JobHistoryCard
from app.pages.jobs.sources import JobSources
from app.pages.jobs.waiting import JobWaiting
from app.pages.page_context import PageContext
from app.pages.points.bill import JobBillLine
from app.pages.shell.bell import JobBell
from app.ports import Surface


class Part(Protocol):
    """One of them."""

    def tick(self, now: float) -> None:
        """Write what depends on the time (``now``, epoch seconds)."""

    def close(self) -> None:
        """Stop listening, and read nothing more."""


PARTS: dict[str, Callable[[PageContext, Surface, Callable[[], Record | None]], Part]] = {
    "bill": JobBillLine,
    "waiting": JobWaiting,
    "bell": JobBell,
    "history": JobHistoryCard,
    "sources": JobSources,
}
"""What is in a slot; it takes the context, the slot's surface and the job."""


class JobParts:
    """Opens the parts once the job is known. ``job`` returns what is known of it."""

    def __init__(self, context: PageContext, job: Callable[[], Record | None]) -> None:
        self._context = context
        self._job = job
        self._parts: list[Part] = []

    def open(self) -> None:
        """Open them, unless they are open, or cannot be yet."""
        if self._parts or self._job() is None:
            return
        for slot, part in PARTS.items():
            self._parts.append(part(self._context, self._context.surface.region(slot), self._job))

    def tick(self, now: float) -> None:
        """Open them, or pass the time on."""
        self.open()
        for part in self._parts:
            part.tick(now)

    def close(self) -> None:
        """Close those that are open."""
        for part in self._parts:
            part.close()
