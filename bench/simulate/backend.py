"""The modelled backend: so many handshakes and requests a second, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

BIN_S: Final = 1.0


@dataclass(slots=True)
class Series:
    """What the backend saw, per second."""

    reconnects: list[float]
    requests: list[float]
    turned_away: int = 0
    clients: int = 0
    """How many clients there were; windows of a browser that share a connection are one."""
    right_after: list[float] = field(default_factory=list)
    """Seconds from the end of the trouble until a client had read everything anew, for each client."""
    pushed: float = 0.0
    """Share of the clients that have push at the end."""


class Backend:
    """So many handshakes and requests in each tenth of a second, and none at all while it is down."""

    def __init__(self, seconds: float, *, handshakes_per_s: float, requests_per_s: float) -> None:
        bins = int(seconds / BIN_S) + 1
        self.series = Series([0.0] * bins, [0.0] * bins)
        self.down = False
        self._most_handshakes = handshakes_per_s / 10
        self._most_requests = requests_per_s / 10
        self._slot = -1
        self._handshakes = 0
        self._requests = 0

    def _at(self, now: float) -> int:
        slot = int(now * 10)
        if slot != self._slot:
            self._slot = slot
            self._handshakes = self._requests = 0
        return min(int(now / BIN_S), len(self.series.requests) - 1)

    def connect(self, now: float) -> bool:
        """Whether a handshake succeeds."""
        self.series.reconnects[self._at(now)] += 1
        self._handshakes += 1
        accepted = not self.down and self._handshakes <= self._most_handshakes
        self.series.turned_away += not accepted
        return accepted

    def read(self, now: float, requests: int) -> bool:
        """Whether a round of requests is answered."""
        self.series.requests[self._at(now)] += requests
        self._requests += requests
        answered = not self.down and self._requests <= self._most_requests
        self.series.turned_away += not answered
        return answered
