"""The browser's clocks: Pyodide's ``time`` reads ``performance.now`` and ``Date.now``."""

import math
import time


class BrowserClock:
    """The page's clock.

    Browsers let theirs stand still, for 0.1 ms or, where they protect the reader, for 0.1 s. Rules compare moments:
    what is asked for just after a read began is not answered by it. So no moment comes twice here.
    """

    def __init__(self) -> None:
        self._last = -math.inf

    def monotonic(self) -> float:
        """Return seconds that never go back; every reading is later than the one before."""
        now = time.monotonic()
        self._last = now if now > self._last else math.nextafter(self._last, math.inf)
        return self._last

    def wall(self) -> float:
        """Return epoch seconds."""
        return time.time()
