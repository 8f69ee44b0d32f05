"""The log of one ability for admins (R28): read again when a call ends or may have ended, with the new record marked.

The log over all abilities (R49) is read by the same machine: ``LogSource`` is all in which the two differ.
docs/decisions/call-log.md says what is read when. Refuses to know how pages fit together: that is ``core.log_pages``.
"""

from collections.abc import Callable
from typing import Protocol

from app.api.abilities import read_log
from app.api.client import Api
from app.api.errors import ApiError
from app.core.events import Flush, LogsChanged, LogsSearched, Paused, PushChanged, ReconcileWanted
from app.core.log_pages import NEWEST, LogPages, LogWindow, Whereabouts
from app.core.logs import LogCosts, LogPage, LogRecord, sum_costs
from app.core.status import Status
from app.hooks.refresher import Pace, RefreshContext, Refresher
from app.scheduling.deadline_timer import DeadlineTimer

PACE = Pace(apart_s=1.0)
# How often a wanted record is searched for once there is nothing older to read; its event may come long before it.
CHASES = 4
# How long a record of a running call holds that is not on the newest page.
RENEW_EVERY_S = 60.0
# The most pages beside the newest that one read takes for what nobody has asked for: to fill holes, to renew records.
EXTRA_PAGES = 4


class LogSource(Protocol):
    """Where the records of a log come from; ``log`` is what is watched, such as an ability's id."""

    async def page(self, log: str, offset: int, limit: int) -> LogPage:
        """Return a page of a log, newest first."""

    def holds(self, log: str, ability_id: str | None) -> bool:
        """Return whether calls of an ability may be in a log."""

    def refused(self) -> None:
        """Take note that the API says that this user is no admin."""


class OneAbility:
    """The log of the ability whose id is watched."""

    def __init__(self, api: Api, demote: Callable[[], None]) -> None:
        self._api = api
        self._demote = demote

    async def page(self, log: str, offset: int, limit: int) -> LogPage:
        """Return a page of the ability's log."""
        return await read_log(self._api, log, offset=offset, limit=limit)

    def holds(self, log: str, ability_id: str | None) -> bool:
        """Return whether a call was of this ability."""
        return log == ability_id

    def refused(self) -> None:
        """Take the admin's role away for the rest of the session."""
        self._demote()


class AbilityLogs:
    """The log records of the ability that is watched.

    ``push_proven`` says whether push will name the records that are written: while it does not, the log is polled.
    """

    def __init__(self, context: RefreshContext, source: LogSource, push_proven: Callable[[], bool]) -> None:
        self.ability: str | None = None
        self.highlight: int | None = None
        # The record that the user asked for, until it is loaded or given up.
        self.sought: int | None = None
        # Whether the record that was asked for last is not in the log.
        self.missing = False
        self._pages = LogPages()
        self._source = source
        self._bus = context.bus
        self._clock = context.ports.clock
        self._paused = context.paused
        self._push_proven = push_proven
        self._poll_every_s = context.rules.log_every_s
        # The records to find and to see ended, with how often each is still searched for (R28).
        self._chases: dict[int, int] = {}
        # The newest record of the first read: what has an id above it was written since the log is watched.
        self._history_to: int | None = None
        # The records whose notices came, so that a replayed one marks nothing.
        self._noticed: set[int] = set()
        # The loaded records that have changed on the server, to be renewed wherever they stand.
        self._outdated: set[int] = set()
        # Whether the next read also brings older records, down to below the topmost gap.
        self._wants_older = False
        self._refresher: Refresher[None] = Refresher(
            context,
            self._read,
            self._chase,
            pace=PACE,
            needed=lambda: self.ability is not None,
            changed=self._read_over,
            forbidden=self._forbidden,
        )
        self._poll = DeadlineTimer(context.ports.timers, self._poll_due)
        self._subscriptions = (
            context.bus.subscribe(Flush, self._flushed),
            context.bus.subscribe(ReconcileWanted, lambda _: self._refresher.hint()),
            context.bus.subscribe(Paused, lambda _: self._poll.set(None)),
            context.bus.subscribe(PushChanged, lambda _: self._plan_poll()),
        )

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self._refresher.failing

    @property
    def records(self) -> dict[int, LogRecord]:
        """The loaded records by id."""
        return self._pages.records

    @property
    def total(self) -> int | None:
        """How many records the log has, loaded or not; ``None`` before the first answer."""
        return self._pages.total

    @property
    def order(self) -> list[int]:
        """The record ids, newest first."""
        return self._pages.order

    @property
    def holes(self) -> frozenset[int]:
        """The ids of the records below which others are missing before the next loaded one."""
        return self._pages.holes

    @property
    def searched(self) -> int:
        """How many records have been read from the newest down without a hole: there the sought one is not."""
        return self._pages.unbroken

    @property
    def costs(self) -> LogCosts:
        """What the loaded records cost in total; ``complete`` says whether that is the whole log."""
        return sum_costs(self.records.values())

    @property
    def complete(self) -> bool:
        """Whether every record there is has been loaded."""
        return self._pages.complete

    @property
    def reading(self) -> bool:
        """Whether a read is under way."""
        return self._refresher.busy

    def watch(self, ability: str, highlight: int | None = None) -> None:
        """Read an ability's log from now on; ``highlight`` is the record to find in it."""
        if ability != self.ability:
            self.unwatch()
            self.ability = ability
        self.fetch(highlight)

    def unwatch(self) -> None:
        """Read no log, and forget what was read."""
        self.ability = None
        self._pages.clear()
        self._history_to = None
        self._noticed.clear()
        self._outdated.clear()
        self._chases.clear()
        self.highlight = self.sought = None
        self.missing = self._wants_older = False
        self._poll.set(None)
        self._refresher.cancel()

    def fetch(self, highlight: int | None = None) -> None:
        """Read the newest records and those of running calls soon, and mark one; too early a read is repeated."""
        if self.ability is not None:
            self._outdated.update(self._pages.running())
            self._mark(highlight)
            self._refresher.request()

    def find(self, log_id: int) -> None:
        """Mark a record, and read older pages until it is found; ``missing`` says that it is not there."""
        if self.ability is not None:
            self._give_up_search()
            self.sought = log_id
            self.fetch(log_id)

    def stop_search(self) -> None:
        """Read no older pages for the sake of a record."""
        self._give_up_search()
        if self.highlight is not None and self.highlight not in self.records:
            self._chases.pop(self.highlight, None)

    def fetch_older(self) -> None:
        """Read the next page of older records, or what is missing in the topmost hole."""
        self._wants_older = True
        self.fetch()

    def close(self) -> None:
        """Read nothing more."""
        self._poll.close()
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _mark(self, highlight: int | None) -> None:
        if highlight is not None:
            if self.highlight is not None and self.highlight != self.sought:
                self._chases.pop(self.highlight, None)
            self.highlight = highlight
            self._chases[highlight] = CHASES

    def _give_up_search(self) -> None:
        if self.sought is not None:
            self._chases.pop(self.sought, None)
        self.sought = None
        self.missing = False

    def _flushed(self, flush: Flush) -> None:
        """A call of this ability ended, or its record was written."""
        log = self.ability
        if log is None:
            return
        holds = self._source.holds
        written = [one.log_id for one in flush.logs if holds(log, one.ability_id) and self._is_new(one.log_id)]
        ended = [
            change for change in flush.ability_tasks.values() if holds(log, change.record.ability_id) and change.ended
        ]
        watched = [change.record.log_id for change in ended if change.before is not None and change.before.active]
        named = [*written, *(log_id for log_id in watched if log_id is not None)]
        if named or ended:
            self._outdated.update(log_id for log_id in named if log_id in self.records)
            self._mark(max(named, default=None))
            self._refresher.hint()

    def _is_new(self, log: int) -> bool:
        """Whether a notice is no repetition and no history; a server replays its last notices on every connect."""
        if self._history_to is None or log in self._noticed:
            return False
        self._noticed.add(log)
        record = self.records.get(log)
        return log > self._history_to or (record is not None and record.status is Status.RUNNING)

    async def _read(self) -> None:
        """Read the newest page, then whatever else is worth a page; keep each as it comes."""
        ability = self.ability
        if ability is None:
            return
        await self._read_window(ability, NEWEST)
        self._outdated.update(self._pages.running(read_before=self._clock.monotonic() - RENEW_EVERY_S))
        extra = EXTRA_PAGES
        # A server that answers the same whatever it is asked would be asked for ever.
        asked: set[LogWindow] = set()
        while ability == self.ability:
            window = self._older_window()
            if window is None and extra:
                extra -= 1
                window = self._extra_window()
            if window is None or window in asked:
                break
            asked.add(window)
            reached = self._pages.unbroken
            await self._read_window(ability, window)
            if self._pages.unbroken > reached:
                self._wants_older = False
            self._bus.publish(LogsSearched())
        self._wants_older = False

    def _older_window(self) -> LogWindow | None:
        """Return what is to be read for the user, or for a record that was named, as far as that takes."""
        named = any(self._pages.whereabouts(log_id) is Whereabouts.OLDER for log_id in self._chases)
        return self._pages.older() if self._wants_older or named else None

    def _extra_window(self) -> LogWindow | None:
        """Return what fills the topmost hole, or renews a record."""
        if self._pages.holes:
            return self._pages.older()
        windows = (self._pages.around(log_id) for log_id in sorted(self._outdated, reverse=True))
        return next((window for window in windows if window is not None), None)

    async def _read_window(self, ability: str, window: LogWindow) -> None:
        page = await self._source.page(ability, window.offset, window.limit)
        if ability == self.ability:
            self._pages.apply(page, window, self._clock.monotonic())
            self._outdated.difference_update(item.id for item in page.items)
            self._outdated &= self.records.keys()
            if self._history_to is None:
                self._history_to = max(self.records, default=0)

    def _chase(self, _: None) -> None:
        """Read again, a few times, while a named record is missing or still says that the call is running."""
        again = False
        for log_id, left in list(self._chases.items()):
            record = self.records.get(log_id)
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
        if again:
            self._refresher.request()

    def _read_over(self) -> None:
        self._bus.publish(LogsChanged())
        self._plan_poll()

    def _plan_poll(self) -> None:
        """Whether push is proven counts when the poll is due: what it rests on may change until then."""
        polled = self.ability is not None and self.total is not None and not self._paused()
        self._poll.set(self._refresher.started + self._poll_every_s if polled else None)

    def _poll_due(self) -> None:
        if not self._push_proven():
            self._refresher.hint()

    def _forbidden(self) -> None:
        self.unwatch()
        self._source.refused()
