"""One log as it is watched (R28): which record is marked, which are searched for, and what is worth a read next.

What was named and is not there yet is chased; a notice that a server repeats marks nothing. Refuses to read, and to
know how pages fit together: that is ``core.log_pages``. The log of one ability and that over all are watched alike
(docs/decisions/call-log.md).
"""

from collections.abc import Collection, Iterable, Iterator

from app.core.collection import Change
from app.core.log_pages import NEWEST, LogPages, LogWindow, Whereabouts
from app.core.logs import LogPage
from app.core.records import AbilityTask
from app.core.status import Status

# How often a wanted record is searched for once there is nothing older to read; its event may come long before it.
CHASES = 4
# How long a record of a running call holds that is not on the newest page.
RENEW_EVERY_S = 60.0
# The most pages beside the newest that one read takes for what nobody has asked for: to fill holes, to renew records.
EXTRA_PAGES = 4


class LogWatch:
    """What is loaded of the log, and what is looked for in it."""

    def __init__(self) -> None:
        self.pages = LogPages()
        # The record that is marked: the one that was asked for, or the newest that was written since.
        self.highlight: int | None = None
        # The record that the user asked for, until it is loaded or given up.
        self.sought: int | None = None
        # Whether the record that was asked for last is not in the log.
        self.missing = False
        # The records to find and to see ended, with how often each is still searched for.
        self._chases: dict[int, int] = {}
        # The newest record of the first read: what has an id above it was written since the log is watched.
        self._history_to: int | None = None
        # The records whose notices came, so that a replayed one marks nothing.
        self._noticed: set[int] = set()
        # The loaded records that have changed on the server, to be renewed wherever they stand.
        self._outdated: set[int] = set()
        # Whether the next read also brings older records, down to below the topmost gap.
        self._wants_older = False

    def clear(self) -> None:
        """Forget everything: another log is watched from now on, or none."""
        self.pages.clear()
        self.highlight = self.sought = None
        self.missing = self._wants_older = False
        self._chases.clear()
        self._history_to = None
        self._noticed.clear()
        self._outdated.clear()

    def refresh(self, highlight: int | None = None) -> None:
        """Have the records of running calls renewed by the next read, and mark a record."""
        self._outdated.update(self.pages.running())
        self._mark(highlight)

    def seek(self, log_id: int) -> None:
        """Mark a record, and have older pages read until it is found; ``missing`` says that it is not there."""
        self._give_up_search()
        self.sought = log_id
        self.refresh(log_id)

    def stop_search(self) -> None:
        """Have no older pages read for the sake of a record."""
        self._give_up_search()
        if self.highlight is not None and self.highlight not in self.pages.records:
            self._chases.pop(self.highlight, None)

    def want_older(self) -> None:
        """Have the next read bring older records, or what is missing in the topmost hole."""
        self._wants_older = True
        self.refresh()

    def notice(self, written: Iterable[int], ended: Collection[Change[AbilityTask]]) -> bool:
        """Take in which records were written and which calls ended; return whether that is worth a read.

        An end names its record only if the call was seen to run: else it is history.
        """
        new = [log_id for log_id in written if self._is_new(log_id)]
        watched = [change.record.log_id for change in ended if change.before is not None and change.before.active]
        named = [*new, *(log_id for log_id in watched if log_id is not None)]
        self._outdated.update(log_id for log_id in named if log_id in self.pages.records)
        self._mark(max(named, default=None))
        return bool(named or ended)

    def windows(self, now: float) -> Iterator[LogWindow]:
        """Yield what one read, begun at ``now`` (monotonic seconds), asks for: the newest page, then what is worth one.

        Each is chosen by what ``apply`` has taken over of the one before.
        """
        yield NEWEST
        self._outdated.update(self.pages.running(read_before=now - RENEW_EVERY_S))
        extra = EXTRA_PAGES
        # A server that answers the same whatever it is asked would be asked for ever.
        asked: set[LogWindow] = set()
        while True:
            window = self._older_window()
            if window is None and extra:
                extra -= 1
                window = self._extra_window()
            if window is None or window in asked:
                break
            asked.add(window)
            reached = self.pages.unbroken
            yield window
            if self.pages.unbroken > reached:
                self._wants_older = False
        self._wants_older = False

    def apply(self, page: LogPage, window: LogWindow, now: float) -> None:
        """Take over the page that was read at a window; ``now`` is in monotonic seconds."""
        self.pages.apply(page, window, now)
        self._outdated.difference_update(item.id for item in page.items)
        self._outdated &= self.pages.records.keys()
        if self._history_to is None:
            self._history_to = max(self.pages.records, default=0)

    def chase(self) -> bool:
        """End a read: return whether another is due, for a named record is missing or its call still runs.

        Each is worth a few reads; a sought one that has not come by then is missing.
        """
        again = False
        for log_id, left in list(self._chases.items()):
            record = self.pages.records.get(log_id)
            if record is not None and log_id == self.sought:
                self.sought = None
            if (record is None or record.status is Status.RUNNING) and left:
                self._chases[log_id] = left - 1
                if record is not None:
                    self._outdated.add(log_id)
                again = True
                continue
            del self._chases[log_id]
            if record is None and log_id == self.sought:
                self.sought = None
                self.missing = True
        return again

    def _mark(self, highlight: int | None) -> None:
        if highlight is not None:
            if self.highlight is not None and self.highlight != self.sought:
                self._chases.pop(self.highlight, None)
            self.highlight = highlight
            self._chases[highlight] = CHASES

    def _give_up_search(self) -> None:
        if self.sought is not None:
            del self._chases[self.sought]
        self.sought = None
        self.missing = False

    def _is_new(self, log_id: int) -> bool:
        """Whether a notice is no repetition and no history; a server replays its last notices on every connect."""
        if self._history_to is None or log_id in self._noticed:
            return False
        self._noticed.add(log_id)
        record = self.pages.records.get(log_id)
        return log_id > self._history_to or (record is not None and record.status is Status.RUNNING)

    def _older_window(self) -> LogWindow | None:
        """Return what is to be read for the user, or for a record that was named, as far as that takes."""
        named = any(self.pages.whereabouts(log_id) is Whereabouts.OLDER for log_id in self._chases)
        return self.pages.older() if self._wants_older or named else None

    def _extra_window(self) -> LogWindow | None:
        """Return what fills the topmost hole, or renews a record."""
        if self.pages.holes:
            return self.pages.older()
        windows = (self.pages.around(log_id) for log_id in sorted(self._outdated, reverse=True))
        return next((window for window in windows if window is not None), None)
