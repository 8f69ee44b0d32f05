"""The button that copies an element's text."""

from __future__ import annotations

import pytest

from app.views.copy_button import copy_button
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_it_does_and_how_that_ended(language: str) -> None:
    """R31: in the reader's language, before it is pressed and after."""
    texts = plain_texts(language)
    markup = copy_button(texts, "trace-id")
    assert 'from="trace-id"' in markup
    assert [] == [key for key in ("copy", "copied", "failed") if texts.say(f"copy.{key}") not in markup]


def test_no_id_ends_its_attribute() -> None:
    """R31: whatever the id of the element is made of."""
    assert NASTY not in copy_button(plain_texts(), NASTY)
    assert 2 == copy_button(plain_texts(), '"><x').count(">")
