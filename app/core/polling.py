"""What to ask the server for, and when (R8 to R13).

``Poller`` decides the moment, ``plan`` the requests; ``core.sync`` makes rounds of them.
docs/decisions/polling.md says why.
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


def plan(ids: Sequence[str], positions: dict[str, int], uncovered: Set[str], *, list_most: int) -> Plan:
    """Choose the cheapest requests that cover ``ids`` (R10).

    ``positions`` says how many newer jobs stand before an id in the server's list, as far as is known; ``uncovered``
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

    Polls are counted from the start of the last one, and there is never a second in flight. The interval is that of the
    number of active ids at the moment of asking, so the deadline follows every change at once (R9).
    """

    def __init__(self, cadence: CadenceRules, rules: PollingRules, random: Callable[[], float]) -> None:
        self._cadence = cadence
        self._rules = rules
        self._random = random
        # Where in its spread the back-off of the last failure lies.
        self._share = 0.0
        # When polling may begin; ``None`` while it is disabled.
        self._from: float | None = None
        # When the last poll began; ``None`` if the next need not wait for its interval.
        self._last: float | None = None
        # Whether a poll has been started and not ended (R10).
        self._in_flight = False
        # Failed polls in a row (R13).
        self._failures = 0

    @property
    def in_flight(self) -> bool:
        """Whether a poll has been started and not ended."""
        return self._in_flight

    @property
    def failures(self) -> int:
        """Failed polls in a row."""
        return self._failures

    def deadline(self, active: int) -> float | None:
        """Return when the next poll for so many active ids is due.

        ``None`` while push is up, paused, with nothing active, or with a poll in flight.
        """
        wanted = interval(active, self._cadence)
        if wanted is None or self._from is None or self._in_flight:
            return None
        if self._last is None:
            return self._from
        longest = poll_delay(wanted, self._failures, longest_s=self._rules.longest_backoff_s)
        delay = max(wanted, spread(longest, self._share))
        return max(self._from, self._last + delay)

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
        """Forget the back-off: the user asked, or the network is back."""
        self._failures = 0
        self._last = None

    def started(self, now: float) -> None:
        """A poll was begun."""
        self._in_flight = True
        self._last = now

    def succeeded(self) -> None:
        """The poll in flight brought an answer."""
        self._in_flight = False
        self._failures = 0

    def failed(self) -> None:
        """The poll in flight failed."""
        self._in_flight = False
        self._failures += 1
        self._share = self._random()

    def abandoned(self) -> None:
        """The poll in flight was given up without a verdict."""
        self._in_flight = False
