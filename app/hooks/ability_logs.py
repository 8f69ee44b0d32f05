"""The log of one ability for admins (R28): newest first, refreshed when a call ends, with the new record marked."""

from decimal import Decimal

from app.api.client import Api
from app.api.errors import ApiError
from app.core.events import Flush, LogsChanged, ReconcileWanted
from app.core.logs import LogRecord
from app.core.status import Status
from app.hooks.refresher import Pace, RefreshContext, Refresher

PACE = Pace(apart_s=1.0)
FIRST_PAGE = 50
CHASES = 4


class AbilityLogs:
    """The log records of the ability that is watched."""

    def __init__(self, context: RefreshContext, api: Api) -> None:
        self.ability: str | None = None
        self.records: dict[int, LogRecord] = {}
        self.total: int | None = None
        self.highlight: int | None = None
        self._api = api
        self._demote = context.demote
        # How often the marked record is still looked for; its event may come long before the record (R28).
        self._chases = 0
        # The newest record of the first read: what has an id above it was written since the log is watched.
        self._history_to: int | None = None
        # The records whose notices came, so that a replayed one marks nothing.
        self._noticed: set[int] = set()
        # Whether the next read also brings the page after the oldest loaded record.
        self._wants_older = False
        self._refresher: Refresher[None] = Refresher(
            context,
            self._read,
            self._chase,
            pace=PACE,
            needed=lambda: self.ability is not None,
            changed=lambda: context.bus.publish(LogsChanged()),
            forbidden=self._forbidden,
        )
        self._subscriptions = (
            context.bus.subscribe(Flush, self._flushed),
            context.bus.subscribe(ReconcileWanted, lambda _: self._refresher.hint()),
        )

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self._refresher.failing

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
        """Read an ability's log from now on; ``highlight`` is the record to find in it."""
        if ability != self.ability:
            self.unwatch()
            self.ability = ability
        self.fetch(highlight)

    def unwatch(self) -> None:
        """Read no log, and forget what was read."""
        self.ability = None
        self.records.clear()
        self._history_to = None
        self._noticed.clear()
        self.total = self.highlight = None
        self._chases = 0
        self._wants_older = False
        self._refresher.cancel()

    def fetch(self, highlight: int | None = None) -> None:
        """Read the newest records soon, and mark one of them; a read that comes too early for it is repeated."""
        if self.ability is not None:
            self._mark(highlight)
            self._refresher.request()

    def _mark(self, highlight: int | None) -> None:
        if highlight is not None:
            self.highlight = highlight
            self._chases = CHASES

    def fetch_older(self) -> None:
        """Read the next page of older records."""
        self._wants_older = True
        self.fetch()

    @property
    def complete(self) -> bool:
        """Whether every record there is has been loaded."""
        return self.total is not None and len(self.records) >= self.total

    def close(self) -> None:
        """Read nothing more."""
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
            self._mark(max(named, default=None))
            self._refresher.hint()

    def _is_news(self, log: int) -> bool:
        """Whether a notice is no repetition and no history; a server replays its last notices on every connect."""
        if self._history_to is None or log in self._noticed:
            return False
        self._noticed.add(log)
        record = self.records.get(log)
        return log > self._history_to or (record is not None and record.status is Status.RUNNING)

    async def _read(self) -> None:
        """Read the newest page, then, if wanted, the one after the oldest loaded record; keep each as it comes."""
        ability = self.ability
        if ability is None:
            return
        older, self._wants_older = self._wants_older, False
        try:
            page = await self._api.logs(ability, limit=FIRST_PAGE)
            self._take(ability, page.items, page.total)
            if older and not self.complete:
                page = await self._api.logs(ability, offset=len(self.records))
                self._take(ability, page.items, page.total)
        except ApiError:
            self._wants_older = self._wants_older or older
            raise

    def _take(self, ability: str, items: tuple[LogRecord, ...], total: int) -> None:
        if ability == self.ability:
            self.records.update((item.id, item) for item in items)
            self.total = total
            if self._history_to is None:
                self._history_to = max(self.records, default=0)

    def _chase(self, _: None) -> None:
        """Read again, a few times, while the marked record is missing or still says that the call is running."""
        if self.highlight is None or self._chases <= 0:
            return
        record = self.records.get(self.highlight)
        if record is None or record.status is Status.RUNNING:
            self._chases -= 1
            self._refresher.request()

    def _forbidden(self) -> None:
        self.unwatch()
        self._demote()
