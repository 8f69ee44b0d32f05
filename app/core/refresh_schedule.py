"""When something that is refreshed again and again is due: at once, after a back-off, or an interval later (R12, R13).

docs/decisions/outages.md says why the waits are spread. Refuses to know what is refreshed, and never waits itself.
"""

from collections.abc import Callable

from app.core.backoff import poll_delay, spread
from app.core.rules import PollingRules

FIRST_RETRY_S = 1.0


class RefreshSchedule:
    """A request stays until a refresh that began after it succeeds; failures back off.

    With ``every_s`` the next refresh follows by itself. Where many pages request the same at the same moment, as after
    a restart of the server, ``random`` spreads what follows: the waits after failures, and the first of the intervals.
    """

    def __init__(self, rules: PollingRules, random: Callable[[], float], every_s: float | None = None) -> None:
        self._rules = rules
        self._random = random
        self._every_s = every_s
        # Whether the refresh to come was requested: the interval after it is spread, for others requested it as well.
        # Intervals after that stay whole, because pages that are apart stay apart.
        self._requested = False
        # When a hint came that did not break the back-off. A refresh that began before it knows nothing of it, so that
        # another follows if that one succeeds.
        self._hinted_at: float | None = None
        # How many refreshes in a row have failed since the last request; the back-off doubles with each.
        self._failures = 0
        # When the next refresh is due, in monotonic seconds; ``None`` while nothing is requested.
        self.deadline: float | None = None

    @property
    def backing_off(self) -> bool:
        """Whether it waits because it failed, and only the user makes it hurry (R13)."""
        return self._failures > 0 and self.deadline is not None

    def due(self, now: float) -> bool:
        """Return whether a refresh is due."""
        return self.deadline is not None and self.deadline <= now

    def request(self, now: float) -> None:
        """Make a refresh due at once, whatever failed before."""
        self.deadline = now
        self._failures = 0
        self._requested = True

    def hint(self, now: float) -> None:
        """There may be something new: make a refresh due at once, unless failures hold it back (R13)."""
        if self.backing_off:
            self._hinted_at = now
        else:
            self.request(now)

    def succeeded(self, started: float) -> None:
        """Note that the refresh begun at ``started`` succeeded; a request made or a hint given since then stays."""
        self._failures = 0
        if self.deadline is not None and self._hinted_at is not None and self._hinted_at > started:
            self.request(self._hinted_at)
        self._hinted_at = None
        if self.deadline is None or self.deadline > started:
            return
        if self._every_s is None:
            self.deadline = None
        else:
            self.deadline = started + (spread(self._every_s, self._random()) if self._requested else self._every_s)
        self._requested = False

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """Note a failure; ``retry_after_s`` is the server's floor under the back-off.

        After ``cancel`` it changes nothing: what fails then was begun for a user who has left.
        """
        if self.deadline is None:
            return
        longest = poll_delay(FIRST_RETRY_S, self._failures, longest_s=self._rules.longest_backoff_s)
        floor = min(retry_after_s or 0.0, self._rules.longest_retry_after_s)
        self._failures += 1
        self.deadline = now + max(spread(longest, self._random()), floor)

    def cancel(self) -> None:
        """Make nothing due until the next request."""
        self.deadline = self._hinted_at = None
