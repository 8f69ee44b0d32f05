"""The form that calls an ability, built from its declared inputs, and the request that its fields make.

An ability that declares nothing still takes a picture's address and inputs as JSON. A picture is named by its address,
or chosen, dropped or pasted as a file (R41): then it travels in the request, as base64.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.core.abilities import BOOLEANS, PICTURES, Ability, InputField, asked_inputs, text_of
from app.core.pictures import MOST_PICTURE_BYTES
from app.late_ports import PickedPicture
from app.ports import Values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless, one_line

# Fields of the call itself, unless the ability declares an input of that name.
EXECUTOR = "executorId"
OWN = (EXECUTOR, "callbackUrl", "traceId")
_WHOLE = frozenset({"integer", "int"})
_NUMBERS = _WHOLE | {"number", "float", "slider"}
LONGEST_HINT = 500
NO_PICTURES: Mapping[str, PickedPicture] = {}
_LONG = frozenset({"textarea", "prompt", "multiline"})


@dataclass(frozen=True, slots=True)
class InvokeRequest:
    """The body of a call, or which fields are wrong: name of the field and key of the sentence."""

    body: Mapping[str, object]
    faults: tuple[tuple[str, str], ...] = ()


def invoke_form_markup(
    texts: Texts,
    ability: Ability,
    *,
    own_values: Mapping[str, str] | None = None,
    marks: bool = False,
    executor: str = "",
) -> str:
    """Return the form: ``invoke`` calls and waits, ``invoke-task`` submits an ability task.

    ``own_values`` fill the fields of the call itself. Every change of a field is the action ``edit``; with ``marks``
    it is marked.
    ``executor`` is the markup of the field in which the executor is chosen, in place of the one that is folded away.
    """
    declared = _inputs(texts, ability)
    fields = "".join(_field(texts, field, number, marks=marks) for number, field in enumerate(declared))
    taken = {field.name for field in declared}
    if EXECUTOR in taken:
        executor = ""
    folded = [name for name in OWN if name not in taken and not (executor and name == EXECUTOR)]
    filled = own_values or {}
    own = "".join(_own_field(texts, name, ability, filled.get(name, "")) for name in folded)
    summary = texts.escaped("invoke.more_callback" if executor else "invoke.more")
    opened = " open" if filled else ""
    return f"""
<div data-slot="form"><form class="invoke" data-action="invoke" aria-labelledby="invoke-title">
  <h2 id="invoke-title">{texts.escaped("invoke.title")}</h2>
  <p class="field__hint" data-slot="refill" hidden></p>
  <div class="invoke__fields">{fields}{executor}</div>
  <details class="disclosure"{opened}><summary>{icon("chevron")}{summary}</summary>
    <div class="disclosure__body invoke__fields">{own}</div></details>
  <p class="field__error" role="alert" data-slot="error" hidden></p>
  <p class="field__hint" role="status" data-slot="note"></p>
  <div class="invoke__buttons">
    <button class="button button--primary" type="submit" data-action="invoke-task" data-podi="invoke-task"
      aria-describedby="invoke-price" data-slot="submit-task">
      {icon("send")}<span data-slot="submit-task-text"></span></button>
    <button class="button" type="submit" data-action="invoke" data-podi="invoke" data-slot="submit">
      {icon("running")}<span data-slot="submit-text"></span></button>
  </div>
  <p class="invoke__price num" id="invoke-price" data-slot="price"></p>
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


def edited_values(ability: Ability, changed: Mapping[str, bool]) -> Values:
    """Return which fields are marked as changed, by the name of the field."""
    numbers = {field.name: number for number, field in enumerate(asked_inputs(ability))}
    return {f"field-{numbers[name]}@data-changed": flag(is_so) for name, is_so in changed.items() if name in numbers}


def picture_values(texts: Texts, ability: Ability, name: str, picture: PickedPicture | None, error: str = "") -> Values:
    """Return what a picture's field shows: the picture that was picked, or why one could not be (a sentence).

    A field that has a picture needs no address.
    """
    fields = asked_inputs(ability)
    number = next((number for number, field in enumerate(fields) if field.name == name), None)
    if number is None:
        return {}
    required = fields[number].required
    size = "" if picture is None else texts.say("picture.size", kb=max(1, round(picture.size / 1000)))
    return {
        f"picture-{number}@hidden": hidden_unless(picture),
        f"picture-{number}-preview@src": None if picture is None else picture.preview,
        f"picture-{number}-name": "" if picture is None else f"{one_line(picture.name)} · {size}",
        f"picture-{number}-error": error,
        f"picture-{number}-error@hidden": hidden_unless(error),
        f"input-{number}@required": flag(required and picture is None),
        f"input-{number}@disabled": flag(picture is not None),
    }


def read_request(
    ability: Ability, fields: Mapping[str, str], pictures: Mapping[str, PickedPicture] = NO_PICTURES
) -> InvokeRequest:
    """Return the body of a call. Fields that were left empty are left out, so that the ability's own defaults hold.

    ``pictures`` are those picked as files, by field. The first is the call's own picture; an input gets another as a
    ``data:`` address.
    """
    inputs: dict[str, object] = {}
    body: dict[str, object] = {"abilityId": ability.id}
    faults: list[tuple[str, str]] = []
    for field in asked_inputs(ability):
        text = fields.get(field.name, "")
        kind = field.type
        picture = pictures.get(field.name)
        if picture is not None:
            if "imageUrl" in body or "imageBase64" in body:
                inputs[field.name] = f"data:{picture.kind};base64,{picture.base64}"
            else:
                body["imageBase64"] = picture.base64
        elif not text.strip():
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
        elif kind in PICTURES and "imageUrl" not in body and "imageBase64" not in body:
            body["imageUrl"] = text.strip()
            if field.name != "imageUrl":
                inputs[field.name] = text.strip()
        else:
            inputs[field.name] = text
    if ability.requires_image and not {"imageUrl", "imageBase64"} & body.keys() and not faults:
        missing = next((field.name for field in asked_inputs(ability) if field.type in PICTURES), "imageUrl")
        faults.append((missing, "invoke.required"))
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
    for name in (EXECUTOR, "callbackUrl"):
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


def _field(texts: Texts, field: InputField, number: int, *, marks: bool) -> str:
    identity = escape(f"input-{field.name}")
    name = escape(field.name)
    label = escape(field.label)
    hint = ""
    described = ""
    if field.description:
        described = f' aria-describedby="hint-{identity}"'
        hint = f'<span class="field__hint" id="hint-{identity}">{escape(field.description[:LONGEST_HINT])}</span>'
    mark = '<span class="field__required" aria-hidden="true"> *</span>' if field.required else ""
    changed = ""
    edited = ' data-action="edit" data-on="input"'
    if marks:
        changed = f'<span class="field__changed">{texts.escaped("invoke.changed")}</span>'
    slot = f'data-slot="field-{number}"'
    if field.type in BOOLEANS:
        checked = " checked" if text_of(field.default).lower() in {"true", "1"} else ""
        return (
            f'<div class="field" {slot}><label class="choice" for="{identity}"><input type="checkbox" id="{identity}" '
            f'name="{name}"{checked}{described}{edited}>{label}</label>{changed}{hint}</div>'
        )
    control = _control(
        texts, field, f'id="{identity}" name="{name}"', described, f' data-slot="input-{number}"{edited}'
    )
    if field.type in PICTURES:
        control = _picture_field(texts, field, number, control)
        slot += f' data-picture-drop="{name}"'
    return f'<div class="field" {slot}><label for="{identity}">{label}{mark}</label>{changed}{control}{hint}</div>'


def _picture_field(texts: Texts, field: InputField, number: int, control: str) -> str:
    """Return the field of a picture: its address, or a file, which is shown once it is picked."""
    name = escape(field.name)
    limit = texts.escaped("picture.limit", mb=MOST_PICTURE_BYTES // 1_000_000)
    return f"""{control}
<div class="picture-field"><label class="button button--small picture-field__choose">{texts.escaped("picture.choose")}
  <input class="visually-hidden" type="file" accept="image/*" data-picture="{name}"></label>
  <span class="field__hint">{limit}</span></div>
<div class="picture-field" data-slot="picture-{number}" hidden>
  <img class="picture-field__preview" alt="" width="56" height="56" data-slot="picture-{number}-preview">
  <span class="picture-field__name" data-slot="picture-{number}-name"></span>
  <button class="button button--small" type="button" data-action="clear-picture" data-picture="{name}">
    {texts.escaped("picture.clear")}</button></div>
<p class="field__error" role="alert" data-slot="picture-{number}-error" hidden></p>"""


def _control(texts: Texts, field: InputField, identity: str, more: str, slot: str) -> str:
    value = escape(text_of(field.default))
    if field.required:
        more += " required"
    more += slot
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
        # A parser drops the line break with which a text area begins.
        line = "\n" if value.startswith(("\n", "\r")) else ""
        hint = f' placeholder="{texts.escaped("invoke.json_example")}"' if field.type == "json" else ""
        return f'<textarea class="input{code}" rows="3" {identity}{more}{hint}>{line}{value}</textarea>'
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


def _own_field(texts: Texts, name: str, ability: Ability, value: str) -> str:
    kind = "url" if name == "callbackUrl" else "text"
    default = ability.executor_id if name == EXECUTOR else None
    filled = f' value="{escape(value)}"' if value else ""
    hint = f' placeholder="{escape(default)}"' if default else ""
    return (
        f'<div class="field"><label for="own-{name}">{texts.escaped(f"invoke.{name}")}</label>'
        f'<input class="input" type="{kind}" id="own-{name}" name="{name}" autocomplete="off" spellcheck="false"'
        f'{filled}{hint} aria-describedby="hint-{name}" data-action="edit" data-on="input">'
        f'<span class="field__hint" id="hint-{name}">'
        f"{texts.escaped(f'invoke.{name}.hint')}</span></div>"
    )
