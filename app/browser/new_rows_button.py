"""The button above a scrolled list that says how many rows came in above what is in view, and leads to them."""

from collections.abc import Callable

import js

from app.browser.event_listener import EventListener


class NewRowsButton:
    """Counts the rows that nobody has seen; ``element`` may be missing, as few lists get rows while they are read.

    Its sentence is the element's ``data-text``, with the place ``{n}``.
    """

    def __init__(self, element: js.Element | None, pressed: Callable[[], None]) -> None:
        self._element = element
        # How many rows at the top of the list have not been in view since they came in.
        self._unseen = 0
        self._listener = None if element is None else EventListener(element, "click", lambda _: pressed())

    def add(self, rows: int) -> None:
        """Count rows that came in above what is in view; rows that left there count backwards."""
        self._unseen = max(0, self._unseen + rows)

    def update(self, rows_above: int) -> None:
        """Write the count; of the unseen rows, those that are not above the view have now been seen."""
        self._unseen = unseen = min(self._unseen, rows_above)
        element = self._element
        if element is None or getattr(element.dataset, "count", None) == str(unseen):
            return
        dataset = element.dataset
        dataset.count = str(unseen)
        element.hidden = not unseen
        if unseen:
            element.textContent = str(dataset.text).replace("{n}", str(unseen))

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()
