"""The form that calls an ability, built from its declared inputs, and the request that its fields make.

An ability that declares nothing still takes a picture's address and inputs as JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.core.abilities import BOOLEANS, PICTURES, Ability, InputField, asked_inputs, text_of
from app.ports import Values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless

# Fields of the call itself, unless the ability declares an input of that name.
OWN = ("executorId", "callbackUrl", "traceId")
_WHOLE = frozenset({"integer", "int"})
_NUMBERS = _WHOLE | {"number", "float", "slider"}
LONGEST_HINT = 500
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
<div data-slot="form"><form class="invoke" data-action="invoke" aria-labelledby="invoke-title">
  <h2 id="invoke-title">{texts.escaped("invoke.title")}</h2>
  <div class="invoke__fields">{fields}</div>
  <details class="disclosure"><summary>{icon("chevron")}{texts.escaped("invoke.more")}</summary>
    <div class="disclosure__body invoke__fields">{own}</div></details>
  <p class="field__error" role="alert" data-slot="error" hidden></p>
  <p class="field__hint" role="status" data-slot="note"></p>
  <div class="invoke__buttons">
    <button class="button button--primary" type="submit" data-action="invoke-task" data-podi="invoke-task"
      data-slot="submit-task">{icon("send")}<span data-slot="submit-task-text"></span></button>
    <button class="button" type="submit" data-action="invoke" data-podi="invoke" data-slot="submit">
      {icon("running")}<span data-slot="submit-text"></span></button>
  </div>
</form></div>"""


def invoke_form_values(
    texts: Texts,
    *,
    busy: bool = False,
    sending: bool = False,
    searching: bool = False,
    error: str = "",
    inactive: bool = False,
) -> Values:
    """Return the form's state; ``error`` is a sentence.

    While a call runs (``busy``), the button that waits for it is disabled; while a task is submitted (``sending``) or
    its answer was lost (``searching``), both wait. One of them has the keyboard then, which ``disabled`` would take.
    """
    waiting = sending or searching
    return {
        "form@aria-busy": "true" if busy or waiting else None,
        "submit@disabled": flag(busy or inactive),
        "submit@aria-busy": "true" if busy else None,
        "submit@aria-disabled": "true" if waiting else None,
        "submit-task@disabled": flag(inactive),
        "submit-task@aria-busy": "true" if waiting else None,
        "submit-task@aria-disabled": "true" if waiting else None,
        "submit-task-text": texts.say("invoke.sending" if waiting else "invoke.task"),
        "note": texts.say("invoke.searching") if searching else "",
        "submit-text": texts.say("invoke.busy" if busy else "invoke.now"),
        "error": error,
        "error@hidden": hidden_unless(error),
    }


def read_request(ability: Ability, fields: Mapping[str, str]) -> InvokeRequest:
    """Return the body of a call. Fields that were left empty are left out, so that the ability's own defaults hold."""
    inputs: dict[str, object] = {}
    body: dict[str, object] = {"abilityId": ability.id}
    faults: list[tuple[str, str]] = []
    for field in asked_inputs(ability):
        text = fields.get(field.name, "")
        kind = field.type
        if not text.strip():
            if field.required:
                faults.append((field.name, "invoke.required"))
        elif field.options:
            option = field.offered.get(text)
            if option is None:
                faults.append((field.name, "invoke.not_offered"))
            else:
                inputs[field.name] = option.value
        elif kind in _NUMBERS:
            number = _number(text)
            if number is None:
                faults.append((field.name, "invoke.not_a_number"))
            elif kind in _WHOLE and number != int(number):
                faults.append((field.name, "invoke.not_whole"))
            else:
                inputs[field.name] = int(number) if kind in _WHOLE else number
        elif kind in BOOLEANS:
            inputs[field.name] = text == "true"
        elif kind == "json":
            _read_json(field.name, text, inputs, faults)
        elif kind in PICTURES and "imageUrl" not in body:
            body["imageUrl"] = text.strip()
            if field.name != "imageUrl":
                inputs[field.name] = text.strip()
        else:
            inputs[field.name] = text
    if ability.requires_image and "imageUrl" not in body and not faults:
        picture = next((field.name for field in asked_inputs(ability) if field.type in PICTURES), "imageUrl")
        faults.append((picture, "invoke.required"))
    if inputs:
        body["inputs"] = inputs
    body.update(_own(fields, {field.name for field in asked_inputs(ability)}))
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
    """Return the same fields with a label for each; those of our own have theirs in the catalogue."""
    return tuple(
        field if field.label else replace(field, label=texts.say(f"invoke.{field.name}"))
        for field in asked_inputs(ability)
    )


def _field(texts: Texts, field: InputField) -> str:
    identity = escape(f"input-{field.name}")
    name = escape(field.name)
    label = escape(field.label)
    hint = ""
    described = ""
    if field.description:
        described = f' aria-describedby="hint-{identity}"'
        hint = f'<span class="field__hint" id="hint-{identity}">{escape(field.description[:LONGEST_HINT])}</span>'
    mark = '<span class="field__required" aria-hidden="true"> *</span>' if field.required else ""
    if field.type in BOOLEANS:
        checked = " checked" if text_of(field.default).lower() in {"true", "1"} else ""
        return (
            f'<div class="field"><label class="choice" for="{identity}"><input type="checkbox" id="{identity}" '
            f'name="{name}"{checked}{described}>{label}</label>{hint}</div>'
        )
    control = _control(texts, field, f'id="{identity}" name="{name}"', described)
    return f'<div class="field"><label for="{identity}">{label}{mark}</label>{control}{hint}</div>'


def _control(texts: Texts, field: InputField, identity: str, more: str) -> str:
    value = escape(text_of(field.default))
    if field.required:
        more += " required"
    if field.placeholder:
        more += f' placeholder="{escape(field.placeholder)}"'
    if field.options:
        chosen = field.chosen
        # A required one whose default is not offered asks: the first would be taken without anybody's choice.
        ask = texts.escaped("invoke.choose") if field.required else ""
        first = "" if field.required and chosen is not None else f'<option value="">{ask}</option>'
        options = "".join(
            f'<option value="{escape(text)}"{" selected" if text == chosen else ""}>{escape(option.label)}</option>'
            for text, option in field.offered.items()
        )
        return f'<select class="input" {identity}{more}>{first}{options}</select>'
    if field.type in _LONG or field.type == "json":
        code = " input--code" if field.type == "json" else ""
        hint = f' placeholder="{texts.escaped("invoke.json_example")}"' if field.type == "json" else ""
        return f'<textarea class="input{code}" rows="3" {identity}{more}{hint}>{value}</textarea>'
    if field.type in _NUMBERS:
        limits = (("min", field.minimum), ("max", field.maximum))
        more += "".join(f' {name}="{_plain(limit)}"' for name, limit in limits if limit is not None)
        step = _plain(field.step) if field.step else "1" if field.type in _WHOLE else "any"
        more += f' step="{step}"'
        return f'<input class="input num" type="number" inputmode="decimal" value="{value}" {identity}{more}>'
    kind = "color" if field.type == "color" else "text"
    if field.type in PICTURES and not field.placeholder:
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
