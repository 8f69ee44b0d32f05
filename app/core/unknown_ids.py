"""Ids that push speaks of and nobody has listed: ours from another tab, or somebody else's.

The backend pushes everyone's events, so an unknown id is worth two searches among the newest jobs, for its list may lag
behind its push, and each further frame of it is worth one more, up to ``MOST_SEARCHES``. Searches that find nothing of
ours grow rarer (docs/decisions/unknown-ids.md).

What the server no longer knows is no matter here, but of ``core.lost_jobs`` (R11).
"""

from collections.abc import Container, Sized

from app.core.backoff import poll_delay

FIRST_SEARCH_S = 0.3
BETWEEN_SEARCHES_S = 2.0
LONGEST_BETWEEN_SEARCHES_S = 60.0
FOREIGN_KEPT = 2000
UNKNOWN_KEPT = 2000
# How often an id is searched for without another frame of it, and at most.
FIRST_SEARCHES = 2
MOST_SEARCHES = 5
# The shortest list that is worth a request of its own when ids are searched for.
SEARCH_LIMIT = 20
# How many jobs may have been submitted since the ids that are searched for were noticed, and stand above them.
SUBMITTED_MEANWHILE = 10


def shortest_look(sought: Sized) -> int:
    """How long a list that searches for ids has to be: a shorter one would take a job of ours for somebody else's."""
    return max(SEARCH_LIMIT, len(sought) + SUBMITTED_MEANWHILE)


class UnknownIds:
    """Decides when to search for unknown ids, and remembers which turned out to be foreign."""

    def __init__(self) -> None:
        #: What the next search is for.
        self._unknown: set[str] = set()
        #: How many searches did not find an id, the longest known first.
        self._searched: dict[str, int] = {}
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
        foreign = self._searched.get(job_id, 0) >= MOST_SEARCHES
        if foreign or job_id in self._unknown or len(self._unknown) >= UNKNOWN_KEPT:
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

    def end(self, sought: frozenset[str], found: int, known: Container[str] = ()) -> None:
        """End a search with a list that was asked for after ``sought`` were noticed; ``found`` of its jobs were new.

        ``known`` are the jobs that are ours.
        """
        if sought and not sought & self._searched.keys():
            # A first look proves nothing, for the list may lag: the second follows soon.
            self._fruitless = max(0, self._fruitless - 1)
        for job_id in sorted(sought & self._unknown):
            searches = self._searched[job_id] = self._searched.pop(job_id, 0) + 1
            if searches >= FIRST_SEARCHES or job_id in known:
                self._unknown.discard(job_id)
        while len(self._searched) > FOREIGN_KEPT:
            del self._searched[next(iter(self._searched))]
        if sought and found:
            self._fruitless = 0

    def clear(self) -> None:
        """Forget everything."""
        self._unknown.clear()
        self._searched.clear()
        self._since = self._last = None
        self._fruitless = 0
