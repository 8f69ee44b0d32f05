"""Error answers: ``{"detail": "CODE"}``, FastAPI's list of faults, or a proxy's HTML."""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from pydantic import TypeAdapter

from app.wire.fields import MalformedAnswer, Opaque, WireModel, read


@dataclass(frozen=True, slots=True)
class Problem:
    """The content of an error answer: a code, or the wrong fields (name, message), or only the status."""

    status: int
    code: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    queue_limit: int | None = None


class _Detail(WireModel):
    detail: Opaque = None


_DETAIL: TypeAdapter[_Detail] = TypeAdapter(_Detail)
_QUEUE_FULL = re.compile(r"QUEUE_FULL\(limit=(\d{1,9})\b")
LONGEST_CODE = 200


def read_problem(status: int, text: str) -> Problem:
    """Return the content of an error answer; of a body that is not the API's own, only the status."""
    try:
        detail = read(_DETAIL, text).detail
    except MalformedAnswer:
        return Problem(status)
    if isinstance(detail, str):
        full = _QUEUE_FULL.search(detail)
        return Problem(status, detail[:LONGEST_CODE], queue_limit=int(full[1]) if full else None)
    if isinstance(detail, list):
        return Problem(status, None, tuple(_fault(item) for item in detail if isinstance(item, dict)))
    return Problem(status)


def _fault(item: dict[str, object]) -> tuple[str, str]:
    place = item.get("loc")
    names = [str(part) for part in place[1:]] if isinstance(place, list) else []
    return ".".join(names), str(item.get("msg", ""))


def read_retry_after(value: str | None, wall_now: float) -> float | None:
    """Return a ``Retry-After`` (RFC 9110 §10.2.3) in seconds from now; ``None`` if it is absent or malformed."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 16 else float("inf")
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - wall_now)
