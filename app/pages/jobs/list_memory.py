"""What the lists showed last: where people come back to from a job's page (R35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Position = tuple[str, float]
"""The first row in view, and how far it is scrolled out of view, in pixels."""


@dataclass(slots=True)
class ListMemory:
    """The address of the lists when they were left, how far each was scrolled, and the jobs that each had, in order."""

    route: str = ""
    positions: Mapping[str, Position | None] = field(default_factory=dict)
    orders: tuple[tuple[str, ...], ...] = ()

    def filtered_order(self, job_id: str) -> Sequence[str] | None:
        """Return the jobs of the list with this one, in order; ``None`` if nothing was searched for."""
        if "?" not in self.route:
            return None
        return next((order for order in self.orders if job_id in order), None)

    def clear(self) -> None:
        """Forget it: another user may sign in."""
        self.route, self.positions, self.orders = "", {}, ()
