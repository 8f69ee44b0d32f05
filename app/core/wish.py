"""When a wish to read something is granted: at once, again after failures, and some of them steadily (R12, R13)."""

from app.core.backoff import poll_delay
from app.core.rules import PollingRules

FIRST_RETRY_S = 1.0


class Wish:
    """A wish stays until it has been granted; failures back off. With ``every_s`` it comes back by itself."""

    def __init__(self, rules: PollingRules, every_s: float | None = None) -> None:
        self._rules = rules
        self._every_s = every_s
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
        """Wish for it now, whatever failed before."""
        self.deadline = now
        self._failures = 0

    def granted(self, started: float) -> None:
        """What was begun at ``started`` succeeded; a wish uttered since then stays."""
        self._failures = 0
        if self.deadline is not None and self.deadline <= started:
            self.deadline = None if self._every_s is None else started + self._every_s

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """It failed; ``retry_after_s`` is the server's floor under the back-off. A dropped wish stays dropped."""
        if self.deadline is None:
            return
        delay = poll_delay(FIRST_RETRY_S, self._failures, longest_s=self._rules.longest_backoff_s)
        floor = min(retry_after_s or 0.0, self._rules.longest_retry_after_s)
        self._failures += 1
        self.deadline = now + max(delay, floor)

    def drop(self) -> None:
        """Want nothing until the next wish."""
        self.deadline = None
