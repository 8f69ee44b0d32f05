"""One ability as every user meets it."""

from app.core.refill import Refill
from app.views.abilities.offered import refill_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")


def test_what_an_earlier_request_says_is_said_above_the_form() -> None:
    """R41: that it is filled, what was not kept, and what has no place."""
    values = refill_values(T, Refill(dropped=("seed", "old"), picture_gone=True), missing=False)
    said = str(values["refill"])
    assert T.say("again.filled") in said
    assert T.say("again.picture_gone") in said
    assert "seed" in said
    assert "old" in said
    assert None is values["refill@hidden"]
    assert T.say("again.missing") == refill_values(T, None, missing=True)["refill"]


def test_a_form_without_a_past_says_nothing() -> None:
    """R41: no note stands above it."""
    values = refill_values(T, None, missing=False)
    assert ("", "") == (values["refill@hidden"], values["refill"])
