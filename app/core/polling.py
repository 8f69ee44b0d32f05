"""What to ask the server for, and when (R8 to R13).

``Poller`` decides the moment, ``plan`` the requests. Both are told everything and ask for nothing.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from app.core.backoff import poll_delay, spread
from app.core.cadence import interval
from app.core.rules import CadenceRules, PollingRules


@dataclass(frozen=True, slots=True)
class Plan:
    """One round of requests: a list call for the newest ``list_limit`` (0 for none), then single reads.

    ``listed`` are the ids that the list is expected to cover.
    """

    list_limit: int
    listed: tuple[str, ...]
    singles: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask."""
        return not self.list_limit and not self.singles


def plan(ids: Sequence[str], positions: dict[str, int], uncovered: Set[str], *, list_most: int) -> Plan:
    """Choose the cheapest requests that cover ``ids`` (R10).

    ``positions`` tells how many newer jobs stand before an id in the server's list, as far as is known; ``uncovered``
    holds ids the list did not contain last time. A list call is worth it when it spares at least one request.
    """
    listed = [job for job in ids if job not in uncovered and positions.get(job, list_most) < list_most]
    if len(listed) < 2:
        return Plan(0, (), tuple(ids))
    deepest = max(positions[job] for job in listed)
    limit = min(list_most, max(10, deepest + 5))
    inside = set(listed)
    return Plan(limit, tuple(listed), tuple(job for job in ids if job not in inside))


class Poller:
    """The moments at which one collection is polled.

    Polls are counted from the start of the last one, and there is never a second in flight. The interval is looked up
    anew whenever the number of active ids changes, so the deadline follows at once (R9).
    """

    def __init__(self, cadence: CadenceRules, rules: PollingRules, random: Callable[[], float]) -> None:
        self._cadence = cadence
        self._rules = rules
        self._random = random
        self._share = 0.0
        self._active = 0
        self._from: float | None = None
        self._last: float | None = None
        self._in_flight = False
        self._failures = 0
        self._not_before = 0.0

    @property
    def in_flight(self) -> bool:
        """Whether a poll has been started and not ended."""
        return self._in_flight

    @property
    def failures(self) -> int:
        """Failed polls in a row."""
        return self._failures

    @property
    def deadline(self) -> float | None:
        """When the next poll is due; ``None`` while push is up, paused, with nothing active, or one in flight."""
        wanted = interval(self._active, self._cadence)
        if wanted is None or self._from is None or self._in_flight:
            return None
        if self._last is None:
            return self._from
        longest = poll_delay(wanted, self._failures, longest_s=self._rules.longest_backoff_s)
        delay = max(wanted, spread(longest, self._share))
        return max(self._from, self._last + delay, self._not_before)

    def set_active(self, count: int) -> None:
        """Tell how many ids are active."""
        self._active = count

    def enable(self, at: float) -> None:
        """Let polling take over at ``at`` (R8), or as soon after it as a poll in flight or a back-off allows."""
        if self._from is None:
            self._from = at
            if not self._in_flight and not self._failures:
                self._last = None
        self._from = min(self._from, at)

    def disable(self) -> None:
        """Stop: push is up, or the page is paused."""
        self._from = None

    def hurry(self) -> None:
        """Forget the patience that failures taught: the user asked, or the network is back."""
        self._failures = 0
        self._not_before = 0.0
        self._last = None

    def started(self, now: float) -> None:
        """A poll was begun."""
        self._in_flight = True
        self._last = now

    def succeeded(self) -> None:
        """The poll in flight brought an answer."""
        self._in_flight = False
        self._failures = 0
        self._not_before = 0.0

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """The poll in flight failed; ``retry_after_s`` is the server's ``Retry-After``.

        It is a floor under the back-off, itself bounded so that one absurd header cannot silence the page for good.
        """
        self._in_flight = False
        self._failures += 1
        self._share = self._random()
        self._not_before = now + min(retry_after_s or 0.0, self._rules.longest_retry_after_s)

    def abandoned(self) -> None:
        """The poll in flight was given up without a verdict."""
        self._in_flight = False
