"""Which kinds of updates push is trusted with, and which are polled beside it (R8; docs/decisions/trust.md).

A socket that is open proves nothing: a backend may push tasks and no ability tasks. A kind is trusted while this
connection has carried it. A poll that finds what push should have said casts a doubt; a frame that says the same soon
after takes it away, for the two are on their way at the same time. A doubt that stands takes the trust away, until a
frame brings a change that nobody had read before.

Never sleeps: ``expire`` is called whenever something is about to be decided, and at the ``deadline``.
"""

from enum import StrEnum

GRACE_S = 2.0
DOUBTS_KEPT = 1000


class Kind(StrEnum):
    """What push may carry. Each is trusted by itself."""

    TASKS = "tasks"
    ABILITY_TASKS = "ability-tasks"
    POINTS = "points"
    LOGS = "logs"


class Trust:
    """What one connection after the other has shown."""

    def __init__(self) -> None:
        # Whether there is a connection.
        self._up = False
        # The kinds that this connection is trusted with.
        self._trusted: set[Kind] = set()
        # The kinds that this connection has lost the trust of before.
        self._lost: set[Kind] = set()
        # What reads found that push should have said: until when it may still say so.
        self._doubts: dict[tuple[Kind, str], float] = {}

    def trusted(self, kind: Kind) -> bool:
        """Return whether push alone will say what happens to this kind."""
        return self._up and kind in self._trusted

    @property
    def deadline(self) -> float | None:
        """When the oldest doubt takes the trust away; ``None`` without doubts. In the caller's time."""
        return min(self._doubts.values(), default=None)

    def connected(self, up: bool) -> None:
        """Note that a connection came up or went away: what the one before has shown is no proof."""
        self._up = up
        self._trusted.clear()
        self._lost.clear()
        self._doubts.clear()

    def carried(self, kind: Kind, key: str = "", *, changed: bool = False) -> None:
        """Note a frame of a kind; ``key`` names what it is of, ``changed`` says that nobody had read that before."""
        doubted = self._doubts.pop((kind, key), None) is not None
        if kind not in self._lost or changed or doubted:
            self._trusted.add(kind)

    def found(self, kind: Kind, key: str, now: float) -> None:
        """Note that a read found what push should have said of ``key``."""
        if kind in self._trusted and len(self._doubts) < DOUBTS_KEPT:
            self._doubts.setdefault((kind, key), now + GRACE_S)

    def expire(self, now: float) -> bool:
        """Take the trust away that doubts have outlived; return whether any was."""
        stale = [doubt for doubt, until in self._doubts.items() if until <= now]
        for doubt in stale:
            del self._doubts[doubt]
            self._trusted.discard(doubt[0])
            self._lost.add(doubt[0])
        return bool(stale)
