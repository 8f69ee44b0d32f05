"""The shape of a JSON value: which fields it has, however deep, and of which JSON types they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

ROOT = "$"
Shape = dict[str, set[str]]
"""By path, as in `$.items[].taskId`: the types found there."""


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def shape(value: Any, open_at: Collection[str] = ()) -> Shape:
    """The shape of a value. What stands below a path of `open_at` is nobody's business; that it is there, is."""
    found: Shape = {}
    for path, kind in _walk(value, ROOT, frozenset(open_at)):
        found.setdefault(path, set()).add(kind)
    return found


def _walk(value: Any, path: str, open_at: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield path, _type(value)
    if path in open_at:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _walk(item, f"{path}.{name}", open_at)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, f"{path}[]", open_at)


@dataclass(frozen=True)
class Allowance:
    """Where an answer may differ from a recorded one, path by path."""

    optional: frozenset[str] = field(default_factory=frozenset)
    """Recorded, and may be absent or `null`, with everything below it."""
    more: frozenset[str] = field(default_factory=frozenset)
    """Not recorded, and may be there, with everything below it."""
    open_at: frozenset[str] = field(default_factory=frozenset)
    """Free of form below."""

    def __or__(self, other: Allowance) -> Allowance:
        return Allowance(self.optional | other.optional, self.more | other.more, self.open_at | other.open_at)


def _is_below(path: str, places: Collection[str]) -> bool:
    return any(path == place or path.startswith((f"{place}.", f"{place}[]")) for place in places)


def differences(recorded: Any, answered: Any, allowed: Allowance) -> list[str]:
    """What is wrong with the shape of an answer, in sentences; nothing if it has the recorded one.

    A field that is only ever `null` in the answer, where something was recorded, shows nothing and is a difference; a
    `null` beside something else is none. Where only `null` was recorded, any type will do.
    """
    wanted, found = shape(recorded, allowed.open_at), shape(answered, allowed.open_at)
    wrong = []
    for path, kinds in wanted.items():
        known = kinds - {"null"}
        have = found.get(path, set()) - {"null"}
        if path not in found:
            if not _is_below(path, allowed.optional):
                wrong.append(f"{path} is missing")
        elif known and not have:
            if not _is_below(path, allowed.optional):
                wrong.append(f"{path} is only ever null, not {' or '.join(sorted(known))}")
        elif known and not have <= known:
            wrong.append(f"{path} is {' or '.join(sorted(have))}, not {' or '.join(sorted(known))}")
    nulls = [path for path, kinds in wanted.items() if kinds == {"null"}]
    wrong += [
        f"{path} was not recorded"
        for path in found
        if path not in wanted and not _is_below(path, [*allowed.more, *nulls])
    ]
    return wrong
