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


def test_a_screen_reader_is_given_the_beginning_and_the_end_alone() -> None:
    """R54, report 37: fifty pages are read, and the line that is announced stays empty between the two."""
    steps = [export_values(T, running=True, done=200 * page, total=10_000)["export-note"] for page in range(1, 51)]
    begun, ended = export_values(T, running=True), export_values(T, running=False, done=10_000, finished=True)
    assert ({""}, True, "10,000 records exported.") == (set(steps), bool(begun["export-note"]), ended["export-note"])
