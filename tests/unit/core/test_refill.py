"""A job's request put back into the form it came from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.abilities import Ability, InputField, Option
from app.core.refill import OMITTED, Refill, refill, refilled, same_text, shown_texts

IMAGE = InputField(name="image", label="Image", type="image", required=True)
MASK = InputField(name="mask", label="Mask", type="image")
PROMPT = InputField(name="prompt", label="Prompt", type="textarea", default="a pond")
SIZE = InputField(name="size", label="Size", type="select", default=4, options=(Option(4, "4"), Option(8, "8")))
MIRROR = InputField(name="mirror", label="Mirror", type="switch", default=True)
ABILITY = Ability(id="cut", name="Cut", inputs=(IMAGE, MASK, PROMPT, SIZE, MIRROR))
BARE = Ability(id="bare", name="Bare", requires_image=True)
URL = "https://example.org/koi.png"


def test_every_input_finds_its_field() -> None:
    """R41: as the JSON values they were sent as; what was left empty then shows the ability's own default."""
    request = {"imageUrl": URL, "inputs": {"image": URL, "size": 8, "mirror": False}, "imageBase64": OMITTED}
    again = refilled(ABILITY, refill(ABILITY, request))
    shown = {"image": URL, "mask": "", "prompt": "a pond", "size": "8", "mirror": "false"}
    assert shown == shown_texts(again)


@pytest.mark.parametrize("request_", [{"imageUrl": URL}, {"images": [URL]}, {"images": [{"ossUrl": URL}]}])
def test_the_picture_is_found_wherever_it_was(request_: dict[str, object]) -> None:
    """R41: the first picture that is asked for is the one of the call; no other field gets it."""
    assert Refill({"image": URL}) == refill(ABILITY, request_)


@pytest.mark.parametrize(
    "request_",
    [
        {"imageBase64": OMITTED},
        {"imageUrl": OMITTED, "images": [OMITTED]},
        {"inputs": {"image": "data:image/png;base64,AAAA"}},
        {"inputs": {"image": OMITTED}},
    ],
)
def test_a_picture_that_was_not_kept_is_asked_for_again(request_: dict[str, object]) -> None:
    """R41: a picture sent as data is not in the kept request, and the form says so."""
    assert Refill(picture_gone=True) == refill(ABILITY, request_)
    assert not refill(replace(ABILITY, inputs=(PROMPT,)), request_).picture_gone


@pytest.mark.parametrize(
    "request_",
    [
        {"imageUrl": URL, "inputs": {"image": "data:image/png;base64,AAAA", "mask": OMITTED}},
        {"imageUrl": OMITTED, "images": [{"url": URL}], "inputs": {"prompt": "data:text/plain,x"}},
        {"images": [{"url": "", "ossUrl": URL}], "inputs": {"image": OMITTED, "reference": OMITTED}},
    ],
)
def test_the_address_stands_for_data_that_was_not_kept(request_: dict[str, object]) -> None:
    """R41: data goes into no field and is not named as having no place; the picture's address fills its field."""
    assert Refill({"image": URL}) == refill(ABILITY, request_)


def test_what_has_no_place_any_more_is_named() -> None:
    """R41: an input that the ability no longer asks for, and a value that it no longer offers."""
    found = refill(ABILITY, {"imageUrl": URL, "inputs": {"size": 16, "seed": 1, "prompt": None}})
    assert Refill({"image": URL}, dropped=("size", "seed")) == found


def test_an_ability_that_declares_nothing_takes_them_as_json() -> None:
    """R41: a picture's address and the rest of the inputs."""
    found = refill(BARE, {"imageUrl": URL, "inputs": {"seed": 1, "note": "x"}})
    assert Refill({"imageUrl": URL, "inputs": {"seed": 1, "note": "x"}}) == found
    assert '{"seed": 1, "note": "x"}' == shown_texts(refilled(BARE, found))["inputs"]


def test_the_fields_of_the_call_come_back_but_for_its_name() -> None:
    """R41: executor and callback; a trace id names one call only."""
    request = {"executorId": "e1", "callbackUrl": "https://h.example.org", "metadata": {"traceId": "t"}}
    assert {"executorId": "e1", "callbackUrl": "https://h.example.org"} == refill(ABILITY, request).own
    assert {} == refill(ABILITY, {"executorId": None, "callbackUrl": OMITTED}).own


@pytest.mark.parametrize("request_", [None, [], "x", {"inputs": []}, {"inputs": {}, "images": {}}])
def test_a_request_that_cannot_be_read_fills_nothing(request_: object) -> None:
    """R41: whatever the server has kept."""
    assert Refill() == refill(replace(ABILITY, inputs=(PROMPT, SIZE)), request_)


def test_what_a_field_shows_at_first() -> None:
    """R41: a change is a difference from this; a choice that is not offered is none."""
    odd = replace(SIZE, default=5)
    assert {"size": ""} == shown_texts(replace(ABILITY, inputs=(odd,)))
    assert [True, True, False] == [
        same_text(one, other) for one, other in (("a\r\nb", "a\nb"), ("a\nb", "a\r\nb"), ("a", "b"))
    ]


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        *[(value, "true") for value in (True, "true", "TRUE", 1, "1")],
        *[(value, "false") for value in (False, "false", 0, "", None)],
    ],
    ids=repr,
)
def test_a_switch_is_on_or_off(default: object, shown: str) -> None:
    """R41: however its default is written."""
    assert {"mirror": shown} == shown_texts(replace(ABILITY, inputs=(replace(MIRROR, default=default),)))
