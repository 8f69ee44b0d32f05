"""The points of a list's rows, which stand under each other by their points."""

from decimal import Decimal

from app.core.amounts import decimals
from app.core.records import Record
from app.ports import Values
from app.views.texts import Texts, padding

# Points with more digits behind the point stick out of their column: every row would be as wide as they are.
MOST_IN_COLUMN = 4


class PointsColumn:
    """As wide behind the point as the points of the rows drawn so far need.

    Whole numbers alone, by far the most frequent, cost nothing.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._digits = 0
        # Whether rows that were drawn before have fewer digits.
        self._widened = False

    def values(self, record: Record, values: Values) -> Values:
        """Return the values of a row with its points in the column."""
        points = record.points
        if points is None or not (self._digits or isinstance(points, Decimal)):
            return values
        digits = min(decimals(points), MOST_IN_COLUMN)
        if digits > self._digits:
            self._digits, self._widened = digits, True
        pad = padding(decimals(points), self._digits)
        return {**values, "points": self._texts.say("row.points_in_column", n=points, pad=pad)}

    def widened(self) -> bool:
        """Return once whether the rows that were drawn before have to be drawn anew."""
        widened, self._widened = self._widened, False
        return widened
