"""The log over all abilities (R49): read as one ability's is, narrowed by the server where it can, sorted out here.

What the server was asked to narrow is checked on every answer: a parameter that it ignores is one of its quirks, and
costs nothing but the words that say of how many (docs/decisions/all-calls.md). Refuses to decide what matches: that is
``core.call_filter``.
"""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

from app.api.admin import AdminApi
from app.api.errors import ApiError, Unreadable, not_offered
from app.core.call_filter import CallFilter, Matcher
from app.core.events import LogsChanged, LogsSearched
from app.core.logs import LogPage, LogRecord
from app.hooks.ability_logs import AbilityLogs
from app.hooks.refresher import RefreshContext
from app.scheduling.time_slicer import TimeSlicer

# How long "the last hour" is taken to begin at the same moment, in seconds.
RANGE_HOLDS_S = 60.0
COUNTED_DEPTH = 2000
"""So many calls do problems and metrics count, and so far down are the calls of one of their figures looked for."""


class Calls:
    """The calls that match a filter; ``changed`` is called whenever they, or what is known of the log, have changed."""

    def __init__(
        self,
        context: RefreshContext,
        api: AdminApi,
        push_proven: Callable[[], bool],
        changed: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        """``now`` is epoch seconds, by the server's clock."""
        self.filter = CallFilter()
        # Whether the server said that it has no such log, or not for this user.
        self._refused = False
        # How many records are loaded without anybody asking for older ones, as far as the range goes.
        self.depth = 0
        # The records that match, newest first.
        self.shown: list[LogRecord] = []
        self._api = api
        self._changed = changed
        self._now = now
        self._clock = context.ports.clock
        # The parameters that this server was seen to ignore: it is not asked by them again.
        self._ignored: frozenset[str] = frozenset()
        # What was looked at and whether it matches, by id; a record that was read anew is looked at anew.
        self._verdicts: dict[int, tuple[LogRecord, bool]] = {}
        self._matcher = Matcher(self.filter, now())
        self._matcher_made = self._clock.monotonic()
        self.log = AbilityLogs(context, self, push_proven)
        self._slicer: TimeSlicer[LogRecord | None] = TimeSlicer(context.ports.clock, context.ports.timers, self._judge)
        self._subscriptions = (
            context.bus.subscribe(LogsChanged, lambda _: self._read_over()),
            context.bus.subscribe(LogsSearched, lambda _: self._sort_out()),
        )

    @property
    def absent(self) -> bool:
        """Whether there is no log to show and none to wait for: it was refused, or what came is no log."""
        unread = self.log.total is None and isinstance(self.log.failing, Unreadable)
        return self._refused or unread

    @property
    def exact(self) -> bool:
        """Whether the server's total is that of the filter: it was asked for all of it and kept to it."""
        return self.filter.server_alone and self.narrowed

    @property
    def narrowed(self) -> bool:
        """Whether the server gives only what it was asked for, so far as its answers show."""
        return not (self._ignored & self.filter.asked.keys())

    @property
    def sorting(self) -> bool:
        """Whether records are still being looked at."""
        return bool(len(self._slicer))

    def watch(self, wanted: CallFilter) -> None:
        """Look for other calls from now on; what is loaded stays if the server is asked for the same."""
        self.filter = wanted
        self._verdicts.clear()
        self._make_matcher()
        if not self._refused:
            asked = {name: value for name, value in wanted.asked.items() if name not in self._ignored}
            log = urlencode(asked, errors="replace")
            if log != self.log.ability:
                self.log.watch(log)
        self._sort_out()

    def refresh(self) -> None:
        """Read the newest calls soon, even if the server had no such log before."""
        if self._refused:
            self._refused = False
            self.watch(self.filter)
        else:
            self.log.fetch()

    async def resolve(self, log_id: int) -> None:
        """Let the server fetch the result of a call that was only submitted; raise ``ApiError``."""
        await self._api.resolve(log_id)
        self.log.fetch(log_id)

    def close(self) -> None:
        """Read nothing more."""
        self._slicer.close()
        for subscription in self._subscriptions:
            subscription.close()
        self.log.close()

    # Where the records come from, for ``AbilityLogs``.

    async def page(self, log: str, offset: int, limit: int) -> LogPage:
        """Return a page of the log that is asked for by these parameters."""
        try:
            page = await self._api.calls(_parameters(log), offset=offset, limit=limit)
        except ApiError as error:
            self._refused = not_offered(error)
            raise
        self._ignored |= self.filter.ignored(page.items)
        return page

    def holds(self, log: str, ability_id: str | None) -> bool:
        """Return whether calls of an ability may be in the log."""
        return _parameters(log).get("abilityId", ability_id) == ability_id

    def refused(self) -> None:
        """Take note that the log is not for this user: that hides the log, and nothing else."""
        self._refused = True
        self._changed()

    def _read_over(self) -> None:
        if self._refused:
            self.log.unwatch()
            self._changed()
            return
        if self.filter.since and self._clock.monotonic() >= self._matcher_made + RANGE_HOLDS_S:
            self._verdicts.clear()
            self._make_matcher()
        self._sort_out()
        if self._may_deepen():
            self.log.fetch_older()

    def _may_deepen(self) -> bool:
        """Return whether older records are wanted, and in the range that is looked at; not while reads fail (R13)."""
        log = self.log
        if log.failing is not None or log.complete or not log.order or len(log.records) >= self.depth:
            return False
        oldest = log.records[log.order[-1]].created_at
        return oldest is None or self._matcher.first is None or oldest >= self._matcher.first

    def _make_matcher(self) -> None:
        self._matcher = Matcher(self.filter, self._now())
        self._matcher_made = self._clock.monotonic()

    def _sort_out(self) -> None:
        """Look at what has not been looked at, in slices; the end of it is reported by ``None``."""
        records, verdicts = self.log.records, self._verdicts
        fresh = [record for log_id, record in records.items() if (verdicts.get(log_id) or (None,))[0] is not record]
        self._slicer.clear()
        self._slicer.add([*fresh, None])

    def _judge(self, record: LogRecord | None) -> None:
        if record is not None:
            self._verdicts[record.id] = record, self._matcher(record)
            return
        records, verdicts = self.log.records, self._verdicts
        for gone in verdicts.keys() - records.keys():
            del verdicts[gone]
        # A page that has just come may not have been looked at: its own notice follows.
        self.shown = [records[log_id] for log_id in self.log.order if verdicts.get(log_id, (None, False))[1]]
        self._changed()


def _parameters(log: str) -> Mapping[str, str]:
    return dict(parse_qsl(log))
