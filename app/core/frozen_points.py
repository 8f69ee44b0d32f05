"""Points that stay frozen though nothing runs (R46): a hold that was never ended, which only people can mend.

docs/decisions/points-ledger.md says why.
"""

from app.core.amounts import Amount

ALARM_AFTER_S = 600.0
UNWATCHED_S = 30.0
"""Whoever was away for longer than that knows nothing of the time between."""

FRESH_S = 150.0
"""Points are read once a minute: after two reads in vain nobody knows what is frozen."""


class FrozenPoints:
    """Notes for how long points have been frozen with nothing running, as far as somebody looked."""

    def __init__(self) -> None:
        # Since when it has been so, and when it was last seen to be so, in monotonic seconds.
        self._since: float | None = None
        self._seen = 0.0
        #: How many points are frozen for no reason that is known; 0 for none.
        self.stuck: Amount = 0

    def observe(self, frozen: Amount, active: int, now: float, read_at: float | None) -> None:
        """Take what is frozen and how many jobs are active at ``now`` (monotonic seconds).

        ``read_at`` is when the points were last read; what is older than ``FRESH_S`` is no reason for an alarm.
        """
        if read_at is None or now - read_at > FRESH_S:
            return
        if frozen <= 0 or active:
            self._since = None
        elif self._since is None or now - self._seen > UNWATCHED_S:
            self._since = now
        self._seen = now
        self.stuck = frozen if self._since is not None and now - self._since >= ALARM_AFTER_S else 0
