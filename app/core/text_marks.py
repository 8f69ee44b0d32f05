"""Where in a text the words are that somebody searches for (R34).

docs/decisions/finding.md says why.
"""

import re
from collections.abc import Sequence
from functools import lru_cache


def found_in(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where in a text the words occur, as half-open ranges that do not touch, from left to right."""
    found: list[tuple[int, int]] = []
    for word in words:
        if word:
            found += [match.span() for match in _pattern(word).finditer(text)]
    found.sort()
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


@lru_cache(64)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word), re.IGNORECASE)
