"""How search words are written, wherever words are searched: in both lists (R34) and over all calls (R49).

Blanks separate, quotes hold together, a minus excludes, and ``name:a,b`` asks a field for one of several values. Which
fields there are is the caller's. No text raises anything.
"""

import re
from collections.abc import Iterable, Iterator

_NEEDS_QUOTES = re.compile(r'[\s"\\:：,，]')


def fields_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds the beginning of ``name:``, in either of the keyboards' colons."""
    return re.compile(rf"({'|'.join(names)})[:：]", re.IGNORECASE)


def tokens(text: str, fields: re.Pattern[str]) -> Iterator[tuple[bool, str | None, list[str]]]:
    """Yield what a text consists of: whether a minus stands before it, its field, and its values.

    ``fields`` is a ``fields_pattern``; what is of none of them is a word, whose field is ``None``.
    """
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        negated = text[position] == "-"
        position += negated
        match = fields.match(text, position)
        if match is None:
            value, position = _value(text, position, listed=False)
            yield negated, None, [value]
            continue
        value, position = _value(text, match.end(), listed=True)
        values = [value]
        while position < len(text) and text[position] in ",，":
            value, position = _value(text, position + 1, listed=True)
            values.append(value)
        yield negated, match[1].lower(), values


def _value(text: str, start: int, *, listed: bool) -> tuple[str, int]:
    """Return the value at a position and where it ends; a quote that is not closed reaches to the end."""
    if text.startswith('"', start):
        read: list[str] = []
        position = start + 1
        while position < len(text) and text[position] != '"':
            position += text[position] == "\\" and position + 1 < len(text)
            read.append(text[position])
            position += 1
        return "".join(read), position + 1
    end = start
    while end < len(text) and not text[end].isspace() and not (listed and text[end] in ",，"):
        end += 1
    return text[start:end], end


def quoted(value: str) -> str:
    """Return a value as it is written, so that ``tokens`` reads it again."""
    if value and not value.startswith("-") and not _NEEDS_QUOTES.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
