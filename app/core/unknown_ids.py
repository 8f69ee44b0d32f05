"""Ids that push speaks of and nobody has listed: ours from another tab, or somebody else's.

The backend pushes everyone's events, so an unknown id is worth one search among the newest jobs, and a foreign one none
at all. Searches that find nothing of ours grow rarer (docs/decisions/unknown-ids.md).
"""

from app.core.backoff import poll_delay

FIRST_SEARCH_S = 0.3
BETWEEN_SEARCHES_S = 2.0
LONGEST_BETWEEN_SEARCHES_S = 60.0
FOREIGN_KEPT = 2000
UNKNOWN_KEPT = 2000


class UnknownIds:
    """Decides when to search for unknown ids, and remembers which turned out to be foreign."""

    def __init__(self) -> None:
        #: What the next search is for.
        self._unknown: set[str] = set()
        #: Ids that a search did not find, the longest known first: not searched for again.
        self._foreign: dict[str, None] = {}
        #: When the first of the unknown ids was noticed; several within a moment share one search.
        self._since: float | None = None
        #: When the last search began, and how many in a row have found nothing of ours.
        self._last: float | None = None
        self._fruitless = 0

    @property
    def deadline(self) -> float | None:
        """When the next search is due; ``None`` while nothing is unknown."""
        if not self._unknown or self._since is None:
            return None
        soon = self._since + FIRST_SEARCH_S
        if self._last is None:
            return soon
        wait_s = poll_delay(BETWEEN_SEARCHES_S, self._fruitless, longest_s=LONGEST_BETWEEN_SEARCHES_S)
        return max(soon, self._last + wait_s)

    def notice(self, job_id: str, now: float) -> bool:
        """Note an id that no list contained; return whether a search has to be made for it that was not due before."""
        if job_id in self._foreign or job_id in self._unknown or len(self._unknown) >= UNKNOWN_KEPT:
            return False
        if not self._unknown:
            self._since = now
        self._unknown.add(job_id)
        return True

    def begin(self, now: float) -> frozenset[str]:
        """Start a search; return the ids it is for. Until it has found something it counts as fruitless."""
        self._last = now
        self._fruitless += bool(self._unknown)
        return frozenset(self._unknown)

    def end(self, sought: frozenset[str], found: int) -> None:
        """End a search with a list that was asked for after ``sought`` were noticed; ``found`` of its jobs were new."""
        for job_id in sought & self._unknown:
            self._unknown.discard(job_id)
            self._foreign[job_id] = None
        while len(self._foreign) > FOREIGN_KEPT:
            del self._foreign[next(iter(self._foreign))]
        if sought and found:
            self._fruitless = 0

    def clear(self) -> None:
        """Forget everything."""
        self._unknown.clear()
        self._foreign.clear()
        self._since = self._last = None
        self._fruitless = 0
