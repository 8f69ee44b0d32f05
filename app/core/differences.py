"""In what two requests differ (R42): leaf by leaf, by the path that leads to each.

Refuses to compare what only says where a request came from, such as its trace id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.core.json_tree import pointer

MOST_DIFFERENCES = 200
"""More than anybody reads; two requests of megabytes that have nothing in common end here."""


class _Missing:
    """Stands where one of the two has nothing; ``None`` is a value."""


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf, named by its JSON pointer, as it is in either; ``MISSING`` where it is not."""

    name: str
    first: object
    second: object


def differences(first: object, second: object, most: int = MOST_DIFFERENCES) -> list[Difference]:
    """Return in what two JSON values differ, in the order of the first, then what only the second has."""
    return list(islice(_differences(first, second), most))


def _differences(first: object, second: object) -> Iterator[Difference]:
    waiting: list[tuple[tuple[str | int, ...], object, object]] = [((), first, second)]
    while waiting:
        path, one, other = waiting.pop()
        inside = _members(one, other)
        if inside is not None:
            waiting += [((*path, part), left, right) for part, left, right in reversed(inside)]
        elif not same(one, other):
            yield Difference(pointer(path), one, other)


def same(one: object, other: object) -> bool:
    """Return whether two JSON values are the same; ``1`` and ``1.0`` are, ``1`` and ``true`` are not."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return one == other


def _members(one: object, other: object) -> list[tuple[str | int, object, object]] | None:
    """Return the members of both side by side; ``None`` where they are not two objects, or two lists."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*one, *(key for key in other if key not in one)]
        return [(key, one.get(key, MISSING), other.get(key, MISSING)) for key in keys]
    if isinstance(one, list) and isinstance(other, list):
        return [
            (index, one[index] if index < len(one) else MISSING, other[index] if index < len(other) else MISSING)
            for index in range(max(len(one), len(other)))
        ]
    return None
