"""The log of one ability for admins (R28): newest first, refreshed when a call ends, with the new record marked."""

from collections.abc import Callable
from decimal import Decimal

from app.api.client import Api
from app.api.errors import ApiError, NotAllowed
from app.core.bus import Bus
from app.core.events import CameOnline, ClockJumped, Flush, LogsChanged, Paused, ReconcileWanted, Resumed
from app.core.logs import LogRecord
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import PollingRules
from app.core.status import Status
from app.hooks.refresher import Refresher
from app.ports import Ports

BETWEEN_READS_S = 1.0
FIRST_PAGE = 50
CHASES = 4


class AbilityLogs:
    """The log records of the ability that is looked at."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        api: Api,
        rules: PollingRules,
        *,
        paused: Callable[[], bool],
        demote: Callable[[], None],
    ) -> None:
        self._api = api
        self._bus = bus
        self._demote = demote
        self._chases = 0
        self._history_to: int | None = None
        self._told: set[int] = set()
        self._wants_older = False
        self._refresher = Refresher(
            ports,
            RefreshSchedule(rules, ports.random),
            self._read,
            allowed=lambda: self.ability is not None and not paused(),
            between_s=BETWEEN_READS_S,
        )
        self.ability: str | None = None
        self.records: dict[int, LogRecord] = {}
        self.total: int | None = None
        self.highlight: int | None = None
        self.failing: ApiError | None = None
        self._subscriptions = (
            bus.subscribe(Flush, self._flushed),
            bus.subscribe(Paused, lambda _: self._refresher.rest()),
            bus.subscribe(Resumed, lambda _: self.fetch()),
            bus.subscribe(ReconcileWanted, lambda _: self._hint(None)),
            bus.subscribe(CameOnline, lambda _: self.fetch()),
            bus.subscribe(ClockJumped, lambda _: self.fetch()),
        )

    @property
    def order(self) -> list[int]:
        """The record ids, newest first."""
        return sorted(self.records, reverse=True)

    @property
    def costs(self) -> dict[str, Decimal]:
        """What the loaded records cost in total, by currency."""
        costs: dict[str, Decimal] = {}
        for record in self.records.values():
            if record.cost is not None:
                currency = record.currency or ""
                costs[currency] = costs.get(currency, Decimal(0)) + record.cost
        return costs

    @property
    def reading(self) -> bool:
        """Whether a read is under way."""
        return self._refresher.busy

    def watch(self, ability: str, highlight: int | None = None) -> None:
        """Look at an ability's log; ``highlight`` is the record to find in it."""
        if ability != self.ability:
            self.unwatch()
            self.ability = ability
        self.fetch(highlight)

    def unwatch(self) -> None:
        """Look at none."""
        self.ability = None
        self.records.clear()
        self._history_to = None
        self._told.clear()
        self.total = self.highlight = self.failing = None
        self._chases = 0
        self._wants_older = False
        self._refresher.drop()

    def fetch(self, highlight: int | None = None) -> None:
        """Read the newest records soon, and mark one of them; a read that comes too early for it is repeated."""
        if self.ability is not None:
            self._mark(highlight)
            self._refresher.want()

    def _mark(self, highlight: int | None) -> None:
        if highlight is not None:
            self.highlight = highlight
            self._chases = CHASES

    def _hint(self, highlight: int | None) -> None:
        """Something was written: read soon, unless failures taught patience."""
        if self.ability is not None:
            self._mark(highlight)
            self._refresher.hint()

    def fetch_older(self) -> None:
        """Read the next page of older records."""
        self._wants_older = True
        self.fetch()

    @property
    def complete(self) -> bool:
        """Whether every record there is has been loaded."""
        return self.total is not None and len(self.records) >= self.total

    def close(self) -> None:
        """Ask nothing more."""
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        """A call of this ability ended, or its record was written."""
        if self.ability is None:
            return
        written = [log.log_id for log in flush.logs if log.ability_id == self.ability and self._is_news(log.log_id)]
        ended = [
            change
            for change in flush.ability_tasks.values()
            if change.record.ability_id == self.ability and change.ended
        ]
        watched = [change.record.log_id for change in ended if change.before is not None and change.before.active]
        named = [*written, *(log for log in watched if log is not None)]
        if named or ended:
            self._hint(max(named, default=None))

    def _is_news(self, log: int) -> bool:
        """Whether a notice is no repetition and no history; a server replays its last notices on every connect."""
        if self._history_to is None or log in self._told:
            return False
        self._told.add(log)
        record = self.records.get(log)
        return log > self._history_to or (record is not None and record.status is Status.RUNNING)

    async def _read(self) -> None:
        ability = self.ability
        if ability is None:
            return
        older, self._wants_older = self._wants_older, False
        try:
            await self._read_pages(ability, older)
            self.failing = None
            self._refresher.granted()
            self._chase()
        except NotAllowed:
            self.unwatch()
            self._demote()
        except ApiError as error:
            self.failing = error
            self._wants_older = self._wants_older or older
            self._refresher.failed(error.retry_after_s)
        self._bus.publish(LogsChanged())

    async def _read_pages(self, ability: str, older: bool) -> None:
        """Read the newest page, then, if wanted, the one after the oldest loaded record."""
        page = await self._api.logs(ability, limit=FIRST_PAGE)
        self._take(ability, page.items, page.total)
        if older and not self.complete:
            page = await self._api.logs(ability, offset=len(self.records))
            self._take(ability, page.items, page.total)

    def _take(self, ability: str, items: tuple[LogRecord, ...], total: int) -> None:
        if ability == self.ability:
            self.records.update((item.id, item) for item in items)
            self.total = total
            if self._history_to is None:
                self._history_to = max(self.records, default=0)

    def _chase(self) -> None:
        """The named record is not there yet, or still says that the call is running: look again a few times."""
        if self.highlight is None or self._chases <= 0:
            return
        record = self.records.get(self.highlight)
        if record is None or record.status is Status.RUNNING:
            self._chases -= 1
            self._refresher.want()
