"""The abilities that can be called, and what a call brought, as frozen values (R29)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.core.records import Result
from app.core.status import Status

_WHOLE_NUMBERS = 1e15
"""Below this, a whole number is written without a fraction, whatever its type."""

PICTURES = frozenset({"image", "image_url", "imageurl", "url"})
"""The types of inputs that take a picture."""
BOOLEANS = frozenset({"boolean", "bool", "switch", "checkbox"})
"""The types of inputs that are either true or false."""


def text_of(value: object) -> str:
    """Return a JSON value as a form shows it: ``1.0`` is ``1``, and nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_NUMBERS:
        value = int(value)
    return json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a field that offers several, as the JSON value that is sent."""

    value: object
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One field of an ability's ``inputSchema``; ``default`` is a JSON value, ``None`` if there is none."""

    name: str
    label: str
    type: str = "text"
    required: bool = False
    default: object = None
    placeholder: str | None = None
    description: str | None = None
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None

    @property
    def is_choice(self) -> bool:
        """Whether it is either true or false."""
        return self.type in BOOLEANS

    @property
    def offered(self) -> Mapping[str, Option]:
        """The options by the text that stands for each in a form; of two with one text, a number goes first."""
        offered: dict[str, Option] = {}
        for option in sorted(self.options, key=lambda option: isinstance(option.value, str)):
            text = text_of(option.value)
            offered.setdefault(text if text not in offered else json.dumps(option.value, ensure_ascii=False), option)
        return {text: option for option in self.options for text, found in offered.items() if found is option}

    @property
    def chosen(self) -> str | None:
        """The text of the option that the default names; ``None`` if it names none."""
        wanted = None if self.default is None else text_of(self.default)
        return next((text for text, option in self.offered.items() if text_of(option.value) == wanted), None)


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
    description: str | None = None
    requires_image: bool = False
    inputs: tuple[InputField, ...] = ()


_PICTURE = InputField(name="imageUrl", label="", type="image")
UNDECLARED = (_PICTURE, InputField(name="inputs", label="", type="json"))
"""What is asked for where an ability declares nothing: a picture, and inputs as JSON. Their labels are the page's."""


def asked_inputs(ability: Ability) -> tuple[InputField, ...]:
    """Return what the form of an ability asks for: a picture also where one is required and no input is one."""
    fields = ability.inputs or UNDECLARED
    if not ability.requires_image:
        return fields
    pictures = [one for one in fields if one.type in PICTURES]
    if not pictures:
        return (replace(_PICTURE, required=True), *fields)
    if len(pictures) > 1 or pictures[0].required:
        return fields
    return tuple(replace(one, required=True) if one is pictures[0] else one for one in fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How a synchronous call of an ability ended."""

    ability_id: str
    status: Status
    word: str
    log_id: int | None = None
    duration_ms: int | None = None
    result: Result = field(default_factory=Result)
