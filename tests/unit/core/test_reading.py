"""How a user wants to read."""

from app.core.reading import COLUMNS, Reading


def test_each_column_can_be_hidden_and_shown_again() -> None:
    """R54: what a list is not made of changes nothing."""
    reading = Reading()
    for name in COLUMNS:
        hidden = reading.with_column(name, shown=False)
        assert (hidden.hidden, hidden.with_column(name, shown=True)) == (frozenset({name}), reading)
    assert reading.with_column("name", shown=False) == reading
