"""Ids that push speaks of and nobody has listed: ours from another tab, or somebody else's.

The backend tells everyone's events, so an unknown id is worth one look at the newest jobs, and a stranger none at all.
Looks that find nothing of ours grow rarer.
"""

from app.core.backoff import poll_delay

FIRST_LOOK_S = 0.3
BETWEEN_LOOKS_S = 2.0
LONGEST_BETWEEN_LOOKS_S = 60.0
STRANGERS_KEPT = 2000
UNKNOWN_KEPT = 2000


class UnknownIds:
    """Decides when to look for unknown ids, and remembers which turned out to be strangers."""

    def __init__(self) -> None:
        self._unknown: set[str] = set()
        self._strangers: dict[str, None] = {}
        self._since: float | None = None
        self._last: float | None = None
        self._fruitless = 0

    @property
    def deadline(self) -> float | None:
        """When the next look is due; ``None`` while nothing is unknown."""
        if not self._unknown or self._since is None:
            return None
        soon = self._since + FIRST_LOOK_S
        if self._last is None:
            return soon
        return max(soon, self._last + poll_delay(BETWEEN_LOOKS_S, self._fruitless, longest_s=LONGEST_BETWEEN_LOOKS_S))

    def notice(self, job: str, now: float) -> None:
        """Push spoke of an id that no list contained."""
        if job in self._strangers or len(self._unknown) >= UNKNOWN_KEPT:
            return
        if not self._unknown:
            self._since = now
        self._unknown.add(job)

    def begin(self, now: float) -> frozenset[str]:
        """Start a look; return the ids it is for. Until it has found something it counts as one in vain."""
        self._last = now
        self._fruitless += bool(self._unknown)
        return frozenset(self._unknown)

    def end(self, sought: frozenset[str], found: int) -> None:
        """A list that was asked for after ``sought`` were noticed has come; the ``found`` ones are ours by now."""
        for job in sought & self._unknown:
            self._unknown.discard(job)
            self._strangers[job] = None
        while len(self._strangers) > STRANGERS_KEPT:
            del self._strangers[next(iter(self._strangers))]
        if sought and found:
            self._fruitless = 0

    def clear(self) -> None:
        """Forget everything."""
        self._unknown.clear()
        self._strangers.clear()
        self._since = self._last = None
        self._fruitless = 0
