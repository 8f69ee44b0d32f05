"""The movements of the wallet; an older route has them under another name."""

from typing import Annotated

from pydantic import AliasChoices, Field, TypeAdapter

from app.core.amounts import Amount, add, minus
from app.core.ledger import LedgerPage, Movement
from app.wire.fields import Int, Lenient, Moment, OptionalId, PointsAmount, Text, WireModel, epoch, read_exact

_TIMES = ("createdAt", "created_at", "createTime", "create_time", "time", "timestamp")
_DIRECTIONS = {"DECREASE": -1, "INCREASE": 1}


class MovementModel(WireModel):
    """One movement. ``points`` may or may not have a sign: ``changeType`` says the direction."""

    id: OptionalId = None
    change_type: Text = None
    points: PointsAmount = None
    before_balance: PointsAmount = None
    after_balance: PointsAmount = None
    task_id: OptionalId = None
    description: Text = None
    created_at: Moment = Field(None, validation_alias=AliasChoices(*_TIMES))

    def movement(self) -> Movement | None:
        """Return the movement; ``None`` if it does not say what moved."""
        amount = self._amount()
        if amount is None:
            return None
        at = epoch(self.created_at)
        # Without an id, whatever else it says distinguishes it from others: a page is read again and again.
        parts = (self.task_id, self.change_type, amount, self.before_balance, self.after_balance, at)
        return Movement(
            id=self.id or "|".join(str(part) for part in parts),
            amount=amount,
            before=self.before_balance,
            after=self.after_balance,
            job_id=self.task_id or None,
            description=self.description,
            at=at,
        )

    def _amount(self) -> Amount | None:
        if self.points is None:
            if self.before_balance is None or self.after_balance is None:
                return None
            return add(self.after_balance, minus(self.before_balance))
        direction = _DIRECTIONS.get((self.change_type or "").upper())
        if direction is None:
            return self.points
        return self.points if (self.points < 0) == (direction < 0) else minus(self.points)


class MovementsModel(WireModel):
    """A page of movements; items that cannot be read are left out."""

    items: list[Annotated[MovementModel | None, Lenient]] = Field(validation_alias=AliasChoices("items", "data"))
    total: Int = None


_PAGE: TypeAdapter[MovementsModel] = TypeAdapter(MovementsModel)


def read_ledger_page(text: str) -> LedgerPage:
    """Return a page of the ledger, newest first."""
    page = read_exact(_PAGE, text)
    movements = [item.movement() for item in page.items if item is not None]
    return LedgerPage(tuple(one for one in movements if one is not None), page.total, len(page.items))
