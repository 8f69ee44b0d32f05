"""Whether push carries notices of log records: a server may push nothing but jobs (R8, R28)."""

from app.core.bus import Bus
from app.core.events import Flush, PushChanged


class LogPush:
    """``proven`` from the first notice on a connection until that connection is lost."""

    def __init__(self, bus: Bus) -> None:
        self.proven = False
        # Whether there is a connection: what a lost one had brought may be flushed after its end.
        self._up = False
        self._subscriptions = (bus.subscribe(PushChanged, self._changed), bus.subscribe(Flush, self._flushed))

    def close(self) -> None:
        """Listen no more."""
        for subscription in self._subscriptions:
            subscription.close()

    def _changed(self, event: PushChanged) -> None:
        self._up = event.up
        self.proven = False

    def _flushed(self, flush: Flush) -> None:
        self.proven = self.proven or (self._up and bool(flush.logs))
