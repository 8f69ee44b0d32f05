"""What is loaded of a log that is read page by page, newest first, while records are added to it (R28).

A page is known by its offset, and offsets move with every record that is written: what is loaded is put together from
the overlap of the pages, and where two pages did not meet is a gap until one is read that spans it
(docs/decisions/call-log.md). Refuses to read: it names the window that is worth a read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import inf

from app.core.logs import LogPage, LogRecord
from app.core.status import Status

NEWEST_PAGE = 50
OLDER_PAGE = 200


@dataclass(frozen=True, slots=True)
class LogWindow:
    """A part of the log by its place, counted from the newest record."""

    offset: int
    limit: int


NEWEST = LogWindow(0, NEWEST_PAGE)


class Whereabouts(Enum):
    """Where a record is, as far as what is loaded says."""

    LOADED = "loaded"
    ABSENT = "absent"
    OLDER = "older"


class LogPages:
    """The loaded records of one log, and the gaps between them."""

    def __init__(self) -> None:
        self.records: dict[int, LogRecord] = {}
        # How many records the server has, by its last answer; ``None`` before the first.
        self.total: int | None = None
        # The ids of the loaded records, newest first.
        self.order: list[int] = []
        # Where records may be missing: each id has an unknown number of records between itself and the next older one.
        # The oldest loaded record is in it until the end of the log has been read.
        self._gaps: set[int] = set()
        # By how many places the next read of a gap begins earlier. Where records were deleted the gap has moved towards
        # the newest record, and a page at its old place does not reach it.
        self._behind = 0
        # How many records a page has, by the last one that had any: a server may give fewer than were asked for.
        self._reach = OLDER_PAGE
        # When each record was last read, in monotonic seconds.
        self._read_at: dict[int, float] = {}

    @property
    def complete(self) -> bool:
        """Whether every record there is has been loaded, without a gap."""
        return self.total is not None and not self._gaps

    @property
    def holes(self) -> frozenset[int]:
        """The ids of the loaded records below which others are missing before the next loaded one."""
        return frozenset(self._gaps - {self.order[-1]}) if self.order else frozenset()

    @property
    def unbroken(self) -> int:
        """How many records are loaded from the newest down to the first gap."""
        return self.order.index(max(self._gaps)) + 1 if self._gaps else len(self.order)

    def clear(self) -> None:
        """Forget everything: another log is read from now on."""
        self.records.clear()
        self.order.clear()
        self._gaps.clear()
        self._read_at.clear()
        self.total = None

    def whereabouts(self, log_id: int) -> Whereabouts:
        """Return where a record is: loaded, not in this log, or perhaps below what is loaded without a gap."""
        if log_id in self.records:
            return Whereabouts.LOADED
        if self.total is None or (self._gaps and log_id < max(self._gaps)):
            return Whereabouts.OLDER
        return Whereabouts.ABSENT

    def older(self) -> LogWindow | None:
        """Return the window that goes on below the topmost gap, with the record above it; ``None`` if complete."""
        if not self._gaps:
            return None
        return LogWindow(max(0, self.unbroken - 1 - self._behind), OLDER_PAGE)

    def around(self, log_id: int) -> LogWindow | None:
        """Return a window with a loaded record in its middle, or that of a gap above it, which makes its place unknown.

        ``None`` for a record that is not loaded.
        """
        if log_id not in self.records:
            return None
        if self._gaps and log_id < max(self._gaps):
            return self.older()
        return LogWindow(max(0, self.order.index(log_id) - NEWEST_PAGE // 2), NEWEST_PAGE)

    def running(self, read_before: float = inf) -> Iterable[int]:
        """Return the loaded records whose calls had not ended, last read before a moment (monotonic seconds)."""
        return [
            log_id
            for log_id, record in self.records.items()
            if record.status is Status.RUNNING and self._read_at[log_id] < read_before
        ]

    def apply(self, page: LogPage, window: LogWindow, now: float) -> None:
        """Take over the page that was read at a window.

        Between the page's first and last record the server has these records and no others: what was loaded there
        and is not among them was deleted. The newest page has nothing above it, the last one nothing below.
        """
        ids = sorted((item.id for item in page.items), reverse=True)
        self.total = page.total
        last = self._is_last(page, window, ids)
        self._meet_gap(page, ids)
        upper = inf if window.offset == 0 else max(ids, default=-inf)
        lower = -inf if last and (ids or window.offset == 0) else min(ids, default=inf)
        was_known = bool(ids) and ids[-1] in self.records
        self._gaps = {gap for gap in self._gaps if gap > upper or gap <= lower}
        if len(page.items) == page.count:
            self._drop(log_id for log_id in self.order if lower <= log_id <= upper and log_id not in set(ids))
        self.records.update((item.id, item) for item in page.items)
        self._read_at.update((log_id, now) for log_id in ids)
        self.order = sorted(self.records, reverse=True)
        if ids and not last and not was_known:
            self._gaps.add(ids[-1])

    def _is_last(self, page: LogPage, window: LogWindow, ids: list[int]) -> bool:
        """Return whether nothing is below the page.

        A total may be too high. A page that begins at a gap and brings nothing that is below it proves it.
        """
        return window.offset + page.count >= page.total or (bool(ids) and ids == [max(self._gaps, default=None)])

    def _meet_gap(self, page: LogPage, ids: list[int]) -> None:
        """Begin earlier the next time if the page lies below the topmost gap and does not touch it."""
        if page.count:
            self._reach = page.count
        missed = bool(self._gaps) and max(ids, default=-inf) < max(self._gaps)
        self._behind = self._behind + max(1, self._reach // 2) if missed else 0

    def _drop(self, log_ids: Iterable[int]) -> None:
        for log_id in list(log_ids):
            del self.records[log_id]
            del self._read_at[log_id]
