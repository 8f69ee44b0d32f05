"""The settings and claims of notifications, as text for the store that all pages of a browser share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.core.limits import LAST, PERCENTS, Limits
from app.core.notify import Claims, NotifySettings, Scope

# Characters; a longer text is not one of ours.
LARGEST = 100_000


_Percent = Annotated[int, Field(ge=PERCENTS[0], le=PERCENTS[-1])]


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    failures_on: bool = False
    failures: _Percent = 20
    last: Annotated[int, Field(ge=LAST[0], le=LAST[-1])] = 20
    queue_on: bool = False
    queue: _Percent = 80


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    scope: Scope = Scope.MARKED
    sound: bool = False
    marked: tuple[str, ...] = ()
    limits: _Limits = _Limits()


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True)

    # Browsers keep it under this name.
    notified: Annotated[dict[str, float], Field(alias="told")] = {}


_SETTINGS: TypeAdapter[_Settings] = TypeAdapter(_Settings)
_CLAIMS: TypeAdapter[_Claims] = TypeAdapter(_Claims)


def write_settings(settings: NotifySettings) -> str:
    """Return the text to keep."""
    limits = _Limits.model_validate(settings.limits)
    kept = _Settings(scope=settings.scope, sound=settings.sound, marked=settings.marked, limits=limits)
    return kept.model_dump_json()


def read_settings(text: str | None) -> NotifySettings:
    """Return the settings in a text; the usual ones if there are none, or none that can be read."""
    if text is None or len(text) > LARGEST:
        return NotifySettings()
    try:
        kept = _SETTINGS.validate_json(text)
    except ValidationError:
        return NotifySettings()
    return NotifySettings(kept.scope, kept.sound, kept.marked, Limits(**kept.limits.model_dump()))


def write_claims(claims: Claims) -> str:
    """Return the text to keep."""
    return _Claims(told=dict(claims.notified)).model_dump_json(by_alias=True)


def read_claims(text: str | None) -> Claims:
    """Return the claims in a text; none if it cannot be read."""
    if text is None or len(text) > LARGEST:
        return Claims()
    try:
        return Claims(_CLAIMS.validate_json(text).notified)
    except ValidationError:
        return Claims()
