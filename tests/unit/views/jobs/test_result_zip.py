"""All results of a job as one file."""

import pytest

from app.views.jobs.result_zip import MOST_NAMED, zip_markup
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY

T = plain_texts()


def test_the_button_begins_or_cancels() -> None:
    """R40: with a bar that has a name while it runs."""
    assert 'data-action="zip-results"' in zip_markup(T, 3)
    running = zip_markup(T, 3, done=1)
    assert 'data-action="zip-cancel"' in running
    assert 'max="3" value="1" aria-label="Files brought"' in running


@pytest.mark.parametrize(("saved", "said"), [(1, "1 file is in the zip."), (3, "3 files"), (0, "None of the files")])
def test_in_the_end_it_says_how_many_there_are(saved: int, said: str) -> None:
    """R40: none is a sentence of its own."""
    assert said in zip_markup(T, 3, saved=saved)


def test_what_could_not_be_had_is_named_as_text() -> None:
    """R40: the first ones, and how many more."""
    failed = [(NASTY, "404"), *((f"{number}.png", "Failed to fetch") for number in range(MOST_NAMED))]
    markup = zip_markup(T, 20, saved=9, failed=failed)
    assert "<script" not in markup
    assert "there is no such thing on the server" in markup
    assert "and 1 more" in markup
    assert markup.count("<li>") == MOST_NAMED + 1
