"""Facts as a definition list."""

from __future__ import annotations

from app.views.facts import fact_markup, fact_values, zone_markup
from testkit.plain_formats import plain_texts


def test_a_fact_is_hidden_until_it_is_known() -> None:
    """A fact has its name from the start, and shows up with its value."""
    texts = plain_texts("en")
    markup = fact_markup(texts, "duration", "duration", "<dd></dd>")
    assert 'data-slot="duration-fact" hidden' in markup
    assert f"<dt>{texts.escaped('fact.duration')}</dt><dd></dd>" in markup
    assert fact_values({"duration": "0:05", "error": None, "name": ""}) == {
        "duration": "0:05",
        "duration-fact@hidden": None,
        "error": "",
        "error-fact@hidden": "",
        "name": "",
        "name-fact@hidden": "",
    }


def test_the_zone_of_the_moments_is_named() -> None:
    """R54: below facts stands the time zone in which their moments are."""
    texts = plain_texts("en")
    assert f'data-podi="time-zone">{texts.zone}<' in zone_markup(texts)
