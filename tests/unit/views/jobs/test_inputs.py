"""What went into a job."""

from app.core.inputs import Input
from app.views.jobs.inputs import INPUTS_SHOWN, LONGEST_INPUT, input_text, inputs_markup
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_inputs_are_cut_where_they_are_long() -> None:
    """R38: a prompt of a megabyte does not freeze the page."""
    assert input_text("x" * LONGEST_INPUT) == "x" * LONGEST_INPUT
    assert input_text("x" * (LONGEST_INPUT + 1)) == "x" * LONGEST_INPUT + "…"
    assert input_text({"a": 1}) == '{\n  "a": 1\n}'
    assert "2 more are in the request" in inputs_markup(T, [Input("a", "a", 1)] * (INPUTS_SHOWN + 2), [], set())
