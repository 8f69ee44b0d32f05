"""A log that is read page by page, as a server has it."""

from __future__ import annotations

from app.core.log_pages import LogWindow
from app.core.logs import LogPage, LogRecord
from app.core.status import Status


class PagedLog:
    """A log that grows and shrinks; ``cap`` is its longest page, ``boast`` is what its total is too high by."""

    def __init__(self, records: int, *, cap: int = 200, boast: int = 0) -> None:
        self.ids = list(range(1, records + 1))
        self.next = records + 1
        self.cap = cap
        self.boast = boast
        self.running: set[int] = set()

    def write(self, records: int) -> None:
        """Add records above all others."""
        self.ids += range(self.next, self.next + records)
        self.next += records

    def page(self, window: LogWindow) -> LogPage:
        """Return what is at a window, newest first."""
        newest = sorted(self.ids, reverse=True)
        limit = min(window.limit, self.cap)
        items = tuple(
            LogRecord(id=log_id, status=Status.RUNNING if log_id in self.running else Status.SUCCEEDED)
            for log_id in newest[window.offset : window.offset + limit]
        )
        return LogPage(len(newest) + self.boast, window.offset, items, len(items))
