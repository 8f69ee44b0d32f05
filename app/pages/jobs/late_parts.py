"""The parts of a job's page that are apart: bill (R46), waiting (R47), bell (R44), the server's notes (R38)."""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from app.core.records import Record
from app.pages.page_context import PageContext

PARTS = {
    "bill": ("app.pages.points.bill", "JobBillLine"),
    "waiting": ("app.pages.jobs.waiting", "JobWaiting"),
    "bell": ("app.pages.shell.bell", "JobBell"),
    "history": ("app.pages.jobs.history", "JobHistoryCard"),
}
"""Where the part of a slot is: its module and its class, which takes the context, the slot's surface and the job."""


class Part(Protocol):
    """One of them."""

    def tick(self, now: float) -> None:
        """Write what depends on the time (``now``, epoch seconds)."""

    def close(self) -> None:
        """Stop listening, and read nothing more."""


class LateParts:
    """Opens the parts once they can be imported and the job is known. ``job`` returns what is known of it."""

    def __init__(self, context: PageContext, job: Callable[[], Record | None]) -> None:
        self._context = context
        self._job = job
        self._parts: list[Part] = []

    def open(self) -> None:
        """Open them, unless they are open or cannot be yet."""
        late, texts = self._context.monitor.ports.late, self._context.texts
        if self._parts or not late.loaded or self._job() is None:
            return
        texts.add(late.sentences(texts.language))
        for slot, (module, name) in PARTS.items():
            part: Part = getattr(import_module(module), name)(
                self._context, self._context.surface.region(slot), self._job
            )
            self._parts.append(part)

    def tick(self, now: float) -> None:
        """Open them, or pass the time on."""
        self.open()
        for part in self._parts:
            part.tick(now)

    def close(self) -> None:
        """Close those that are open."""
        for part in self._parts:
            part.close()
