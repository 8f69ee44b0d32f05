"""What the lists showed last: where people come back to from a job's page (R35)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Position = tuple[str, float]
"""The first row in view, and how far it is scrolled out of view, in pixels."""


@dataclass(slots=True)
class ListMemory:
    """The address of the lists when they were left, how far each was scrolled, and which jobs they had, in order."""

    route: str = ""
    positions: Mapping[str, Position | None] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def clear(self) -> None:
        """Forget it: another user may sign in."""
        self.route, self.positions, self.order = "", {}, ()
