"""JSON from a request that is stored as it came: only what can be written again, and not too much of it."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

MOST_LEVELS = 64
"""Of nesting, in each part of a body."""
MOST_VALUES = 250_000
LARGEST_VALUE = 2**20
LARGEST_METADATA = 2**16

Value = TypeVar("Value", dict[str, Any], list[Any], dict[str, str])


def unwritable(body: Any) -> str | None:
    """What in a body could be read as JSON and not be written as UTF-8, or not without end; ``None`` if nothing.

    Iterative, since what it searches for is nesting.
    """
    # The body itself is not one of its parts' levels.
    left: list[tuple[Any, int]] = [(body, 0)]
    seen = 0
    while left:
        value, level = left.pop()
        seen += 1
        if level > MOST_LEVELS and isinstance(value, dict | list):
            return f"values may be nested {MOST_LEVELS} levels deep"
        if seen > MOST_VALUES:
            return f"there may be {MOST_VALUES} values in all"
        if isinstance(value, str) and not _is_utf8(value):
            return "text must be encodable as UTF-8: no lone surrogates"
        if isinstance(value, dict):
            left.extend((key, level) for key in value)
            left.extend((item, level + 1) for item in value.values())
        elif isinstance(value, list):
            left.extend((item, level + 1) for item in value)
    return None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def size_of(value: Any) -> int:
    """How many bytes ``value`` has as JSON; raises ``ValueError`` for numbers that JSON does not have."""
    return len(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def _finite(value: Value) -> Value:
    try:
        size_of(value)
    except ValueError as error:
        raise ValueError("numbers must be finite") from error
    return value


def _at_most(value: Value, largest: int) -> Value:
    if size_of(value) > largest:
        raise ValueError(f"must be at most {largest} bytes as JSON")
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_finite)]
JsonArray = Annotated[list[Any], AfterValidator(_finite)]
KeptObject = Annotated[JsonObject, AfterValidator(lambda value: _at_most(value, LARGEST_VALUE))]
Metadata = Annotated[JsonObject, AfterValidator(lambda value: _at_most(value, LARGEST_METADATA))]
HeaderValues = Annotated[dict[str, str], AfterValidator(lambda value: _at_most(value, LARGEST_METADATA))]
