"""The form that calls an ability, built from its declared inputs, and the request that its fields make.

An ability that declares nothing still takes a picture's address and inputs as JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.abilities import Ability, InputField
from app.ports import Values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless

UNDECLARED = (
    InputField(name="imageUrl", label="", type="image"),
    InputField(name="inputs", label="", type="json"),
)
# Fields of the call itself, unless the ability declares an input of that name.
OWN = ("executorId", "callbackUrl", "traceId")
_NUMBERS = frozenset({"number", "integer", "int", "float", "slider"})
_BOOLEANS = frozenset({"boolean", "bool", "switch", "checkbox"})
_PICTURES = frozenset({"image", "image_url", "imageurl", "url"})
_LONG = frozenset({"textarea", "prompt", "multiline"})


@dataclass(frozen=True, slots=True)
class InvokeRequest:
    """The body of a call, or which fields are wrong: name of the field and key of the sentence."""

    body: Mapping[str, object]
    faults: tuple[tuple[str, str], ...] = ()


def invoke_form_markup(texts: Texts, ability: Ability) -> str:
    """Return the form: ``invoke`` calls and waits, ``invoke-task`` submits an ability task."""
    declared = _inputs(texts, ability)
    fields = "".join(_field(texts, field) for field in declared)
    taken = {field.name for field in declared}
    own = "".join(_own_field(texts, name, ability) for name in OWN if name not in taken)
    return f"""
<form class="invoke" data-action="invoke" data-slot="form" aria-labelledby="invoke-title">
  <h2 id="invoke-title">{texts.escaped("invoke.title")}</h2>
  <div class="invoke__fields">{fields}</div>
  <details class="disclosure"><summary>{icon("chevron")}{texts.escaped("invoke.more")}</summary>
    <div class="disclosure__body invoke__fields">{own}</div></details>
  <p class="field__error" role="alert" data-slot="error" hidden></p>
  <div class="invoke__buttons">
    <button class="button button--primary" type="submit" data-action="invoke-task" data-podi="invoke-task"
      data-slot="submit-task">{icon("send")}{texts.escaped("invoke.task")}</button>
    <button class="button" type="submit" data-action="invoke" data-podi="invoke" data-slot="submit">
      {icon("running")}<span data-slot="submit-text"></span></button>
  </div>
</form>"""


def invoke_form_values(texts: Texts, *, busy: bool = False, error: str = "", inactive: bool = False) -> Values:
    """Return the form's state; ``error`` is a sentence. While a call runs, the button that waits for it is disabled."""
    return {
        "form@aria-busy": "true" if busy else None,
        "submit@disabled": flag(busy or inactive),
        "submit@aria-busy": "true" if busy else None,
        "submit-task@disabled": flag(inactive),
        "submit-text": texts.say("invoke.busy" if busy else "invoke.now"),
        "error": error,
        "error@hidden": hidden_unless(error),
    }


def read_request(ability: Ability, fields: Mapping[str, str]) -> InvokeRequest:
    """Return the body of a call. Fields that were left empty are left out, so that the ability's own defaults hold."""
    inputs: dict[str, object] = {}
    body: dict[str, object] = {"abilityId": ability.id}
    faults: list[tuple[str, str]] = []
    for field in ability.inputs or UNDECLARED:
        text = fields.get(field.name, "")
        kind = field.type
        if not text.strip():
            if field.required:
                faults.append((field.name, "invoke.required"))
        elif kind in _NUMBERS:
            number = _number(text)
            if number is None:
                faults.append((field.name, "invoke.not_a_number"))
            else:
                inputs[field.name] = number
        elif kind in _BOOLEANS:
            inputs[field.name] = text == "true"
        elif kind == "json":
            _read_json(field.name, text, inputs, faults)
        elif kind in _PICTURES and "imageUrl" not in body:
            body["imageUrl"] = text.strip()
            if field.name != "imageUrl":
                inputs[field.name] = text.strip()
        else:
            inputs[field.name] = text
    if inputs:
        body["inputs"] = inputs
    body.update(_own(fields, {field.name for field in ability.inputs}))
    return InvokeRequest(body, tuple(faults))


def fault_text(texts: Texts, ability: Ability, request: InvokeRequest) -> str:
    """Return what is wrong with a request, naming the fields."""
    labels = {field.name: field.label or field.name for field in _inputs(texts, ability)}
    return " ".join(texts.say(key, field=labels.get(name, name)) for name, key in request.faults)


def _own(fields: Mapping[str, str], taken: set[str]) -> dict[str, object]:
    own: dict[str, object] = {}
    given = {name: fields.get(name, "").strip() for name in OWN if name not in taken}
    for name in ("executorId", "callbackUrl"):
        if given.get(name):
            own[name] = given[name]
    if given.get("traceId"):
        own["metadata"] = {"traceId": given["traceId"]}
    return own


def _read_json(name: str, text: str, inputs: dict[str, object], faults: list[tuple[str, str]]) -> None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        inputs.update(value)
    else:
        faults.append((name, "invoke.not_json"))


def _number(text: str) -> float | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _inputs(texts: Texts, ability: Ability) -> tuple[InputField, ...]:
    if ability.inputs:
        return ability.inputs
    return tuple(
        InputField(name=field.name, label=texts.say(f"invoke.{field.name}"), type=field.type) for field in UNDECLARED
    )


def _field(texts: Texts, field: InputField) -> str:
    identity = escape(f"input-{field.name}")
    name = escape(field.name)
    label = escape(field.label)
    mark = '<span class="field__required" aria-hidden="true"> *</span>' if field.required else ""
    if field.type in _BOOLEANS:
        checked = " checked" if field.default == "true" else ""
        return (
            f'<div class="field"><label class="choice" for="{identity}"><input type="checkbox" id="{identity}" '
            f'name="{name}"{checked}>{label}</label></div>'
        )
    control = _control(texts, field, f'id="{identity}" name="{name}"')
    return f'<div class="field"><label for="{identity}">{label}{mark}</label>{control}</div>'


def _control(texts: Texts, field: InputField, identity: str) -> str:
    value = escape(field.default or "")
    more = " required" if field.required else ""
    if field.placeholder:
        more += f' placeholder="{escape(field.placeholder)}"'
    if field.options:
        first = "" if field.required and field.default else '<option value=""></option>'
        options = "".join(
            f'<option value="{escape(option)}"{" selected" if option == field.default else ""}>{escape(label)}</option>'
            for option, label in field.options
        )
        return f'<select class="input" {identity}{more}>{first}{options}</select>'
    if field.type in _LONG or field.type == "json":
        code = " input--code" if field.type == "json" else ""
        hint = f' placeholder="{texts.escaped("invoke.json_example")}"' if field.type == "json" else ""
        return f'<textarea class="input{code}" rows="3" {identity}{more}{hint}>{value}</textarea>'
    if field.type in _NUMBERS:
        limits = (("min", field.minimum), ("max", field.maximum))
        more += "".join(f' {name}="{_plain(limit)}"' for name, limit in limits if limit is not None)
        more += f' step="{_plain(field.step) if field.step else "any"}"'
        return f'<input class="input num" type="number" inputmode="decimal" value="{value}" {identity}{more}>'
    kind = "color" if field.type == "color" else "text"
    if field.type in _PICTURES and not field.placeholder:
        more += ' placeholder="https://"'
    return f'<input class="input" type="{kind}" value="{value}" {identity}{more} autocomplete="off">'


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def _own_field(texts: Texts, name: str, ability: Ability) -> str:
    kind = "url" if name == "callbackUrl" else "text"
    default = ability.executor_id if name == "executorId" else None
    hint = f' placeholder="{escape(default)}"' if default else ""
    return (
        f'<div class="field"><label for="own-{name}">{texts.escaped(f"invoke.{name}")}</label>'
        f'<input class="input" type="{kind}" id="own-{name}" name="{name}" autocomplete="off" spellcheck="false"{hint} '
        f'aria-describedby="hint-{name}"><span class="field__hint" id="hint-{name}">'
        f"{texts.escaped(f'invoke.{name}.hint')}</span></div>"
    )
