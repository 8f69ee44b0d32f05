"""The statistics of the wallet: bare, as the wallet route returns them, or wrapped, as the older points route does."""

from pydantic import TypeAdapter

from app.core.points import Points
from app.wire.fields import MalformedAnswer, PointsAmount, WireModel, read_exact


class StatisticsModel(WireModel):
    """``totalPoints`` is required: without it there is no balance to show."""

    total_points: PointsAmount = None
    temp_points: PointsAmount = None
    frozen_points: PointsAmount = None
    granted_today: PointsAmount = None


class _Wrapped(WireModel):
    data: StatisticsModel


_BARE: TypeAdapter[StatisticsModel] = TypeAdapter(StatisticsModel)
_WRAPPED: TypeAdapter[_Wrapped] = TypeAdapter(_Wrapped)


def read_points(text: str) -> Points:
    """Return the points a user has."""
    model = read_exact(_BARE, text)
    if model.total_points is None:
        model = read_exact(_WRAPPED, text).data
    if model.total_points is None:
        raise MalformedAnswer("total_points: missing")
    return Points(model.total_points, model.frozen_points or 0, model.temp_points or 0, model.granted_today or 0)
