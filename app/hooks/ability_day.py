"""What the calls of one ability add up to over the last day: the server's counts where it has some, else its log."""

from collections.abc import Callable, Iterable

from app.api.admin import AdminApi
from app.core.abilities import Ability
from app.core.ability_day import HOURS, AbilityDay, LoadedDay, ability_day, counted_alone, loaded_day, server_counts
from app.core.events import LogsChanged
from app.core.log_metrics import Grouping, LogMetrics
from app.hooks.ability_logs import AbilityLogs
from app.hooks.metrics import PACE
from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import RefreshContext

# How many records are loaded for the day's costs without anybody asking for more.
MOST_LOADED = 600


class AbilityDayCount:
    """Counts the day of an ability whose log is being read; ``changed`` is called after every read of the counts.

    Where the server's counts are of several abilities, it is not asked for them.
    """

    def __init__(
        self,
        context: RefreshContext,
        api: AdminApi,
        logs: AbilityLogs,
        ability: Ability,
        abilities: Iterable[Ability],
        *,
        changed: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        """``now`` is epoch seconds, by the server's clock."""
        self._api = api
        self._logs = logs
        self._ability = ability
        self._now = now
        self._alone = counted_alone(ability, abilities)
        # How many records there were when older ones were last asked for: a read that brings none is not repeated.
        self._deepened_from = 0
        self._counts = OptionalRead(context, self._read, changed, pace=PACE)
        self._subscription = context.bus.subscribe(LogsChanged, lambda _: self._deepen())
        if self._alone:
            self._counts.request()

    @property
    def day(self) -> AbilityDay | None:
        """The day as far as it is known; ``None`` until the log or the server has answered."""
        metrics = self._counts.value
        if metrics is None and (self._logs.total is None or self._awaited):
            return None
        return ability_day(self._loaded, None if metrics is None else server_counts(metrics, self._ability))

    def close(self) -> None:
        """Read nothing more."""
        self._counts.close()
        self._subscription.close()

    @property
    def _awaited(self) -> bool:
        """Whether the server's counts may still come: until then the log's are not shown in their place."""
        return self._alone and not self._counts.absent and self._counts.failing is None

    @property
    def _loaded(self) -> LoadedDay:
        logs = self._logs
        return loaded_day(logs.order, logs.records, logs.holes, complete=logs.complete, now=self._now())

    def _deepen(self) -> None:
        """Read older records while some of the day are missing; not while reads fail (R13)."""
        logs = self._logs
        known = len(logs.records)
        if logs.failing is None and 0 < known < MOST_LOADED and known != self._deepened_from and not self._loaded.whole:
            self._deepened_from = known
            logs.fetch_older()

    async def _read(self) -> LogMetrics:
        asked = {"provider": self._ability.provider or "", "capabilityKey": self._ability.capability_key or ""}
        return await self._api.log_metrics(HOURS, Grouping.ABILITY, asked)
