"""A job's request put back into the form it came from (R41).

What the server keeps of a request is not all that was sent: pictures that were sent as data are gone. Inputs that the
ability no longer asks for have no place in its form. Both are said. Refuses to carry a trace id over: it names one
call, and two of the same name cannot be distinguished. docs/decisions/run-again.md says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.core.abilities import PICTURES, Ability, InputField, asked_inputs, text_of

OMITTED = "[omitted]"
"""What stands in a kept request where data was."""


@dataclass(frozen=True, slots=True)
class Refill:
    """What an earlier request says to the fields of a form.

    ``inputs`` and ``own`` (the fields of the call itself) are JSON values by name; ``dropped`` names what has no place
    in the form; ``picture_gone`` says that the form asks for a picture which the server has not kept.
    """

    inputs: Mapping[str, object] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    picture_gone: bool = False


def refill(ability: Ability, request: object) -> Refill:
    """Return what a kept request says to the form of its ability; nothing of one that cannot be read."""
    kept = request if isinstance(request, Mapping) else {}
    given = kept.get("inputs")
    left: dict[str, object] = {
        str(name): value for name, value in (given.items() if isinstance(given, Mapping) else ()) if value is not None
    }
    inputs: dict[str, object] = {}
    dropped: list[str] = []
    asked = asked_inputs(ability)
    pictures = [one.name for one in asked if one.type in PICTURES]
    for one in asked:
        value = left.pop(one.name, None)
        if one.name in pictures[:1] and (value is None or _is_data(value)):
            value = _picture(kept)
        if value is None or _is_data(value):
            continue
        if one.options and text_of(value) not in {text_of(option.value) for option in one.options}:
            dropped.append(one.name)
        else:
            inputs[one.name] = value
    left = {name: value for name, value in left.items() if not _is_data(value)}
    free = next((one for one in asked if one.type == "json"), None)
    if free is not None and left:
        inputs.setdefault(free.name, left)
    else:
        dropped += left
    required = {one.name for one in asked if one.type in PICTURES and one.required}
    return Refill(inputs, _own(kept), tuple(dropped), picture_gone=bool(required - inputs.keys()))


def refilled(ability: Ability, values: Refill) -> Ability:
    """Return the ability with what was given before in the place of its defaults."""
    inputs = tuple(
        replace(one, default=values.inputs[one.name]) if one.name in values.inputs else one
        for one in asked_inputs(ability)
    )
    return replace(ability, inputs=inputs)


def shown_texts(ability: Ability) -> dict[str, str]:
    """Return what each field of the form shows before anybody has touched it, by name."""
    return {one.name: _shown(one) for one in asked_inputs(ability)}


def same_text(one: str, other: str) -> bool:
    """Return whether two texts of a field are the same, however their lines end."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")


def _shown(one: InputField) -> str:
    if one.is_choice:
        return "true" if text_of(one.default).lower() in {"true", "1"} else "false"
    if one.options:
        return one.chosen or ""
    return text_of(one.default)


def _own(kept: Mapping[str, object]) -> dict[str, str]:
    own = {name: kept.get(name) for name in ("executorId", "callbackUrl")}
    return {name: value for name, value in own.items() if isinstance(value, str) and value and value != OMITTED}


def _is_data(value: object) -> bool:
    return isinstance(value, str) and (value == OMITTED or value.startswith("data:"))


def _picture(kept: Mapping[str, object]) -> str | None:
    """Return the address of the picture that a request names: its own field, or the first of its list."""
    listed = kept.get("images")
    found = [kept.get("imageUrl"), *(listed if isinstance(listed, list) else [])]
    for item in found:
        url = item.get("url") or item.get("ossUrl") if isinstance(item, Mapping) else item
        if isinstance(url, str) and url.strip() and not _is_data(url):
            return url
    return None
