"""The abilities that can be called: what a form shows of their values, and what it asks for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.abilities import UNDECLARED, Ability, InputField, Option, asked_inputs, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("koi", "koi"),
        ("", ""),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1000000000000000.0"),
        (-1e15, "-1000000000000000.0"),
        (float("inf"), "Infinity"),
        (True, "true"),
        (3, "3"),
        ({"名": [1, None]}, '{"名": [1, null]}'),
        ({1: {2}}, '{"1": "{2}"}'),
    ],
)
def test_a_value_is_shown_as_a_form_writes_it(value: object, text: str) -> None:
    """R29: a whole number has no fraction, an absurd one is left as it is, anything else is JSON."""
    assert text == text_of(value)


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_shown_is_the_number(value: object) -> None:
    """R29: what a form shows of a number or a boolean reads as the same value."""
    text = text_of(value)
    assert value == (json.loads(text) if text else None)


def field(*values: object, default: object = None) -> InputField:
    """Return a field that offers these values, each labelled by its type."""
    options = tuple(Option(value, type(value).__name__) for value in values)
    return InputField(name="size", label="Size", type="select", options=options, default=default)


def test_of_two_options_with_one_text_the_number_goes_first() -> None:
    """R29: a form distinguishes them by their texts, and what is sent keeps its type; the order is the ability's."""
    offered = field("4", 4, "x").offered
    assert [('"4"', "4"), ("4", 4), ("x", "x")] == [(text, option.value) for text, option in offered.items()]


def test_a_text_that_reads_as_another_value_is_quoted_and_its_characters_stay() -> None:
    """R29: a form shows people what they can read."""
    assert ['"[\\"印\\"]"', '["印"]'] == list(field('["印"]', ["印"]).offered)


def test_two_numbers_that_read_alike_are_both_offered() -> None:
    """R29: each is sent as the number that it is."""
    assert [("4", 4), ("4.0", 4.0)] == [(text, option.value) for text, option in field(4, 4.0).offered.items()]


@pytest.mark.parametrize(
    ("default", "chosen"), [(4, "4"), ("4", "4"), (4.0, "4"), (5, None), (None, None), ("", "")], ids=repr
)
def test_the_default_is_the_option_with_its_text(default: object, chosen: str | None) -> None:
    """R29: a default that no option has chooses none; ``4.0`` and ``"4"`` name the option ``4``."""
    assert chosen == field(2, 4, "", default=default).chosen


@pytest.mark.parametrize(("kind", "choice"), [("switch", True), ("bool", True), ("checkbox", True), ("text", False)])
def test_which_types_are_true_or_false(kind: str, choice: bool) -> None:
    """R29: they are sent as booleans."""
    assert choice is InputField(name="a", label="", type=kind).is_choice


IMAGE = InputField(name="image", label="", type="image")
MASK = InputField(name="mask", label="", type="image_url")
WORDS = InputField(name="words", label="")


def asked(*inputs: InputField, requires_image: bool = True) -> list[tuple[str, bool]]:
    """Return name and need of each input that a form asks for."""
    found = asked_inputs(Ability(id="x", name="X", inputs=inputs, requires_image=requires_image))
    return [(one.name, one.required) for one in found]


def test_an_ability_that_declares_nothing_asks_for_a_picture_and_json() -> None:
    """R29: whatever it takes can be given; the picture is required where the ability says so."""
    assert [("imageUrl", False), ("inputs", False)] == asked(requires_image=False)
    assert [("imageUrl", True), ("inputs", False)] == asked()
    assert asked_inputs(Ability(id="x", name="X")) == UNDECLARED


def test_a_required_picture_that_no_input_is_gets_a_field() -> None:
    """R29: in front of the others."""
    assert [("imageUrl", True), ("words", False)] == asked(WORDS)
    assert [("words", False)] == asked(WORDS, requires_image=False)


def test_the_only_picture_of_an_ability_that_requires_one_is_required() -> None:
    """R29: of several nobody knows which; one that is required already is left as it is."""
    assert [("words", False), ("image", True)] == asked(WORDS, IMAGE)
    assert [("image", False), ("mask", False)] == asked(IMAGE, MASK)
    required = InputField(name="image", label="", type="image", required=True, description="kept")
    assert required in asked_inputs(Ability(id="x", name="X", inputs=(required,), requires_image=True))
