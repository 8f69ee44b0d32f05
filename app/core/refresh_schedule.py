"""When a wish to read something is granted: at once, again after failures, and some of them steadily (R12, R13)."""

from collections.abc import Callable

from app.core.backoff import poll_delay, spread
from app.core.rules import PollingRules

FIRST_RETRY_S = 1.0


class RefreshSchedule:
    """A wish stays until it has been granted; failures back off. With ``every_s`` it comes back by itself.

    Where many pages wish for the same at the same moment, as after a restart of the server, ``random`` spreads what
    follows: the waits after failures, and the first of the steady intervals.
    """

    def __init__(self, rules: PollingRules, random: Callable[[], float], every_s: float | None = None) -> None:
        self._rules = rules
        self._random = random
        self._every_s = every_s
        self._uttered = False
        self._failures = 0
        self.deadline: float | None = None

    @property
    def patient(self) -> bool:
        """Whether it waits because it failed, and nobody but the user should make it hurry (R13)."""
        return self._failures > 0 and self.deadline is not None

    def due(self, now: float) -> bool:
        """Whether it is to be granted now."""
        return self.deadline is not None and self.deadline <= now

    def want(self, now: float) -> None:
        """RefreshSchedule for it now, whatever failed before."""
        self.deadline = now
        self._failures = 0
        self._uttered = True

    def granted(self, started: float) -> None:
        """What was begun at ``started`` succeeded; a wish uttered since then stays."""
        self._failures = 0
        if self.deadline is None or self.deadline > started:
            return
        if self._every_s is None:
            self.deadline = None
        else:
            self.deadline = started + (spread(self._every_s, self._random()) if self._uttered else self._every_s)
        self._uttered = False

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """It failed; ``retry_after_s`` is the server's floor under the back-off. A dropped wish stays dropped."""
        if self.deadline is None:
            return
        longest = poll_delay(FIRST_RETRY_S, self._failures, longest_s=self._rules.longest_backoff_s)
        floor = min(retry_after_s or 0.0, self._rules.longest_retry_after_s)
        self._failures += 1
        self.deadline = now + max(spread(longest, self._random()), floor)

    def drop(self) -> None:
        """Want nothing until the next wish."""
        self.deadline = None
