"""One ability as every user meets it."""

from __future__ import annotations

import pytest

from app.core.abilities import Ability, InputField
from app.core.rerun import Refill
from app.core.stages import Stage, Usual
from app.views.abilities.offered import needs_text, offered_markup, offered_values, refill_values, usual_text
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY, PLAIN_ABILITY, RICH_ABILITY

T = plain_texts("en")


def test_what_an_ability_needs_is_said_before_its_form() -> None:
    """R41: what has to be given, and what may be; by the labels of the form."""
    text = needs_text(T, RICH_ABILITY)
    required, optional = text.split("Image", 1)
    assert required
    assert [] == [label for label in ("Prompt", "Strength", "Size", "Mirror") if label not in optional]
    assert "Prompt" not in needs_text(T, Ability(id="x", name="X", inputs=RICH_ABILITY.inputs[:1]))


def test_an_input_without_a_label_has_a_name_all_the_same() -> None:
    """R41: the page's own words for a picture and for inputs as JSON, else the name in the schema."""
    assert T.say("invoke.imageUrl") in needs_text(T, PLAIN_ABILITY)
    unlabelled = Ability(id="x", name="X", inputs=(InputField(name="seed_no", label=""),))
    assert "seed_no" in needs_text(T, unlabelled)
    picture = Ability(id="x", name="X", inputs=(InputField(name="mask_no", label="", type="image"),))
    assert T.say("offered.picture") in needs_text(T, picture)


@pytest.mark.parametrize(
    ("usual", "seconds"),
    [({}, None), ({Stage.RAN: Usual(3.0, 5), Stage.TOTAL: Usual(9.0, 5)}, 3.0), ({Stage.TOTAL: Usual(9.0, 5)}, 9.0)],
    ids=["unknown", "ran", "total"],
)
def test_how_long_it_usually_takes_is_said_where_that_is_known(
    usual: dict[Stage, Usual], seconds: float | None
) -> None:
    """R41: how long it ran, else from the submission on; of how many jobs that is."""
    expected = "" if seconds is None else T.say("offered.median", duration=T.duration(seconds), n=5)
    assert expected == usual_text(T, usual)
    values = offered_values(T, PLAIN_ABILITY, usual)
    assert ("" if seconds is None else None) == values["offered-usual-fact@hidden"]


def test_what_an_earlier_request_says_is_said_above_the_form() -> None:
    """R41: that it is filled, what was not kept, what has no place, and what was last paid."""
    values = refill_values(T, Refill(dropped=("seed", "old"), picture_gone=True), missing=False, price=30)
    said = str(values["refill"])
    assert T.say("again.filled") in said
    assert T.say("again.picture_gone") in said
    assert "seed" in said
    assert "old" in said
    assert (None, T.say("offered.last_price", n=30)) == (values["refill@hidden"], values["price"])
    assert T.say("again.missing") == refill_values(T, None, missing=True, price=None)["refill"]


def test_a_form_without_a_past_says_nothing() -> None:
    """R41: neither a note nor a price that nobody knows."""
    values = refill_values(T, None, missing=False, price=None)
    assert ("", "", "") == (values["refill@hidden"], values["price@hidden"], values["refill"])


def test_a_description_is_shown_as_text() -> None:
    """R41: whatever the server wrote into it."""
    described = Ability(id="x", name="X", description=NASTY)
    assert NASTY not in offered_markup(T, described)
    assert "&lt;script&gt;" in offered_markup(T, described)
