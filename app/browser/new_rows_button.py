"""The button above a scrolled list that says how many rows came in above what is in view, and leads to them."""

from collections.abc import Callable

import js

from app.browser.event_listener import EventListener


class NewRowsButton:
    """Counts the rows that nobody has seen; ``element`` may be missing, as few lists get rows while they are read.

    Its sentence is the element's ``data-text``, with the place ``{n}``; that of rows which came in and are not shown
    is ``data-text-outside``.
    """

    def __init__(self, element: js.Element | None, pressed: Callable[[], None]) -> None:
        self._element = element
        # How many rows at the top of the list have not been in view since they came in.
        self._unseen = 0
        # How many rows came in that the list leaves out, and of how many of them the user has taken note.
        self._outside = self._ignored = 0
        self._pressed = pressed
        self._listener = None if element is None else EventListener(element, "click", self._press)

    def add(self, rows: int) -> None:
        """Count rows that came in above what is in view; rows that left there count backwards."""
        self._unseen = max(0, self._unseen + rows)

    def count_outside(self, number: int) -> None:
        """Say how many rows came in that the list does not show, until the button is pressed."""
        if number != self._outside:
            self._ignored = min(self._ignored, number)
            self._outside = number
            self._write()

    def update(self, rows_above: int) -> None:
        """Write the count; of the unseen rows, those that are not above the view have now been seen."""
        self._unseen = min(self._unseen, rows_above)
        self._write()

    def _write(self) -> None:
        element, outside = self._element, self._outside - self._ignored
        count = f"{self._unseen}" if not outside else f"{self._unseen} {outside}"
        if element is None or getattr(element.dataset, "count", None) == count:
            return
        dataset = element.dataset
        dataset.count = count
        element.hidden = not self._unseen and not outside
        parts = []
        if self._unseen:
            parts.append(str(dataset.text).replace("{n}", str(self._unseen)))
        if outside:
            parts.append(str(dataset.textOutside).replace("{n}", str(outside)))
        if parts:
            element.textContent = " · ".join(parts)

    def _press(self, _: object) -> None:
        self._ignored = self._outside
        self._pressed()
        self._write()

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()
