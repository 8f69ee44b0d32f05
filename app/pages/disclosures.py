"""Disclosures with JSON in them: filled when they are opened, a piece at a time."""

from collections.abc import Callable

from app.ports import Action, Surface
from app.views.disclosures import disclosure_values
from app.views.json_text import SHOWN
from app.views.texts import Texts

GROWTH = 5


class Disclosures:
    """The disclosures of one surface; ``value_of`` returns the JSON value of a part."""

    def __init__(self, surface: Surface, texts: Texts, value_of: Callable[[str], object]) -> None:
        self._surface = surface
        self._texts = texts
        self._value_of = value_of
        self._limits: dict[str, int] = {}

    def act(self, action: Action) -> bool:
        """Take an action, if it is one of a disclosure's."""
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
        """Fill those that were opened before anew: what they show has changed."""
        for part in self._limits:
            self._fill(part)

    def forget(self) -> None:
        """Something else is shown: begin with short pieces again."""
        self._limits = dict.fromkeys(self._limits, SHOWN)
        self.refresh()

    def _fill(self, part: str) -> None:
        self._surface.bind(disclosure_values(self._texts, part, self._value_of(part), self._limits[part]))
