"""Whether a search for something older goes on with another page (R36).

It ends as soon as something more is found, at the end of what there is, and after ``MOST_PAGES``: somebody who wants
more asks again. docs/decisions/finding.md says why.
"""

MOST_PAGES = 10


class OlderSearch:
    """One search at a time, page by page."""

    def __init__(self) -> None:
        #: How many jobs matched when the search began; ``None`` while there is none.
        self._matches: int | None = None
        #: How many more pages may be read.
        self._left = 0

    @property
    def searching(self) -> bool:
        """Whether a search goes on."""
        return self._matches is not None

    def begin(self, matches: int) -> None:
        """Search for something more than these matches."""
        self._matches, self._left = matches, MOST_PAGES

    def stop(self) -> None:
        """Search no more: something else is searched for."""
        self._matches = None

    def wants(self, matches: int, *, complete: bool, waiting: bool) -> bool:
        """Return whether to read another page now.

        ``complete``: there are no older jobs. ``waiting``: a page that was asked for has not come yet.
        """
        if self._matches is None or waiting:
            return False
        if matches > self._matches or complete or not self._left:
            self._matches = None
            return False
        self._left -= 1
        return True
