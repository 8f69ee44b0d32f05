"""The one timer of a machine, which says after each step when it wants the next (docs/decisions/timers.md)."""

from collections.abc import Callable

from app.ports import Closable, Timers


class DeadlineTimer:
    """Calls back at the deadline last set; setting another replaces it, closing ends it for good."""

    def __init__(self, timers: Timers, callback: Callable[[], None]) -> None:
        self._timers = timers
        self._callback = callback
        self._timer: Closable | None = None
        # What the timer is set for: setting the same deadline again costs nothing.
        self._deadline: float | None = None
        self._closed = False

    @property
    def pending(self) -> bool:
        """Whether a deadline is set."""
        return self._timer is not None

    def set(self, deadline: float | None) -> None:
        """Call back at ``deadline`` (monotonic seconds), or not at all for ``None``."""
        if deadline == self._deadline or self._closed:
            return
        self._cancel()
        self._deadline = deadline
        if deadline is not None:
            self._timer = self._timers.call_at(deadline, self._ring)

    def close(self) -> None:
        """Cancel, for good."""
        self._cancel()
        self._closed = True

    def _cancel(self) -> None:
        self._deadline = None
        if self._timer is not None:
            self._timer.close()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._deadline = None
        self._callback()
