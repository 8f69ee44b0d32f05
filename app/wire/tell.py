"""What a user wants to be told, and what was told, as text for the store that all pages of a browser share."""

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.core.notify import Claims, Scope, TellSettings

# Characters; a longer text is not one of ours.
LARGEST = 100_000


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    scope: Scope = Scope.MARKED
    sound: bool = False
    marked: tuple[str, ...] = ()


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True)

    told: dict[str, float] = {}


_SETTINGS: TypeAdapter[_Settings] = TypeAdapter(_Settings)
_CLAIMS: TypeAdapter[_Claims] = TypeAdapter(_Claims)


def write_settings(settings: TellSettings) -> str:
    """Return the text to keep."""
    return _Settings(scope=settings.scope, sound=settings.sound, marked=settings.marked).model_dump_json()


def read_settings(text: str | None) -> TellSettings:
    """Return the settings in a text; the usual ones if there are none, or none that can be read."""
    if text is None or len(text) > LARGEST:
        return TellSettings()
    try:
        kept = _SETTINGS.validate_json(text)
    except ValidationError:
        return TellSettings()
    return TellSettings(kept.scope, kept.sound, kept.marked)


def write_claims(claims: Claims) -> str:
    """Return the text to keep."""
    return _Claims(told=dict(claims.told)).model_dump_json()


def read_claims(text: str | None) -> Claims:
    """Return the claims in a text; none if it cannot be read."""
    if text is None or len(text) > LARGEST:
        return Claims()
    try:
        return Claims(_CLAIMS.validate_json(text).told)
    except ValidationError:
        return Claims()
