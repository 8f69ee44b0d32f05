"""JSON from a request that is stored as it came: anything but the numbers that JSON itself does not have."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

Value = TypeVar("Value", dict[str, Any], list[Any])


def _finite(value: Value) -> Value:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError as error:
        raise ValueError("numbers must be finite") from error
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_finite)]
JsonArray = Annotated[list[Any], AfterValidator(_finite)]
