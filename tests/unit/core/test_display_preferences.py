"""How a user wants to read."""

from app.core.display_preferences import COLUMNS, DisplayPreferences


def test_each_column_can_be_hidden_and_shown_again() -> None:
    """R54: what a list is not made of changes nothing."""
    preferences = DisplayPreferences()
    for name in COLUMNS:
        hidden = preferences.with_column(name, shown=False)
        assert (hidden.hidden, hidden.with_column(name, shown=True)) == (frozenset({name}), preferences)
    assert preferences.with_column("name", shown=False) == preferences
