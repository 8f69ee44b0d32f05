"""Which command a key or two keys in a row stand for (R53).

Refuses to know what a command does, and where the keyboard is: whoever owns it says whether the reader is typing. A key
that is held down counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CHORD_WITHIN_S = 1.5
"""The second key of two comes within this of the first."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key that went down.

    ``key`` is what it types. ``control``: with Ctrl or ⌘. ``other``: with Alt, or with anything else that makes it
    another key. ``typing``: the keyboard is in a field. ``composing``: an input method takes it. ``held``: it repeats
    itself. ``elsewhere``: the keyboard is in a dialog that has keys of its own.
    """

    key: str
    control: bool = False
    other: bool = False
    typing: bool = False
    composing: bool = False
    held: bool = False
    elsewhere: bool = False


class Shortcuts:
    """The keys of a page. ``chords`` maps ``"g t"``, ``"?"`` or ``"Control k"`` to the name of a command."""

    def __init__(self, chords: Mapping[str, str]) -> None:
        self._chords = chords
        self._first = {chord.split(" ")[0] for chord in chords if " " in chord and not chord.startswith("Control ")}
        # The first key of two, and when it was pressed (seconds, monotonic).
        self._begun: tuple[str, float] | None = None
        # Whether keys without Ctrl stand for anything: readers who dictate, or whose screen reader uses them, say no.
        self.single = True

    def press(self, press: Press, now: float) -> str | None:
        """Return the command that is complete with this key; ``None`` if none is."""
        begun, self._begun = self._begun, None
        if press.held or press.other or press.composing or press.elsewhere:
            return None
        if press.control:
            return self._chords.get(f"Control {press.key.lower()}")
        if press.typing or not self.single:
            return None
        if begun is not None and now - begun[1] <= CHORD_WITHIN_S:
            command = self._chords.get(f"{begun[0]} {press.key}")
            if command is not None:
                return command
        if press.key in self._first:
            self._begun = press.key, now
        return self._chords.get(press.key)
