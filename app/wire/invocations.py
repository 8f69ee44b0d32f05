"""What a synchronous call of an ability answers."""

from pydantic import TypeAdapter

from app.core.abilities import Invocation
from app.core.status import parse_status
from app.wire.fields import read
from app.wire.results import ResultModel

_INVOCATION: TypeAdapter[ResultModel] = TypeAdapter(ResultModel)


def read_invocation(text: str) -> Invocation:
    """Return how a synchronous call of an ability ended."""
    model = read(_INVOCATION, text)
    word = model.status or ""
    return Invocation(
        ability_id=model.ability_id or "",
        status=parse_status(word),
        word=word,
        log_id=model.log_id,
        duration_ms=model.duration_ms,
        result=model.result(),
    )
