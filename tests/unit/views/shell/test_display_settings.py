"""The page of what a user may choose to read by."""

from app.core.display_preferences import COLUMNS, DisplayPreferences
from app.views.shell.display_settings import display_settings_markup, display_settings_values
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY

T = plain_texts()
ZONES = ("UTC", "America/New_York", NASTY)


def test_every_choice_has_a_place_and_a_name() -> None:
    """R54: what a browser calls a zone is text, and an underscore in it is a blank."""
    markup = display_settings_markup(T, ZONES)
    assert "<script" not in markup
    assert ">America/New York</option>" in markup
    for name in display_settings_values(T, DisplayPreferences(), ZONES, 0.0):
        assert f'data-slot="{name.partition("@")[0]}"' in markup


def test_what_is_chosen_is_marked() -> None:
    """R54: and the time in the zone is shown."""
    preferences = DisplayPreferences("America/New_York", relative=True, compact=True, hidden=frozenset({"points"}))
    values = display_settings_values(T, preferences, ZONES, 0.0)
    assert (None, "", None) == tuple(values[f"zone-{number}@selected"] for number in range(3))
    assert ("", None) == (values["times-relative@checked"], values["times-absolute@checked"])
    assert ("", None) == (values["density-compact@checked"], values["density-comfortable@checked"])
    assert {name for name in COLUMNS if values[f"column-{name}@checked"] is None} == {"points"}
    assert "1970-01-01 00:00:00" in str(values["zone-now"])
