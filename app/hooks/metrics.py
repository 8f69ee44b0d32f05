"""What the server counts of its log (R51), for the range and the grouping that are looked at."""

from collections.abc import Callable

from app.api.admin import AdminApi
from app.core.log_metrics import CallGroup, Grouping, LogMetrics, merge_groups
from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import Pace, RefreshContext

PACE = Pace(every_s=30.0, apart_s=1.0)


class Metrics:
    """The server's own figures; absent where it has none, and then the page counts what it has loaded."""

    def __init__(self, context: RefreshContext, api: AdminApi, changed: Callable[[], None]) -> None:
        self._api = api
        self._hours = 24
        self._grouping = Grouping.ABILITY
        # What the last answer was asked for: it says nothing about another range or grouping.
        self._answered: tuple[int, Grouping] | None = None
        self._read_metrics = OptionalRead(context, self._read, changed, pace=PACE)

    @property
    def absent(self) -> bool:
        """Whether the server has no figures of its own."""
        return self._read_metrics.absent

    @property
    def failing(self) -> bool:
        """Whether the last read failed, until one is answered."""
        return self._read_metrics.failing is not None

    @property
    def groups(self) -> tuple[CallGroup, ...] | None:
        """What the server counted for the range and the grouping that are looked at; ``None`` until it has answered."""
        found = self._read_metrics.value
        if found is None or self._answered != (self._hours, self._grouping):
            return None
        return merge_groups(found.groups)

    def watch(self, hours: int, grouping: Grouping) -> None:
        """Look at the last hours, by ability, executor or provider."""
        self._hours, self._grouping = hours, grouping
        self._read_metrics.request()

    def close(self) -> None:
        """Read nothing more."""
        self._read_metrics.close()

    async def _read(self) -> LogMetrics:
        asked = self._hours, self._grouping
        found = await self._api.log_metrics(*asked)
        self._answered = asked
        return found
