"""What stands in the place of a late page."""

from __future__ import annotations

from app.views.late import late_markup, late_values
from testkit.plain_formats import plain_texts


def test_a_skeleton_waits_and_a_sentence_with_a_button_says_that_it_failed() -> None:
    """R13: a screen reader announces that something is on its way, and no more once it has failed."""
    markup = late_markup(plain_texts("en"))
    assert ("skeleton" in markup, 'data-action="load-late"' in markup) == (True, True)
    assert {"late@data-state": "loading", "late@aria-busy": "true"} == late_values(failed=False)
    assert {"late@data-state": "error", "late@aria-busy": None} == late_values(failed=True)
