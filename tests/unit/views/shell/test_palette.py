"""The palette of commands and the sheet of keys."""

from __future__ import annotations

import pytest

from app.core.palette import SHOWN, Entry
from app.views.shell.palette import chord_text, keys_markup, palette_markup, palette_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")


def entries(count: int) -> list[Entry]:
    """Return so many entries."""
    return [Entry(f"id{number}", f"Label {number}", hint="G T" if number == 0 else "") for number in range(count)]


def test_as_many_options_are_shown_as_there_are_entries() -> None:
    """R53: the rest of the places is hidden and empty; the chosen one is reported to a screen reader."""
    values = palette_values(T, entries(3), 1)
    shown = [number for number in range(SHOWN) if values[f"option-{number}@hidden"] is None]
    assert ([0, 1, 2], "Label 2", "", "G T") == (shown, values["label-2"], values["label-3"], values["hint-0"])
    assert [1] == [number for number in range(SHOWN) if values[f"option-{number}@aria-selected"] == "true"]
    assert ("palette-1", "") == (values["typed@aria-activedescendant"], values["empty"])


def test_nothing_found_says_so_and_chooses_nothing() -> None:
    """R53: Enter would take nothing."""
    values = palette_values(T, [], 0)
    assert (None, T.say("palette.nothing")) == (values["typed@aria-activedescendant"], values["empty"])
    assert "false" == values["option-0@aria-selected"]


def test_every_option_can_be_named_by_the_field() -> None:
    """R53: the list is a listbox of the field, as screen readers know it."""
    markup = palette_markup(T)
    assert SHOWN == markup.count('role="option"')
    assert 'aria-controls="palette-options"' in markup
    assert 'id="palette-options"' in markup


@pytest.mark.parametrize(("chord", "text"), [("Control k", "Ctrl K"), ("g t", "G T"), ("?", "?")])
def test_a_chord_is_written_as_its_keys_are(chord: str, text: str) -> None:
    """R53: letters as they stand on the keyboard."""
    assert text == chord_text(chord)


def test_the_sheet_lists_each_key_and_can_switch_single_ones_off() -> None:
    """R53: two keys in a row are two keys."""
    markup = keys_markup(T, [("g t", "palette.title"), ("?", "keys.title")])
    assert "<kbd>G</kbd> <kbd>T</kbd>" in markup
    assert (3, True) == (markup.count("<kbd>"), 'data-action="keys-single"' in markup)
