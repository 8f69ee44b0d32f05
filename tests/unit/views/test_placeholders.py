"""What stands in a panel that has no content."""

from __future__ import annotations

import pytest

from app.views.placeholders import error_state, placeholders, skeleton
from testkit.plain_formats import plain_texts


@pytest.mark.parametrize("rows", [1, 6])
def test_a_skeleton_has_rows_that_no_screen_reader_reads(rows: int) -> None:
    """R32: grey rows stand where rows will be, for eyes alone."""
    markup = skeleton(rows)
    assert markup.count("skeleton-row") == rows
    assert 'class="skeleton" aria-hidden="true"' in markup


def test_a_panel_can_say_that_it_is_empty_and_that_it_could_not_be_read() -> None:
    """R32: both sentences are there with their own symbols, and the error has a button that reads again."""
    texts = plain_texts("en")
    markup = placeholders(texts, empty="list.tasks.empty", error="list.error", refresh="read-again")
    assert texts.escaped("list.tasks.empty") in markup
    assert texts.escaped("list.error") in markup
    assert markup.count("data-action=") == 1
    assert 'data-action="read-again"' in markup


def test_an_error_offers_the_refresh_of_the_page() -> None:
    """R4: where nothing else is said, the button is the page's own refresh."""
    assert 'data-action="refresh"' in error_state(plain_texts("zh"), "list.error")
