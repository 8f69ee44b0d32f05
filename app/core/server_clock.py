"""What time it is for the server: durations compare its times with its time, never with the device's (R27).

A device's clock may be an hour off. The server states its own time in the ``Date`` of each answer, in whole seconds,
some time between the question and the answer: each answer bounds the difference of the two clocks, and all of them
together bound it closely. Refuses to know where the times come from.
"""

from math import inf


class ServerClock:
    """How far the server's clock is ahead of the device's, as far as its answers have said."""

    def __init__(self) -> None:
        self._least = -inf
        """The server is ahead by at least this, in seconds; negative where it is behind."""
        self._most = inf
        """It is ahead by at most this."""
        self.ahead_s: float | None = None
        """The estimate; ``None`` until an answer has stated its time. It moves only when an answer rules it out."""

    def observe(self, date: float, asked: float, answered: float) -> None:
        """Take the ``Date`` of an answer, with when it was asked for and came; all in their own clocks' epoch seconds.

        Where it rules out what was known, one of the clocks was set: what was known is forgotten.
        """
        if answered < asked:
            return
        least, most = date - answered, date + 1.0 - asked
        self._least, self._most = max(self._least, least), min(self._most, most)
        if self._least > self._most:
            self._least, self._most = least, most
        middle = (self._least + self._most) / 2
        known = self.ahead_s
        if known is None or not self._least <= known <= self._most:
            self.ahead_s = middle

    def forget(self) -> None:
        """The device's clock jumped: the next answer decides anew. Until then the old estimate is the best there is."""
        self._least, self._most = -inf, inf

    def now(self, wall: float) -> float:
        """Return the server's time, in epoch seconds, when the device's clock says ``wall``."""
        return wall + (self.ahead_s or 0.0)
