"""Disclosures with JSON in them: written when they are opened, a piece at a time.

A payload of 5 MB freezes the page if all of it is written at once; most payloads are never opened.
"""

from collections.abc import Callable

from app.pages.page_context import PageContext
from app.ports import Action
from app.views.disclosures import copy_values, disclosure_values
from app.views.json_text import SHOWN, whole_json_text

# By how much more of a value is shown with each "more".
GROWTH = 5


class Disclosures:
    """The disclosures of a page; ``value_of`` returns the JSON value of a part."""

    def __init__(self, context: PageContext, value_of: Callable[[str], object]) -> None:
        self._surface = context.surface
        self._texts = context.texts
        self._clipboard = context.monitor.ports.clipboard
        self._value_of = value_of
        # How many characters of each part are shown; a part that was never opened is not in it.
        self._limits: dict[str, int] = {}

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of a disclosure."""
        part = action.data.get("part", "")
        match action.name:
            case "open-json":
                self._limits.setdefault(part, SHOWN)
            case "more-json":
                self._limits[part] = self._limits.get(part, SHOWN) * GROWTH
            case "copy-json":
                self._copy(part)
                return True
            case _:
                return False
        self._fill(part)
        return True

    def refresh(self) -> None:
        """Write the opened ones again: their values have changed."""
        for part in self._limits:
            self._fill(part)

    def open(self, *parts: str) -> None:
        """Write the first piece of these: they are opened by the page itself."""
        for part in parts:
            self._limits[part] = SHOWN
            self._fill(part)

    def forget(self) -> None:
        """Show the first piece of each again: the values are those of something else now."""
        self._limits = dict.fromkeys(self._limits, SHOWN)
        self.refresh()

    def _copy(self, part: str) -> None:
        """Copy all of the value: what is shown may be cut."""

        def say(copied: bool) -> None:
            self._surface.bind(copy_values(self._texts, part, copied))

        text = whole_json_text(self._value_of(part))
        if text is None:
            say(False)
        else:
            self._clipboard.write(text, say)

    def _fill(self, part: str) -> None:
        self._surface.bind(disclosure_values(self._texts, part, self._value_of(part), self._limits[part]))
