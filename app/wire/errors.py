"""Error answers: the API's own (``{"detail": "CODE"}``, FastAPI's list of faults), other JSON, or a proxy's HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from pydantic import TypeAdapter

from app.wire.fields import MalformedAnswer, Opaque, read, reason_of


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error answer says.

    ``code`` is one of the API's own codes and so a proof of whose answer it is (R33); ``message`` are words for people,
    whoever wrote them; ``fields`` are the inputs at fault, name and message.
    """

    status: int
    code: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    queue_limit: int | None = None
    message: str | None = None

    @property
    def own(self) -> bool:
        """Whether the API itself said so; anything else is an outage, whatever its status."""
        return self.code is not None or bool(self.fields)


_ANY: TypeAdapter[Opaque] = TypeAdapter(Opaque)
_QUEUE_FULL = re.compile(r"QUEUE_FULL\(limit=(\d{1,9})\b")
_CODE = re.compile(r"(?:ERR\|[\w|]+|[A-Z][A-Z0-9]*(?:_[A-Za-z0-9]+)+)(?:\(.*\))?", re.DOTALL)
LONGEST_CODE = 200
LONGEST_MESSAGE = 500
_CODES = ("code", "errorCode", "error_code")


def read_problem(status: int, text: str) -> Problem:
    """Return what an error answer says; a body that is no JSON says nothing."""
    try:
        body = read(_ANY, text)
    except MalformedAnswer:
        return Problem(status)
    if not isinstance(body, Mapping):
        return Problem(status)
    detail = body.get("detail")
    if isinstance(detail, list) and any(isinstance(item, Mapping) and "msg" in item for item in detail):
        return Problem(status, None, tuple(_fault(item) for item in detail if isinstance(item, Mapping)))
    code = next((found for found in map(_code_in, (detail, body.get("error"), body)) if found is not None), None)
    full = _QUEUE_FULL.search(code) if code else None
    words = reason_of(body)
    return Problem(
        status,
        code[:LONGEST_CODE] if code else None,
        queue_limit=int(full[1]) if full else None,
        message=words[:LONGEST_MESSAGE] if words and words != code else None,
    )


def _code_in(value: object) -> str | None:
    """Return the API's code in a part of an error answer: the text itself, or a field of it that is named so."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in _CODES if isinstance(value.get(name), str)), None)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def _fault(item: Mapping[str, object]) -> tuple[str, str]:
    place = item.get("loc")
    names = [str(part) for part in place[1:]] if isinstance(place, list) else []
    return ".".join(names), str(item.get("msg", ""))


def read_retry_after(value: str | None, server_now: float) -> float | None:
    """Return a ``Retry-After`` (RFC 9110 §10.2.3) in seconds from now; nothing for what makes no sense.

    A date is by the server's clock, and so is ``server_now``, in epoch seconds: the device's may be an hour off.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 16 else float("inf")
    moment = read_http_date(value)
    return None if moment is None else max(0.0, moment - server_now)


def read_http_date(value: str | None) -> float | None:
    """Return a date of an HTTP header (RFC 9110 §5.6.7) in epoch seconds; nothing for what is none."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
