"""The abilities that can be called, and what a call brought, as frozen values (R29)."""

from dataclasses import dataclass, field

from app.core.records import Result
from app.core.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One field of an ability's ``inputSchema``."""

    name: str
    label: str
    type: str = "text"
    required: bool = False
    default: str | None = None
    placeholder: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One AI ability that can be called."""

    id: str
    name: str
    provider: str | None = None
    category: str | None = None
    capability_key: str | None = None
    status: str | None = None
    type: str | None = None
    executor_id: str | None = None
    inputs: tuple[InputField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How a synchronous call of an ability ended."""

    ability_id: str
    status: Status
    word: str
    log_id: int | None = None
    duration_ms: int | None = None
    result: Result = field(default_factory=Result)
