"""The log of one ability for admins (R28): read again when a call ends or may have ended, with the new record marked.

The log over all abilities (R49) is read by the same machine: ``LogSource`` is all in which the two differ.
Refuses to decide what is worth a read: that is ``core.log_watch`` (docs/decisions/call-log.md).
"""

from collections.abc import Callable
from typing import Protocol

from app.api.abilities import read_log
from app.api.client import Api
from app.api.errors import ApiError
from app.core.events import Flush, LogsChanged, LogsSearched, Paused, PushChanged, ReconcileWanted
from app.core.log_watch import LogWatch
from app.core.logs import LogCosts, LogPage, LogRecord, sum_costs
from app.hooks.refresher import Pace, RefreshContext, Refresher
from app.scheduling.deadline_timer import DeadlineTimer

PACE = Pace(apart_s=1.0)


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
        self._log = LogWatch()
        self._source = source
        self._bus = context.bus
        self._clock = context.ports.clock
        self._paused = context.paused
        self._push_proven = push_proven
        self._poll_every_s = context.rules.log_every_s
        self._refresher: Refresher[None] = Refresher(
            context,
            self._read,
            self._read_done,
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
    def highlight(self) -> int | None:
        """The record that is marked."""
        return self._log.highlight

    @property
    def sought(self) -> int | None:
        """The record that the user asked for, until it is loaded or given up."""
        return self._log.sought

    @property
    def missing(self) -> bool:
        """Whether the record that was asked for last is not in the log."""
        return self._log.missing

    @property
    def records(self) -> dict[int, LogRecord]:
        """The loaded records by id."""
        return self._log.pages.records

    @property
    def total(self) -> int | None:
        """How many records the log has, loaded or not; ``None`` before the first answer."""
        return self._log.pages.total

    @property
    def order(self) -> list[int]:
        """The record ids, newest first."""
        return self._log.pages.order

    @property
    def holes(self) -> frozenset[int]:
        """The ids of the records below which others are missing before the next loaded one."""
        return self._log.pages.holes

    @property
    def searched(self) -> int:
        """How many records have been read from the newest down without a hole: there the sought one is not."""
        return self._log.pages.unbroken

    @property
    def costs(self) -> LogCosts:
        """What the loaded records cost in total; ``complete`` says whether that is the whole log."""
        return sum_costs(self.records.values())

    @property
    def complete(self) -> bool:
        """Whether every record there is has been loaded."""
        return self._log.pages.complete

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
        self._log.clear()
        self._poll.set(None)
        self._refresher.cancel()

    def fetch(self, highlight: int | None = None) -> None:
        """Read the newest records and those of running calls soon, and mark one; too early a read is repeated."""
        if self.ability is not None:
            self._log.refresh(highlight)
            self._refresher.request()

    def find(self, log_id: int) -> None:
        """Mark a record, and read older pages until it is found; ``missing`` says that it is not there."""
        if self.ability is not None:
            self._log.seek(log_id)
            self._refresher.request()

    def stop_search(self) -> None:
        """Read no older pages for the sake of a record."""
        self._log.stop_search()

    def fetch_older(self) -> None:
        """Read the next page of older records, or what is missing in the topmost hole."""
        if self.ability is not None:
            self._log.want_older()
            self._refresher.request()

    def close(self) -> None:
        """Read nothing more."""
        self._poll.close()
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        """A call may have ended, or its record may have been written."""
        log = self.ability
        if log is None:
            return
        holds = self._source.holds
        written = [one.log_id for one in flush.logs if holds(log, one.ability_id)]
        tasks = flush.ability_tasks.values()
        ended = [change for change in tasks if change.ended and holds(log, change.record.ability_id)]
        if self._log.notice(written, ended):
            self._refresher.hint()

    async def _read(self) -> None:
        """Read the newest page, then whatever else is worth a page; keep each as it comes."""
        ability = self.ability
        if ability is None:
            return
        for number, window in enumerate(self._log.windows(self._clock.monotonic())):
            page = await self._source.page(ability, window.offset, window.limit)
            if ability != self.ability:
                return
            self._log.apply(page, window, self._clock.monotonic())
            if number:
                self._bus.publish(LogsSearched())

    def _read_done(self, _: None) -> None:
        if self._log.chase():
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
