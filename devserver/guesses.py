"""How often a password may be guessed: a machine that is asked before every attempt whether it has to wait.

After a few failures each further one doubles the wait. Names are forgotten when their wait has long been over, and only
so many are kept, so that inventing names costs no memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

FREE = 5
LONGEST_S = 60.0
FORGET_AFTER_S = 900.0
MOST_NAMES = 10_000


@dataclass(slots=True)
class _Name:
    failures: int
    until: float
    """When the next attempt is received."""


class Guesses:
    """Counts failures by name. Times are in seconds of any clock that only moves forward."""

    def __init__(self, *, free: int = FREE, most_names: int = MOST_NAMES) -> None:
        self._free = free
        self._most_names = most_names
        # The one that failed longest ago comes first.
        self._names: OrderedDict[str, _Name] = OrderedDict()

    def wait(self, name: str, now: float) -> float:
        """How many seconds an attempt for ``name`` has to wait; 0 if it is received.

        One that is received counts as failed until ``succeeded`` says otherwise, or many could be received at once.
        """
        known = self._names.get(name)
        if known is not None and known.until > now:
            return known.until - now
        if known is None or now - known.until > FORGET_AFTER_S:
            known = self._names[name] = _Name(0, now)
        known.failures += 1
        over = known.failures - self._free
        known.until = now + (min(LONGEST_S, 2.0 ** min(over, 60)) if over >= 0 else 0.0)
        self._names.move_to_end(name)
        while len(self._names) > self._most_names:
            self._names.popitem(last=False)
        return 0.0

    def succeeded(self, name: str) -> None:
        """The attempt was right."""
        self._names.pop(name, None)
