"""What went into a job, as the form of its ability reads it."""

from __future__ import annotations

import pytest

from app.core.abilities import Ability, InputField
from app.core.inputs import Input, input_pictures, inputs_of, sent_body, shown_at_once
from app.core.records import AbilityTask, Task
from app.core.refill import OMITTED

URL = "https://example.org/koi.png"
OTHER = "https://example.org/mask"
ABILITY = Ability(
    id="cut",
    name="Cut",
    inputs=(
        InputField(name="prompt", label="Prompt"),
        InputField(name="seed", label=""),
        InputField(name="mask", label="Mask", type="image"),
    ),
)


def called(**request: object) -> AbilityTask:
    """An ability task of this request."""
    return AbilityTask(id="a", ability_id="cut", request=request)


def test_inputs_stand_in_the_order_of_the_form() -> None:
    """R38: with its labels; what the form does not ask for comes after, under its own name."""
    job = called(inputs={"extra": [1], "seed": 7, "prompt": "koi", "none": None, "gone": OMITTED})
    expected = [Input("prompt", "Prompt", "koi"), Input("seed", "seed", 7), Input("extra", "extra", [1])]
    assert expected == inputs_of(job, ABILITY)
    assert ["extra", "seed", "prompt"] == [found.label for found in inputs_of(job)]


def test_pictures_are_shown_and_not_listed() -> None:
    """R38: the call's own, those of its list, of a field for pictures, and an address that ends like one; once each."""
    listed = [{"ossUrl": "https://example.org/1"}, {"url": "https://example.org/2"}, URL, {}, 5]
    job = called(imageUrl=URL, images=listed, inputs={"mask": OTHER, "photo": "/files/p.jpg", "prompt": "x.png"})
    pictures = [URL, "https://example.org/1", "https://example.org/2", OTHER, "/files/p.jpg"]
    assert pictures == input_pictures(job, ABILITY)
    assert [Input("prompt", "Prompt", "x.png")] == inputs_of(job, ABILITY)


def test_an_address_is_a_picture_by_its_ending() -> None:
    """R38: one that shows nothing is a value like others, and one longer than anybody writes is data."""
    longest = f"https://example.org/{'p' * 4071}.png"
    assert 4095 == len(longest)
    given = {"a": OTHER, "b": longest, "c": longest.replace(".png", "p.png")}
    assert [longest] == input_pictures(called(inputs=given))
    assert [OTHER, given["c"]] == [found.value for found in inputs_of(called(inputs=given))]


def test_a_task_has_its_parameters() -> None:
    """R38: a traditional task's inputs are its workflow parameters."""
    task = Task(id="t", parameters={"imageList": [{"ossUrl": URL}], "image_url": OTHER, "count": 4})
    assert [OTHER, URL] == input_pictures(task)
    assert [Input("count", "count", 4)] == inputs_of(task)


@pytest.mark.parametrize("request_", [None, [], "x", {"inputs": []}, {"images": {}, "imageUrl": 5}])
def test_a_request_that_cannot_be_read_has_no_inputs(request_: object) -> None:
    """R38: whatever the server has kept."""
    job = AbilityTask(id="a", request=request_)
    assert ([], []) == (inputs_of(job), input_pictures(job))


def test_a_body_has_what_was_kept() -> None:
    """R38: what was left out, or stands for data or a secret, is not in it."""
    job = called(
        abilityId="cut",
        inputs={"prompt": "koi"},
        imageBase64=OMITTED,
        images=None,
        callbackHeaders={"authorization": OMITTED},
        callbackUrl="",
        metadata={"traceId": "t"},
    )
    assert {"abilityId": "cut", "inputs": {"prompt": "koi"}, "metadata": {"traceId": "t"}} == sent_body(job)
    assert {"abilityId": "cut"} == sent_body(AbilityTask(id="a", ability_id="cut"))
    assert {} == sent_body(AbilityTask(id="a"))


def test_pictures_on_strange_hosts_wait_to_be_asked_for() -> None:
    """R38: what lies on the page's own host, or where results come from, is shown at once."""
    page, results = "https://podi.example.org/app/", ["https://oss.example.org/result.png"]
    own = ["/in.png", "https://podi.example.org/in.png", "https://oss.example.org/in.png", "data:image/png;base64,AA"]
    own.append("data://,AA")
    assert frozenset(own) == shown_at_once([*own, "https://elsewhere.example.org/in.png", "http://["], results, page)
