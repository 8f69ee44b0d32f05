"""The page on which a user chooses zone, times, density and columns."""

from __future__ import annotations

from app.core.reading import COLUMNS, Reading
from app.views.shell.reading import reading_markup, reading_values
from testkit.plain_formats import plain_texts
from testkit.samples import NOW

ZONES = ("Asia/Shanghai", "America/New_York")


def test_every_choice_is_offered_once() -> None:
    """R54: the device's own zone comes first; a zone's name is words, and never markup."""
    markup = reading_markup(plain_texts(), (*ZONES, "<b>"))
    assert markup.index('value=""') < markup.index('value="Asia/Shanghai"')
    assert "America/New York" in markup
    assert "<b>" not in markup
    for name in COLUMNS:
        assert 1 == markup.count(f'name="{name}"')
    for slot in ("times-absolute", "times-relative", "density-comfortable", "density-compact"):
        assert 1 == markup.count(f'data-slot="{slot}"')


def test_what_is_chosen_is_shown() -> None:
    """R54: of each pair one, the zone, and the columns that are there."""
    plain = reading_values(plain_texts(), Reading(), ZONES, NOW)
    assert ("", None) == (plain["times-absolute@checked"], plain["times-relative@checked"])
    assert {""} == {plain[f"column-{name}@checked"] for name in COLUMNS}
    assert {None} == {plain[f"zone-{number}@selected"] for number in range(len(ZONES))}
    hidden = min(COLUMNS)
    chosen = reading_values(
        plain_texts(), Reading("America/New_York", relative=True, compact=True, hidden=frozenset({hidden})), ZONES, NOW
    )
    assert (None, "") == (chosen["density-comfortable@checked"], chosen["density-compact@checked"])
    assert (None, "") == (chosen[f"column-{hidden}@checked"], chosen["zone-1@selected"])
    assert plain_texts().moment(NOW) in str(chosen["zone-now"])
