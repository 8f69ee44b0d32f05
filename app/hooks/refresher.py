"""One read that is wished for again and again: never two at once, never while it may not be, and a while apart."""

from collections.abc import Callable, Coroutine

from app.core.refresh_schedule import RefreshSchedule
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer


class Refresher:
    """Grants a wish by reading when ``allowed``.

    ``read`` does the read and says how it went with ``granted`` or ``failed``; one that was given up says neither, and
    is wished for still. Refuses to know what is read.
    """

    def __init__(
        self,
        ports: Ports,
        schedule: RefreshSchedule,
        read: Callable[[], Coroutine[object, object, None]],
        *,
        allowed: Callable[[], bool],
        between_s: float = 0.0,
    ) -> None:
        self._clock = ports.clock
        self._schedule = schedule
        self._read = read
        self._allowed = allowed
        self._between_s = between_s
        self.busy = False
        self.started = float("-inf")
        self._alarm = DeadlineTimer(ports.timers, self._wake)
        self._background = BackgroundTasks(ports.report)

    @property
    def wished(self) -> bool:
        """Whether a read is due, or will be by itself."""
        return self._schedule.deadline is not None

    @property
    def due(self) -> bool:
        """Whether a read is due by now."""
        return self._schedule.due(self._clock.monotonic())

    def want(self) -> None:
        """Read soon, whatever failed before: at once, or when the last read began long enough ago."""
        if self.busy or not self.due:
            self._schedule.request(self._clock.monotonic())
        self._plan()

    def hint(self) -> None:
        """There may be something new: read soon, unless failures taught patience (R13)."""
        if not self._schedule.backing_off:
            self.want()

    def granted(self) -> None:
        """The read under way brought what was wished for."""
        self._schedule.succeeded(self.started)

    def failed(self, retry_after_s: float | None = None) -> None:
        """The read under way failed; ``retry_after_s`` is the server's floor under the back-off."""
        self._schedule.failed(self._clock.monotonic(), retry_after_s)

    def rest(self) -> None:
        """Give up the read under way and begin none; the wish stays (R17)."""
        self._alarm.set(None)
        self._background.cancel()

    def drop(self) -> None:
        """Give up the read under way, and the wish; the next one need not wait because of what was read before."""
        self._schedule.cancel()
        self.rest()
        self.started = float("-inf")

    def close(self) -> None:
        """Read nothing more."""
        self._alarm.close()
        self._background.close()

    def _plan(self) -> None:
        deadline = self._schedule.deadline
        if self.busy or deadline is None or not self._allowed():
            self._alarm.set(None)
        else:
            self._alarm.set(max(deadline, self.started + self._between_s))

    def _wake(self) -> None:
        if not self.busy and self._allowed():
            self.busy = True
            self.started = self._clock.monotonic()
            self._background.spawn(self._attempt(), self._over)

    async def _attempt(self) -> None:
        try:
            await self._read()
        except Exception:
            self.failed()
            raise

    def _over(self) -> None:
        self.busy = False
        self._plan()
