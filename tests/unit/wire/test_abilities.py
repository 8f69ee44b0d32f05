"""Abilities with the forms that call them."""

import json

from app.core.abilities import InputField, Option
from app.wire.abilities import read_abilities


def test_an_input_form_is_read_from_the_schema() -> None:
    """R29: every kind of field a form is built from; one without a name is left out."""
    fields = [
        {"name": "prompt", "label": "Prompt", "required": True, "placeholder": "…"},
        {"key": "steps", "type": "NUMBER", "default": 20, "min": 1, "max": 50, "step": 1},
        {"id": "style", "type": "select", "options": [{"value": 1, "label": "One"}, "two", None]},
        {"name": "tile", "type": "switch", "default": True},
        {"label": "no name"},
        5,
    ]
    (ability,) = read_abilities(json.dumps({"items": [{"id": "x", "inputSchema": {"fields": fields}}, 5]}))
    assert (
        InputField(name="prompt", label="Prompt", required=True, placeholder="…"),
        InputField(name="steps", label="steps", type="number", default=20, minimum=1, maximum=50, step=1),
        InputField(name="style", label="style", type="select", options=(Option(1, "One"), Option("two", "two"))),
        InputField(name="tile", label="tile", type="switch", default=True),
    ) == ability.inputs


def test_an_ability_without_a_form_has_none() -> None:
    """R29: a schema of another shape is no reason to lose the ability."""
    abilities = read_abilities('{"items": [{"id": "a", "inputSchema": 5}, {"id": "b", "inputSchema": {"fields": 5}}]}')
    assert [("a", "a", ()), ("b", "b", ())] == [(each.id, each.name, each.inputs) for each in abilities]


def test_descriptions_and_a_required_picture_are_read() -> None:
    """R29: what an ability and its fields are for, and that a picture is required though no field asks for it."""
    item = {"id": "x", "description": "Cuts out.", "requiresImage": True}
    fields = [{"name": "a", "description": "How sharp."}]
    (ability,) = read_abilities(json.dumps({"items": [{**item, "inputSchema": {"fields": fields}}]}))
    assert ("Cuts out.", True, "How sharp.") == (
        ability.description,
        ability.requires_image,
        ability.inputs[0].description,
    )
