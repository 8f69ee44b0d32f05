"""What a palette of commands finds for what is typed (R53).

An entry is found if every word that is typed is in its text; one whose text begins with the first word, or has a word
that does, comes before the others. Chinese has no blanks between words: any part of a text is found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 12
_ID = re.compile(r"[\w.:-]{6,80}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be done: ``command`` is its name, ``target`` what it is done to, ``label`` what is shown.

    ``hint`` stands beside the label, a key or a kind; ``more`` is found as well and not shown.
    """

    command: str
    label: str
    target: str = ""
    hint: str = ""
    more: str = ""


def found(entries: Iterable[Entry], typed: str, most: int = SHOWN) -> list[Entry]:
    """Return the entries for what is typed, the best first; all in their order if nothing is."""
    words = typed.lower().split()
    ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, words)) is not None]
    return [entry for _, entry in sorted(ranked, key=lambda each: each[0])[:most]]


def pasted_id(typed: str) -> str | None:
    """Return the id of a job or a trace that is typed, if it can be one."""
    text = typed.strip()
    return text if _ID.fullmatch(text) and any(char.isdigit() for char in text) else None


def _rank(entry: Entry, words: list[str]) -> int | None:
    """Return 0 for an entry that begins so, 1 if a word of it does, 2 if it is somewhere in it, ``None`` if not."""
    label = entry.label.lower()
    text = f"{label} {entry.more.lower()}"
    if not all(word in text for word in words):
        return None
    if not words or label.startswith(words[0]):
        return 0
    return 1 if any(part.startswith(words[0]) for part in text.split()) else 2
