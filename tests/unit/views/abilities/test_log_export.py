"""The export of a call log."""

from app.views.abilities.log_export import export_values
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_an_export_says_how_far_it_is() -> None:
    """Progress, end, and failure."""
    running = export_values(T, running=True, done=400, total=5000)
    assert (running["export-bar@value"], running["export-bar@max"]) == ("400", "5000")
    assert running["export-csv@disabled"] == ""
    assert export_values(T, running=False)["export@hidden"] == ""
    assert export_values(T, running=False, done=1, finished=True)["export-text"] == "1 record exported."
    assert export_values(T, running=False, error="no")["export-text"] == "no"
