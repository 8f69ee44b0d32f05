"""The ``[podi]`` table of ``pyscript.toml`` and the few settings a visitor may override in the URL.

The API's address is not among those: a link must not be able to send somebody's token elsewhere.
"""

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.core.rules import (
    ABILITY_TASK_CADENCE,
    TASK_CADENCE,
    CadenceRules,
    ConnectionRules,
    DisplayRules,
    PollingRules,
)

OVERRIDABLE = ("disable_ws", "language", "theme")


class SettingsError(Exception):
    """A setting is of the wrong type or nobody knows it; the message says which and what is wanted."""


class Settings(BaseModel):
    """All settings, with the requirements' numbers as defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_base: str = ""
    disable_ws: bool = False
    ws_auth: Literal["auto", "subprotocol", "query", "none"] = "auto"
    language: Literal["auto", "en", "zh"] = "auto"
    theme: Literal["auto", "light", "dark"] = "auto"
    connection: ConnectionRules = ConnectionRules()
    polling: PollingRules = PollingRules()
    task_cadence: CadenceRules = TASK_CADENCE
    ability_task_cadence: CadenceRules = ABILITY_TASK_CADENCE
    display: DisplayRules = DisplayRules()
    demo_accounts: str = ""
    """Where the page's own host names accounts to sign in with; empty in a built site, which asks for none."""
    refresh_before_expiry_s: float = Field(default=60.0, ge=0)

    @field_validator("api_base")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be empty (the page's own host) or begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("demo_accounts")
    @classmethod
    def _is_a_path(cls, value: str) -> str:
        if (value and not re.fullmatch(r"/[\w/-]*", value, re.ASCII)) or value.startswith("//"):
            raise ValueError("must be empty or a path on the page's own host, such as /__demo__/accounts")
        return value


def read_settings(table: Mapping[str, object], query: Mapping[str, str]) -> Settings:
    """Return the settings of this visit.

    ``table`` is ``[podi]``; ``query`` the page's URL parameters, of which ``podi.<name>`` overrides a harmless setting.
    An override that makes no sense is passed over; a bad table raises ``SettingsError``, one line per fault.
    """
    try:
        settings = Settings.model_validate(dict(table))
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    for name in OVERRIDABLE:
        value = query.get(f"podi.{name}")
        if value is not None:
            try:
                settings = Settings.model_validate({**settings.model_dump(), name: value})
            except ValidationError:
                continue
    return settings


def _explain(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in fault["loc"])
        lines.append(f"[podi] {name}: {fault['msg']}")
    return "\n".join(lines)
