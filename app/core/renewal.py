"""When a token pair may be renewed again, and when a session is over (R33; docs/decisions/coming-back.md).

One memory of what went wrong for everybody who needs a token: a server that says "come back in a minute" is not asked
by each reader in turn. Refuses to renew anything itself.
"""

from collections.abc import Callable

from app.core.backoff import poll_delay, spread

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
FIRST_WAIT_AFTER_REFUSALS_S = 30.0
LONGEST_RETRY_AFTER_S = 300.0
REFUSALS_THAT_WAIT = 2
ANOTHERS_S = 2.0
"""So long another tab may take to store the pair for which a refresh token was spent, where tabs have no lock."""
REFUSALS_THAT_END = 3


class Renewal:
    """The moments at which a pair may be renewed."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        # Renewals in a row that brought no pair.
        self._failures = 0
        # Tokens in a row that were refused though they had just been renewed.
        self._refusals = 0
        # Before this moment nobody asks, in monotonic seconds.
        self._not_before = float("-inf")

    def due_at(self, now: float) -> float:
        """Return when the pair may be renewed: now, or later."""
        return max(now, self._not_before)

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """Note that nobody gave a pair; ``retry_after_s`` is the server's floor under the back-off."""
        longest = poll_delay(FIRST_WAIT_S, self._failures, longest_s=LONGEST_WAIT_S)
        self._failures += 1
        floor = min(retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)
        self._wait(now, max(spread(longest, self._random()), floor))

    def succeeded(self) -> None:
        """Note that a pair has come. Whether it is good for anything, the next answer says."""
        self._failures = 0

    def accepted(self) -> None:
        """Note that a token was not refused."""
        self._refusals = 0

    def refused(self, now: float, *, own: bool) -> bool:
        """Note that a token was refused that had just been renewed; return whether the session is over.

        ``own`` says whether the API itself refused it: a proxy's word waits, and ends nothing.
        """
        self._refusals += 1
        if self._refusals >= REFUSALS_THAT_END and own:
            return True
        if self._refusals >= REFUSALS_THAT_WAIT:
            more = self._refusals - REFUSALS_THAT_WAIT
            self._wait(now, poll_delay(FIRST_WAIT_AFTER_REFUSALS_S, more, longest_s=LONGEST_RETRY_AFTER_S))
        return False

    def hurry(self) -> None:
        """Forget the waits: the user asked (R4)."""
        self._failures = 0
        self._not_before = float("-inf")

    def clear(self) -> None:
        """Forget everything: another session begins."""
        self.hurry()
        self._refusals = 0

    def _wait(self, now: float, seconds: float) -> None:
        self._not_before = max(self._not_before, now + seconds)
