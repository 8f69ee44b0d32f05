"""JSON behind a disclosure, a piece at a time."""

from app.views.disclosures import disclosure_values
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_a_disclosure_says_when_it_was_cut() -> None:
    """And how much is shown."""
    assert disclosure_values(T, "raw", "x" * 100, 50)["raw-cut@hidden"] is None
    assert "50" in str(disclosure_values(T, "raw", "x" * 100, 50)["raw-cut-text"])
    assert disclosure_values(T, "raw", {})["raw-cut@hidden"] == ""
