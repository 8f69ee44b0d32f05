"""Keys, and the commands that they stand for."""

import pytest

from app.core.shortcuts import CHORD_WITHIN_S, Press, Shortcuts

CHORDS = {"z x": "last", "g t": "tasks", "g g": "top", "?": "keys", "t": "theme", "Control k": "palette"}


@pytest.fixture
def shortcuts() -> Shortcuts:
    """Nothing pressed yet."""
    return Shortcuts(CHORDS)


def pressed(shortcuts: Shortcuts, *keys: str, apart_s: float = 0.1) -> list[str | None]:
    """Press keys, one after the other."""
    return [shortcuts.press(Press(key), 100.0 + number * apart_s) for number, key in enumerate(keys)]


def test_a_key_and_two_keys_in_a_row_are_commands(shortcuts: Shortcuts) -> None:
    """R53: the second key of a pair is not a command of its own then."""
    assert ["keys", None, "tasks", "theme"] == pressed(shortcuts, "?", "g", "t", "t")
    assert [None, "last"] == pressed(shortcuts, "z", "x")


def test_the_second_key_comes_soon(shortcuts: Shortcuts) -> None:
    """R53: after a pause it is a key like any other."""
    assert [None, "theme"] == pressed(shortcuts, "g", "t", apart_s=CHORD_WITHIN_S + 0.1)
    assert [None, "tasks"] == pressed(shortcuts, "g", "t", apart_s=CHORD_WITHIN_S)


def test_another_key_between_ends_the_pair(shortcuts: Shortcuts) -> None:
    """R53: and may itself begin one."""
    assert [None, None, "theme"] == pressed(shortcuts, "g", "z", "t")
    assert [None, "top", "theme"] == pressed(shortcuts, "g", "g", "t")


@pytest.mark.parametrize("what", ["typing", "composing", "held", "other", "elsewhere"])
def test_nothing_happens_while_typing_or_with_another_key_held(shortcuts: Shortcuts, what: str) -> None:
    """R53: never while typing or composing; a key held down counts once; Alt makes it another key."""
    assert shortcuts.press(Press("?", **{what: True}), 100.0) is None
    shortcuts.press(Press("g"), 101.0)
    assert shortcuts.press(Press("t", **{what: True}), 101.1) is None


def test_with_control_a_command_works_while_typing(shortcuts: Shortcuts) -> None:
    """R53: the palette is reached from everywhere, with Caps Lock too; other keys stay the browser's."""
    for key in ("k", "K"):
        assert "palette" == shortcuts.press(Press(key, control=True, typing=True), 100.0)
    assert shortcuts.press(Press("t", control=True), 100.0) is None


def test_control_by_itself_begins_no_pair(shortcuts: Shortcuts) -> None:
    """R53: let go of before the other key, it was not held with it."""
    assert [None, None] == pressed(shortcuts, "Control", "k")


def test_single_keys_can_be_switched_off(shortcuts: Shortcuts) -> None:
    """R53: what needs Ctrl still works."""
    shortcuts.single = False
    assert [None, None, None] == pressed(shortcuts, "?", "g", "t")
    assert "palette" == shortcuts.press(Press("k", control=True), 100.0)
