"""Notices that the device slept: the wall clock ran ahead of a heartbeat (R18).

A monotonic clock may stand still during sleep, and no timer rings, so that only the wall clock shows it. A clock that
is set forward by as much looks the same and is treated the same: a socket and data that are too old either way. A clock
that is set back is no sleep. It never waits: whoever owns it calls ``beat`` at ``deadline``.
docs/decisions/coming-back.md says why.
"""

from app.core.rules import DisplayRules


class SleepWatch:
    """A heartbeat, and what the wall clock should say at it."""

    def __init__(self, rules: DisplayRules) -> None:
        self._rules = rules
        # What the wall clock said at the last beat, in epoch seconds.
        self._wall = 0.0
        # When the next beat is due, in monotonic seconds; ``None`` while nobody watches.
        self.deadline: float | None = None

    def begin(self, now: float, wall: float) -> None:
        """Watch from now on; what passed before is no jump."""
        self._wall = wall
        self.deadline = now + self._rules.heartbeat_s

    def end(self) -> None:
        """Watch no longer: a page that rests catches up on its return, however long it was (R17)."""
        self.deadline = None

    def beat(self, now: float, wall: float) -> float | None:
        """Return by how many seconds the wall clock jumped since the last beat, if that means that the device slept."""
        jump = wall - self._wall - self._rules.heartbeat_s
        self.begin(now, wall)
        return jump if jump > self._rules.jump_s else None
