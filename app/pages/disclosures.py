"""Disclosures with JSON in them: written when they are opened, a piece at a time.

A payload of 5 MB freezes the page if all of it is written at once; most payloads are never opened.
"""

from collections.abc import Callable

from app.ports import Action, Surface
from app.views.disclosures import disclosure_values
from app.views.json_text import SHOWN
from app.views.texts import Texts

# By how much more of a value is shown with each "more".
GROWTH = 5


class Disclosures:
    """The disclosures of one surface; ``value_of`` returns the JSON value of a part."""

    def __init__(self, surface: Surface, texts: Texts, value_of: Callable[[str], object]) -> None:
        self._surface = surface
        self._texts = texts
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

    def _fill(self, part: str) -> None:
        self._surface.bind(disclosure_values(self._texts, part, self._value_of(part), self._limits[part]))
