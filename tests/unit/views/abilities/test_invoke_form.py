"""The form that calls an ability, and what its fields say (R29)."""

import json

import pytest

from app.core.abilities import Ability, InputField, Option
from app.views.abilities.invoke_form import fault_text, invoke_form_markup, read_request
from testkit.plain_formats import plain_texts
from testkit.samples import PLAIN_ABILITY, RICH_ABILITY

T = plain_texts()


def test_the_form_is_built_from_the_declared_inputs() -> None:
    """R29: each type has its control, with limits and defaults; names are the schema's."""
    markup = invoke_form_markup(T, RICH_ABILITY)
    assert '<input class="input" type="text" value="" id="input-imageUrl" name="imageUrl" required' in markup
    assert '<textarea class="input" rows="3" id="input-prompt" name="prompt"' in markup
    assert 'min="0" max="1" step="0.1"' in markup
    assert '<option value="s" selected>Small</option>' in markup
    assert 'type="checkbox" id="input-mirror" name="mirror" checked' in markup
    assert 'data-podi="invoke-task"' in markup
    assert 'placeholder="executor_comfyui_158"' in markup


def test_an_ability_that_declares_nothing_can_be_called_too() -> None:
    """R29: with a picture's address and inputs as JSON."""
    markup = invoke_form_markup(T, PLAIN_ABILITY)
    assert 'name="imageUrl"' in markup
    assert 'name="inputs"' in markup
    request = read_request(PLAIN_ABILITY, {"imageUrl": "https://a.b/c.png", "inputs": '{"prompt": "koi"}'})
    assert request.body == {
        "abilityId": "baidu_colourize",
        "imageUrl": "https://a.b/c.png",
        "inputs": {"prompt": "koi"},
    }


def test_a_request_has_numbers_as_numbers_and_nothing_empty() -> None:
    """R29: what was left empty is left to the ability's own defaults."""
    fields = {"imageUrl": " /a.png ", "prompt": "", "strength": "0.5", "size": "l", "mirror": "false"}
    own = {"executorId": "e1", "callbackUrl": " ", "traceId": "tr-9"}
    request = read_request(RICH_ABILITY, {**fields, **own})
    assert request.faults == ()
    assert request.body == {
        "abilityId": "comfyui_yinhua_tiqu",
        "imageUrl": "/a.png",
        "inputs": {"strength": 0.5, "size": "l", "mirror": False},
        "executorId": "e1",
        "metadata": {"traceId": "tr-9"},
    }


def test_faults_name_the_fields() -> None:
    """Bad input: a clear message that says what to do."""
    request = read_request(RICH_ABILITY, {"strength": "much", "mirror": "true"})
    assert fault_text(T, RICH_ABILITY, request) == "Image is needed. Strength has to be a number."
    plain = read_request(PLAIN_ABILITY, {"inputs": "[1]"})
    assert fault_text(T, PLAIN_ABILITY, plain).startswith("Inputs (JSON) has to be a JSON object")
    assert read_request(RICH_ABILITY, {"imageUrl": "x", "strength": "inf"}).faults == (
        ("strength", "invoke.not_a_number"),
    )


def select(*values: object, default: object = None, required: bool = False) -> Ability:
    """An ability with one field that offers these values."""
    options = tuple(Option(value, str(value)) for value in values)
    field = InputField(name="n", label="N", type="select", options=options, default=default, required=required)
    return Ability(id="x", name="X", inputs=(field,))


@pytest.mark.parametrize(
    ("values", "text", "sent"),
    [
        ((4, 8, 20), "8", "8"),
        ((True, False), "false", "false"),
        ((0.5, 1, 2), "0.5", "0.5"),
        ((1.0, 2.5), "1", "1.0"),
        (("4", "8"), "8", '"8"'),
        ((4, "4"), '"4"', '"4"'),
        ((4, "4"), "4", "4"),
        (({"w": 1},), '{"w": 1}', '{"w": 1}'),
    ],
)
def test_an_option_is_sent_as_what_it_is(values: tuple[object, ...], text: str, sent: str) -> None:
    """R29, report 21: a number stays a number and a boolean a boolean; only texts are texts."""
    assert f'value="{text}"' in invoke_form_markup(T, select(*values)).replace("&quot;", '"')
    assert json.dumps(read_request(select(*values), {"n": text}).body["inputs"]) == f'{{"n": {sent}}}'


@pytest.mark.parametrize(
    ("values", "default", "chosen"),
    [
        ((0.5, 1, 2), 1.0, "1"),
        ((0.5, 1, 2), "1", "1"),
        ((True, False), False, "false"),
        ((0, 1), False, None),
        (("a", "b"), "c", None),
        ((1, 2), None, None),
    ],
)
def test_a_default_selects_the_option_that_it_names(
    values: tuple[object, ...], default: object, chosen: str | None
) -> None:
    """R29, report 21: whatever way its number is written; one that is not offered selects nothing."""
    markup = invoke_form_markup(T, select(*values, default=default, required=True))
    assert (f'<option value="{chosen}" selected>' in markup) == (chosen is not None)
    assert ('<option value="">Choose' in markup) == (chosen is None)


def test_what_is_not_offered_is_not_sent() -> None:
    """R29, report 21: a required choice that was not made, and a value from elsewhere, are faults."""
    required = select(1, 2, default=3, required=True)
    assert read_request(required, {"n": ""}).faults == (("n", "invoke.required"),)
    assert fault_text(T, required, read_request(required, {"n": "3"})) == "N has to be one of the values on offer."


def test_a_fraction_does_not_pass_for_an_integer() -> None:
    """R29, report 21: 2.7 is a fault, 2.0 is 2."""
    ability = Ability(id="x", name="X", inputs=(InputField(name="n", label="N", type="integer", default=2.0),))
    assert 'value="2"' in invoke_form_markup(T, ability)
    assert 'step="1"' in invoke_form_markup(T, ability)
    assert fault_text(T, ability, read_request(ability, {"n": "2.7"})) == "N has to be a whole number."
    assert json.dumps(read_request(ability, {"n": "2.0"}).body["inputs"]) == '{"n": 2}'
    assert json.dumps(read_request(ability, {"n": "-3"}).body["inputs"]) == '{"n": -3}'


def test_a_required_picture_is_asked_for_where_no_field_does() -> None:
    """R29: an ability may need a picture and declare no field for it, or only optional ones."""
    prompt = InputField(name="prompt", label="Prompt")
    bare = Ability(id="x", name="X", inputs=(prompt,), requires_image=True)
    assert 'id="input-imageUrl" name="imageUrl" required' in invoke_form_markup(T, bare)
    assert fault_text(T, bare, read_request(bare, {"prompt": "koi"})) == "Image URL is needed."
    assert read_request(bare, {"prompt": "koi", "imageUrl": "/a.png"}).body["imageUrl"] == "/a.png"
    pictures = tuple(InputField(name=name, label=name, type="image") for name in ("first", "second"))
    several = Ability(id="x", name="X", inputs=pictures, requires_image=True)
    assert read_request(several, {}).faults == (("first", "invoke.required"),)
    assert read_request(several, {"second": "/b.png"}).faults == ()


def test_descriptions_belong_to_their_fields() -> None:
    """R29: what a field is for is read with it."""
    field = InputField(name="n", label="N", description="How <many>.")
    markup = invoke_form_markup(T, Ability(id="x", name="X", inputs=(field,)))
    assert 'aria-describedby="hint-input-n"' in markup
    assert 'id="hint-input-n">How &lt;many&gt;.</span>' in markup
