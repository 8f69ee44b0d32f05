"""Which presses of a form's buttons are one intention, so that one intention makes one job (R29).

A double click, a held Enter key, or Enter and a click send the same form twice, sooner or later than the first POST
is answered (docs/decisions/one-job-per-intention.md). Refuses to know what is sent: requests are compared, not read.
"""

SAME_WITHIN_S = 1.0
"""A double click and a key's repetition are faster; nobody who wants a second job of the same kind is."""


class Intentions:
    """What was sent from one form; moments are monotonic seconds."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()
        """The kinds of calls that have not been answered yet."""
        self._last: object = None
        """The request of the last press, sent or not."""
        self._pressed_at = float("-inf")
        """When that was: a held key keeps on pressing."""

    def begin(self, kind: str, request: object, now: float, *, behind: str | None = None) -> bool:
        """Return whether a press is an intention of its own, and count it as under way if so.

        It is none while another of its kind, or of the one ``behind`` which it waits, is under way, nor where it
        repeats the last request within ``SAME_WITHIN_S`` of the last press.
        """
        repeated = request == self._last and now - self._pressed_at < SAME_WITHIN_S
        self._last, self._pressed_at = request, now
        if repeated or kind in self._under_way or behind in self._under_way:
            return False
        self._under_way.add(kind)
        return True

    def end(self, kind: str) -> None:
        """The call of this kind is over, whichever way."""
        self._under_way.discard(kind)

    def under_way(self, kind: str) -> bool:
        """Return whether a call of this kind is under way."""
        return kind in self._under_way
