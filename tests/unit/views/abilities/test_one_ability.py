"""The page of one ability (R29)."""

from __future__ import annotations

import pytest

from app.core.abilities import Ability, InputField
from app.core.stages import Stage, Usual
from app.core.status import Status
from app.views.abilities.one_ability import (
    invocation_values,
    needs_text,
    one_ability_markup,
    one_ability_values,
    usual_text,
)
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY, PLAIN_ABILITY, RICH_ABILITY, invocation

T = plain_texts()


def test_a_call_shows_how_it_stands_and_where_its_record_is() -> None:
    """R29: busy, ended, failed."""
    assert invocation_values(T, None)["result@hidden"] == ""
    assert invocation_values(T, None, busy=True)["result@data-status"] == Status.RUNNING.value
    ended = invocation_values(T, invocation(duration_ms=1500))
    assert (ended["result-duration"], ended["result-log@data-log"]) == ("1.5 s", "7")
    failed = invocation_values(T, None, error="why")
    assert (failed["result@data-status"], failed["result-error"]) == ("failed", "why")


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
    values = one_ability_values(T, PLAIN_ABILITY, usual=usual, price=None, running=0)
    assert ("" if seconds is None else None) == values["ability-usual-fact@hidden"]


def test_the_price_is_what_was_last_paid() -> None:
    """R41: and none where nobody knows."""
    known = one_ability_values(T, PLAIN_ABILITY, usual={}, price=30, running=0)
    assert T.say("offered.last_price", n=30) == known["price"]
    unknown = one_ability_values(T, PLAIN_ABILITY, usual={}, price=None, running=0)
    assert "" == unknown["price"]


def test_a_description_is_shown_as_text() -> None:
    """R41: whatever the server wrote into it."""
    described = Ability(id="x", name="X", description=NASTY)
    assert NASTY not in one_ability_markup(T, described, "", back="#/abilities")
    assert "&lt;script&gt;" in one_ability_markup(T, described, "", back="#/abilities")
