"""The ledger's entries that belong to jobs."""

from pydantic import OnErrorOmit, TypeAdapter

from app.core.amounts import Amount
from app.core.prices import Movement
from app.wire.fields import Id, OptionalId, PointsAmount, Text, WireModel, read


class EntryModel(WireModel):
    """One entry. The sign of ``points`` is not to be relied on where ``changeType`` is there."""

    id: Id
    change_type: Text = None
    points: PointsAmount = None
    task_id: OptionalId = None

    def movement(self) -> Movement | None:
        """Return the movement; ``None`` where it is no job's, or does not say how much."""
        if self.task_id is None or self.points is None:
            return None
        points: Amount = self.points
        down = points < 0 if self.change_type is None else self.change_type.upper() == "DECREASE"
        return Movement(self.task_id, -points if down is (points > 0) else points)


class LedgerModel(WireModel):
    """A page of the ledger."""

    items: list[OnErrorOmit[EntryModel]]


_PAGE: TypeAdapter[LedgerModel] = TypeAdapter(LedgerModel)


def read_movements(text: str) -> list[Movement]:
    """Return the movements of jobs on a page of the ledger, in its order."""
    found = (entry.movement() for entry in read(_PAGE, text).items)
    return [movement for movement in found if movement is not None]
