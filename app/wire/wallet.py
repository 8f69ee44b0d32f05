"""The wallet's statistics, as the wallet route gives them and as the older points route wraps them."""

from pydantic import AliasChoices, Field, TypeAdapter

from app.core.catalogue import Points
from app.wire.fields import Int, MalformedAnswer, Opaque, WireModel, read, safe_int


class StatisticsModel(WireModel):
    """``totalPoints`` is required: a wallet without it says nothing."""

    total_points: int
    temp_points: Int = None
    frozen_points: Int = None
    granted_today: Int = None


class _Wrapped(WireModel):
    data: Opaque = Field(None, validation_alias=AliasChoices("data"))


_BARE: TypeAdapter[StatisticsModel] = TypeAdapter(StatisticsModel)
_WRAPPED: TypeAdapter[_Wrapped] = TypeAdapter(_Wrapped)


def read_points(text: str) -> Points:
    """Return the points a user has."""
    try:
        model = read(_BARE, text)
    except MalformedAnswer:
        inner = read(_WRAPPED, text).data
        if not isinstance(inner, dict) or not isinstance(inner.get("totalPoints"), int):
            raise
        model = StatisticsModel.model_validate(inner)
    total = safe_int(model.total_points)
    if total is None:
        raise MalformedAnswer("total_points: out of range")
    return Points(
        total,
        safe_int(model.frozen_points) or 0,
        safe_int(model.temp_points) or 0,
        safe_int(model.granted_today) or 0,
    )
