"""The browser's clocks: Pyodide's ``time`` reads ``performance.now`` and ``Date.now``."""

import time


class BrowserClock:
    """The page's clock."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wall(self) -> float:
        """Return epoch seconds."""
        return time.time()
