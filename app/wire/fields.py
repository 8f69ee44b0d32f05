"""Field types for unreliable answers, and the base model that reads both styles of names."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
)
from pydantic_core import CoreSchema, ValidationError, core_schema

from app.core.amounts import Amount, exact

T = TypeVar("T")


class MalformedAnswer(Exception):
    """An answer that is not JSON or lacks a required field. The message quotes nothing of it: it may hold a token."""


def _both_styles(name: str) -> str | AliasChoices:
    head, *rest = name.split("_")
    return AliasChoices(head + "".join(part.capitalize() for part in rest), name) if rest else name


class WireModel(BaseModel):
    """Reads ``snake_case`` and ``camelCase`` alike and ignores unknown fields."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        alias_generator=AliasGenerator(validation_alias=_both_styles),
    )


class _NoneOnError:
    """An optional field of the wrong type counts as absent, never as a reason to drop the whole message."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


_lenient = _NoneOnError()

LARGEST_SAFE_INTEGER = 2**53 - 1


def safe_int(value: int | None) -> int | None:
    """Return the integer if a JavaScript number holds it exactly, otherwise ``None``."""
    return value if value is not None and abs(value) <= LARGEST_SAFE_INTEGER else None


Text = Annotated[str | None, _lenient]
Int = Annotated[Annotated[int | None, AfterValidator(safe_int)], _lenient]
Number = Annotated[int, Field(ge=-LARGEST_SAFE_INTEGER, le=LARGEST_SAFE_INTEGER)]
Float = Annotated[float | None, _lenient]
Bool = Annotated[bool | None, _lenient]
LARGEST_AMOUNT = Decimal(10) ** 15
SMALLEST_EXPONENT = -18


def _sane_amount(value: Decimal | None) -> Decimal | None:
    """Return an amount that can be added and written; one of a million digits would only stop the page."""
    if value is None or not value.is_finite() or abs(value) > LARGEST_AMOUNT:
        return None
    return value if int(value.as_tuple().exponent) >= SMALLEST_EXPONENT else None


def _plain_amount(value: Decimal | None) -> Amount | None:
    sane = _sane_amount(value)
    return None if sane is None else exact(sane)


# A whole number, by far the most frequent, costs no call of Python.
_Amount = Annotated[
    Annotated[int, Field(strict=True)] | Annotated[Decimal, AfterValidator(_plain_amount)] | None,
    Field(union_mode="left_to_right"),
]
PointsAmount = Annotated[_Amount, _lenient]
"""An amount of points: an ``int`` where it is a whole number, else an exact ``Decimal``."""
Money = Annotated[Annotated[Decimal | None, AfterValidator(_sane_amount)], _lenient]
EARLIEST_MOMENT_S = 946_684_800.0
"""2000-01-01. Earlier stamps are zero times, which some languages write for "none"."""


def _parse_stamp(value: str) -> datetime | None:
    """Return the moment of a stamp that is no RFC 3339: basic ISO 8601, with a zone's name, or of an HTTP answer."""
    value = _ZONE_NAME.sub("", value.strip())
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None


_ZONE_NAME = re.compile(r"\[[^\]]*\]$")
# Left to right: the usual form costs no call of Python.
_Stamp = Annotated[datetime | Annotated[str, AfterValidator(_parse_stamp)] | None, Field(union_mode="left_to_right")]
Moment = Annotated[_Stamp, _lenient]
Opaque = Any
Lenient = _lenient


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
OptionalId = Annotated[Annotated[str | None, BeforeValidator(_as_text)], _lenient]


_REASONS = ("message", "msg", "detail", "error", "reason", "description", "title", "errors", "code", "type")
LONGEST_REASON = 2000
DEEPEST_REASON = 4


def reason_of(value: object, depth: int = 0) -> str | None:
    """Return the words for people in an error of any shape: a text, an object that holds one, a list of them.

    An object without any is written as JSON, so that there is something to go by; nothing is returned for nothing.
    """
    if value is None or isinstance(value, bool) or depth > DEEPEST_REASON:
        return None
    if isinstance(value, str):
        return value.strip()[:LONGEST_REASON] or None
    if isinstance(value, Mapping):
        named = (reason_of(value.get(name), depth + 1) for name in _REASONS)
        found = next((words for words in named if words), None)
        return found or (json.dumps(value, ensure_ascii=False, default=str)[:LONGEST_REASON] if value else None)
    if isinstance(value, list):
        words = [found for item in value[:20] if (found := reason_of(item, depth + 1))]
        return "; ".join(dict.fromkeys(words))[:LONGEST_REASON] or None
    return str(value)


Reason = Annotated[Annotated[str | None, BeforeValidator(reason_of)], _lenient]


def epoch(moment: object) -> float | None:
    """Return epoch seconds; a naive time is UTC, and a zero time is none."""
    if not isinstance(moment, datetime):
        return None
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return seconds if seconds >= EARLIEST_MOMENT_S else None


def percent(value: float | None) -> int | None:
    """Return progress as whole percent between 0 and 100; ``None`` for NaN."""
    if value is None or value != value:  # noqa: PLR0124  NaN is the one value that differs from itself
        return None
    return round(min(100.0, max(0.0, value)))


def read(adapter: TypeAdapter[T], text: str) -> T:
    """Return the value of ``text``; raise ``MalformedAnswer``.

    If the strict parser refuses a text only because of lone surrogates (half a character, from a name cut in two), they
    are replaced, so that the rest of the answer is not lost.
    """
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        if (mended := mended_json(text, error)) is None:
            raise MalformedAnswer(_shape(error)) from None
    try:
        return adapter.validate_json(mended)
    except ValidationError as error:
        raise MalformedAnswer(_shape(error)) from None


def read_exact(adapter: TypeAdapter[T], text: str) -> T:
    """Return the value of ``text``, each number with all its digits; raise ``MalformedAnswer``.

    The parser of ``read``, which is faster, takes a number with a fraction through a double: of 17 digits and more the
    last ones are lost.
    """
    try:
        return adapter.validate_python(_mended(json.loads(text, parse_float=Decimal, object_hook=_mend)))
    except (ValueError, RecursionError):
        return read(adapter, text)


def mended_json(text: str, error: ValidationError) -> str | None:
    """Return ``text`` without lone surrogates if they may be why it was refused, otherwise ``None``."""
    fault = error.errors(include_url=False, include_input=False)[0]
    if fault["type"] != "string_unicode" and "hex escape" not in str(fault.get("ctx")):
        return None
    try:
        mended = json.dumps(_mended(json.loads(text, object_hook=_mend)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return mended


def _mend(value: dict[str, Any]) -> dict[str, Any]:
    return {_mended(key): _mended(item) for key, item in value.items()}


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return value


def _shape(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}"
