"""The one exception to a hidden page's silence (R17, R44): while something marked is active, its list is read.

That is once a minute. The socket stays closed, and nothing else is asked for. Refuses to know what is marked.
"""

from collections.abc import Awaitable, Callable

from app.api.errors import ApiError
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer


class HiddenWatch:
    """Reads what ``wanted`` returns, one after the other, every ``every_s`` seconds while the page is hidden."""

    def __init__(
        self, ports: Ports, wanted: Callable[[], list[Callable[[], Awaitable[None]]]], *, every_s: float
    ) -> None:
        self._clock = ports.clock
        self._page = ports.page
        self._wanted = wanted
        self._every_s = every_s
        self._timer = DeadlineTimer(ports.timers, self._wake)
        self._background = BackgroundTasks(ports.report)
        self._listening = ports.page.on_visibility(lambda _: self.plan())
        self.plan()

    def plan(self) -> None:
        """Watch, or not: the page was hidden or shown, or something was marked or has ended."""
        if not self._page.hidden:
            self._timer.set(None)
            self._background.cancel()
        elif not self._timer.pending and self._wanted():
            self._timer.set(self._clock.monotonic() + self._every_s)

    def close(self) -> None:
        """Watch no more."""
        self._timer.close()
        self._background.close()
        self._listening.close()

    def _wake(self) -> None:
        reads = self._wanted()
        if reads:
            self._background.spawn(self._read(reads))
            self._timer.set(self._clock.monotonic() + self._every_s)

    async def _read(self, reads: list[Callable[[], Awaitable[None]]]) -> None:
        for read in reads:
            try:
                await read()
            except ApiError:
                # The next minute is the next chance.
                continue
