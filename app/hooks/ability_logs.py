"""The log of one ability for admins (R28): newest first, refreshed when a call ends, with the new record marked."""

from collections.abc import Callable
from decimal import Decimal

from app.api.client import Api
from app.api.errors import ApiError, NotAllowed
from app.core.bus import Bus
from app.core.catalogue import LogRecord
from app.core.events import Flush, LogsChanged, Paused, Resumed
from app.core.rules import PollingRules
from app.core.status import Status
from app.core.wish import Wish
from app.ports import World
from app.scheduling.alarm import Alarm
from app.scheduling.background import Background

BETWEEN_READS_S = 1.0
FIRST_PAGE = 50
CHASES = 4


class AbilityLogs:
    """The log records of the ability that is looked at."""

    def __init__(
        self,
        world: World,
        bus: Bus,
        api: Api,
        rules: PollingRules,
        *,
        paused: Callable[[], bool],
        demote: Callable[[], None],
    ) -> None:
        self._api = api
        self._bus = bus
        self._clock = world.clock
        self._paused = paused
        self._demote = demote
        self._wish = Wish(rules)
        self._started: float | None = None
        self._reading = False
        self._chases = 0
        self._wants_older = False
        self._alarm = Alarm(world.timers, self._wake)
        self._background = Background(world.report)
        self.ability: str | None = None
        self.records: dict[int, LogRecord] = {}
        self.total: int | None = None
        self.highlight: int | None = None
        self.failing: ApiError | None = None
        self._subscriptions = (
            bus.subscribe(Flush, self._flushed),
            bus.subscribe(Paused, self._rest),
            bus.subscribe(Resumed, lambda _: self.fetch()),
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
        return self._reading

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
        self.total = self.highlight = self.failing = None
        self._chases = 0
        self._wants_older = False
        self._wish.drop()
        self._alarm.set(None)
        self._background.cancel()

    def fetch(self, highlight: int | None = None) -> None:
        """Read the newest records soon, and mark one of them; a read that comes too early for it is repeated."""
        if self.ability is None:
            return
        if highlight is not None:
            self.highlight = highlight
            self._chases = CHASES
        now = self._clock.monotonic()
        if not self._wish.due(now):
            self._wish.want(now)
        self._plan()

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
        self._alarm.close()
        self._background.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        """A call of this ability ended, or its record was written."""
        if self.ability is None:
            return
        named = [log.log_id for log in flush.logs if log.ability_id == self.ability]
        ended = [
            change.record
            for change in flush.ability_tasks.values()
            if change.record.ability_id == self.ability and change.ended
        ]
        named += [task.log_id for task in ended if task.log_id is not None]
        if named or ended:
            self.fetch(max(named) if named else None)

    def _rest(self, _: Paused) -> None:
        self._alarm.set(None)
        self._background.cancel()

    def _plan(self) -> None:
        deadline = self._wish.deadline
        if self.ability is None or self._reading or self._paused() or deadline is None:
            self._alarm.set(None)
            return
        if self._started is not None:
            deadline = max(deadline, self._started + BETWEEN_READS_S)
        self._alarm.set(deadline)

    def _wake(self) -> None:
        if self.ability is not None and not self._reading and not self._paused():
            self._reading = True
            self._background.spawn(self._read(self.ability))

    async def _read(self, ability: str) -> None:
        started = self._started = self._clock.monotonic()
        older, self._wants_older = self._wants_older, False
        try:
            await self._read_pages(ability, older)
            self.failing = None
            self._wish.granted(started)
            self._chase()
        except NotAllowed:
            self.unwatch()
            self._demote()
        except ApiError as error:
            self.failing = error
            self._wants_older = self._wants_older or older
            self._wish.failed(self._clock.monotonic(), error.retry_after_s)
        finally:
            self._reading = False
            self._plan()
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

    def _chase(self) -> None:
        """The named record is not there yet, or still says that the call is running: look again a few times."""
        if self.highlight is None or self._chases <= 0:
            return
        record = self.records.get(self.highlight)
        if record is None or record.status is Status.RUNNING:
            self._chases -= 1
            self._wish.want(self._clock.monotonic())
