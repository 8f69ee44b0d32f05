"""Field types for unreliable answers, and the base model that reads both styles of names."""

import json
import re
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
Money = Annotated[Decimal | None, _lenient]
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
