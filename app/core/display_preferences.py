"""How a user wants to read: zone, times or ages, density, columns (R54, docs/decisions/reading.md)."""

from dataclasses import dataclass, replace

COLUMNS = ("preview", "submitted", "executor", "elapsed", "points")
"""What a row of the lists can be without."""


@dataclass(frozen=True, slots=True)
class DisplayPreferences:
    """The choices. ``zone`` is empty for the device's own; ``relative`` is ages for times; ``hidden`` are columns."""

    zone: str = ""
    relative: bool = False
    compact: bool = False
    hidden: frozenset[str] = frozenset()

    def with_column(self, name: str, *, shown: bool) -> "DisplayPreferences":
        """Return the choices with a column shown or not."""
        if name not in COLUMNS:
            return self
        return replace(self, hidden=self.hidden - {name} if shown else self.hidden | {name})
