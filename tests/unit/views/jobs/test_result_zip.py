"""The part of a job's page that brings all its results as one file."""

from __future__ import annotations

from app.views.jobs.result_zip import MOST_NAMED, zip_markup
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_it_is_offered_with_the_number_of_files() -> None:
    """R40: nothing has happened yet, and nothing is said."""
    markup = zip_markup(T, 3)
    assert T.say("zip.offer", n=3) in markup
    assert ("zip-cancel" in markup, "<progress" in markup, "<ul" in markup) == (False, False, False)


def test_while_it_runs_it_shows_how_far_it_is_and_can_be_stopped() -> None:
    """R40: the same place holds the button that stops it, so that the keyboard stays there."""
    markup = zip_markup(T, 3, done=2)
    assert 'max="3" value="2"' in markup
    assert ("zip-cancel" in markup, "zip-results" in markup) == (True, False)
    assert markup.count('data-slot="zip-button"') == zip_markup(T, 3).count('data-slot="zip-button"') == 1


def test_what_could_not_be_had_is_named_with_its_reason() -> None:
    """R40: an HTTP status in words, anything else as a refusal; of many the first ten. A name is never markup."""
    failed = [("<i>.png", "404"), ("b.png", "cors"), *((f"{number}.png", "404") for number in range(MOST_NAMED))]
    markup = zip_markup(T, 14, saved=2, failed=failed)
    assert (T.say("zip.saved", n=2) in markup, "<i>" in markup) == (True, False)
    assert T.say("http.404") in markup
    assert T.say("zip.refused") in markup
    assert markup.count("<li>") == MOST_NAMED + 1
    assert T.say("zip.more", n=2) in markup
    assert T.say("zip.none") in zip_markup(T, 1, saved=0, failed=[("a", "404")])
