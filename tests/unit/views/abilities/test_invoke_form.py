"""The form that calls an ability, and what its fields say (R29)."""

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
