"""A JSON value of any size as a tree of rows, of which only those that are unfolded exist (R39).

A node is named by its JSON pointer (RFC 6901). An object or a list with more than ``MOST_CHILDREN`` members has slices
for children, and these have slices again where need be, so that unfolding any node costs at most ``MOST_CHILDREN`` rows
and a value of megabytes costs no more than one of a kilobyte. A slice is named by the pointer of its value followed by
``~s200-299``: in a pointer, ``~`` is only ever followed by 0 or 1. Refuses to know how a row looks.
docs/decisions/json-tree.md says why.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHILDREN = 100
OPEN_AT_FIRST = 40
"""About how many rows are unfolded before anybody has asked for one."""
MOST_MATCHES = 1000
SMALL = 2000
"""So many values inside are compared with those of another value while somebody waits."""
_WITH_MEMBERS = (dict, list)
LONGEST_SHOWN = 200
"""So many characters of a text are in its row."""
_SLICE = re.compile(r"(.*)~s(\d{1,18})-(\d{1,18})", re.DOTALL | re.ASCII)
_INDEX = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)


class NoSuchNode(LookupError):
    """The value has no such node; the message is its name."""


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One row: what it is called, how deep it is, and what stands behind its name.

    ``kind`` is ``object``, ``list``, ``slice``, ``text``, ``number``, ``boolean`` or ``null``; ``size`` counts members,
    or the characters of a text; ``text`` is what a value without members shows, cut after ``LONGEST_SHOWN``.
    """

    name: str
    depth: int
    kind: str
    size: int
    text: str
    unfolded: bool


@dataclass(frozen=True, slots=True)
class _Node:
    """A value, or its members from ``first`` to before ``end`` where it is a slice."""

    value: object
    first: int
    end: int
    sliced: bool = False


def pointer(parts: tuple[str | int, ...]) -> str:
    """Return the JSON pointer of a path."""
    return "".join(f"/{_escaped(str(part))}" for part in parts)


def parts_of(name: str) -> list[str]:
    """Return the parts of a JSON pointer, unescaped."""
    return [part.replace("~1", "/").replace("~0", "~") for part in name.split("/")[1:]]


def path_text(name: str) -> str:
    """Return a pointer as code writes it: ``images[0].url``, ``inputs["a b"]``."""
    written = ""
    for part in parts_of(name):
        if _INDEX.fullmatch(part):
            written += f"[{part}]"
        elif part.isidentifier():
            written += f".{part}" if written else part
        else:
            quoted = part.replace("\\", "\\\\").replace('"', '\\"')
            written += f'["{quoted}"]'
    return written


class JsonTree:
    """One value and which of its nodes are unfolded."""

    def __init__(self, value: object) -> None:
        self._value = value
        self._unfolded: set[str] = set()
        self._keys: dict[int, list[str]] = {}
        """The keys of objects that were looked into, by the identity of the object, which the value keeps alive."""
        self._open_at_first()

    def value(self, name: str) -> object:
        """Return the value of a node, of a slice that of its whole; raise ``NoSuchNode``."""
        return self._node(name).value

    def row(self, name: str) -> JsonRow:
        """Return what the row of a node shows; raise ``NoSuchNode``."""
        node = self._node(name)
        pointed, _, _ = _split(name)
        parts = parts_of(pointed)
        depth = len(parts) + self._slices_above(parts, node)
        if node.sliced:
            return JsonRow(f"{node.first} … {node.end - 1}", depth, "slice", node.end - node.first, "", self._is(name))
        label = parts[-1] if parts else ""
        return JsonRow(label, depth, kind_of(node.value), _size(node.value), _text(node.value), self._is(name))

    def names(self) -> list[str]:
        """Return the names of the rows that can be seen, from the top down."""
        found: list[str] = []
        waiting = [""]
        while waiting:
            name = waiting.pop()
            found.append(name)
            if name in self._unfolded:
                waiting += reversed(self.children(name))
        return found

    def children(self, name: str) -> list[str]:
        """Return the names of what a node unfolds to, at most ``MOST_CHILDREN``: slices of more members."""
        node = self._node(name)
        pointed, _, _ = _split(name)
        count = node.end - node.first
        if count > MOST_CHILDREN:
            step = _step(count)
            starts = range(node.first, node.end, step)
            return [f"{pointed}~s{start}-{min(start + step, node.end) - 1}" for start in starts]
        if isinstance(node.value, dict):
            keys = self._keys_of(node.value)[node.first : node.end]
            return [f"{pointed}/{_escaped(key)}" for key in keys]
        return [f"{pointed}/{index}" for index in range(node.first, node.end)]

    def toggle(self, name: str) -> None:
        """Unfold a node, or fold it; nothing for one without members."""
        if name in self._unfolded:
            self._unfolded.discard(name)
        elif self._has_children(name):
            self._unfolded.add(name)

    def adopt(self, value: object) -> None:
        """Take another value in the place of this one; what it has as well stays unfolded."""
        self._value = value
        self._keys.clear()
        self._unfolded = {name for name in self._unfolded if self._exists(name) and self._has_children(name)}

    def fold_all(self) -> None:
        """Fold everything below the root."""
        self._unfolded = {""} if self._has_children("") else set()

    def reveal(self, name: str) -> None:
        """Unfold whatever a node is in, so that its row can be seen; raise ``NoSuchNode``."""
        self._node(name)
        pointed, first, _ = _split(name)
        parts = parts_of(pointed)
        for depth, part in enumerate(parts):
            above = pointer(tuple(parts[:depth]))
            self._unfold_towards(above, self._position(above, part), name)
        if first is not None:
            self._unfold_towards(pointed, first, name)

    def search(self, text: str) -> Iterator[str | None]:
        """Yield the name of each node whose key or text contains ``text``, whatever the case, from the top down.

        Between them ``None`` is yielded, so that whoever searches a large value may stop, or go on later.
        """
        wanted = text.casefold()
        if not wanted:
            return
        found = 0
        if _contains(self._value, wanted):
            yield ""
        waiting = [("", _members(self._value))]
        while waiting:
            above, members = waiting[-1]
            for key, value in members:
                inside = isinstance(value, _WITH_MEMBERS)
                if (type(key) is str and wanted in key.casefold()) or (not inside and _contains(value, wanted)):
                    yield f"{above}/{_escaped(str(key))}"
                    found += 1
                    if found >= MOST_MATCHES:
                        return
                else:
                    yield None
                if inside:
                    waiting.append((f"{above}/{_escaped(str(key))}", _members(value)))
                    break
            else:
                waiting.pop()

    def _is(self, name: str) -> bool:
        return name in self._unfolded

    def _exists(self, name: str) -> bool:
        try:
            self._node(name)
        except NoSuchNode:
            return False
        return True

    def _has_children(self, name: str) -> bool:
        node = self._node(name)
        return isinstance(node.value, dict | list) and node.end > node.first

    def _open_at_first(self) -> None:
        """Unfold from the top, level by level, while what opens is small."""
        level, shown = [""], 1
        while level and shown < OPEN_AT_FIRST:
            below: list[str] = []
            for name in level:
                if not self._has_children(name):
                    continue
                children = self.children(name)
                if name and shown + len(children) > OPEN_AT_FIRST:
                    continue
                self._unfolded.add(name)
                shown += len(children)
                below += children
            level = below

    def _unfold_towards(self, above: str, position: int, until: str) -> None:
        """Unfold a node and the slices of it that hold the member at a position, but not ``until`` itself."""
        self._unfolded.add(above)
        for first, last in _slices(_size(self._node(above).value), position):
            name = f"{above}~s{first}-{last}"
            if name == until:
                return
            self._unfolded.add(name)

    def _position(self, name: str, part: str) -> int:
        value = self._node(name).value
        return self._keys_of(value).index(part) if isinstance(value, dict) else int(part)

    def _slices_above(self, parts: list[str], node: _Node) -> int:
        """Return how many slices a node is inside of, at any depth."""
        count = 0
        for depth, part in enumerate(parts):
            above = pointer(tuple(parts[:depth]))
            count += len(_slices(_size(self._node(above).value), self._position(above, part)))
        if node.sliced:
            count += 1 + _slices(_size(node.value), node.first).index((node.first, node.end - 1))
        return count

    def _node(self, name: str) -> _Node:
        pointed, first, last = _split(name)
        value = self._value
        if pointed and not pointed.startswith("/"):
            raise NoSuchNode(name)
        for part in parts_of(pointed):
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and _INDEX.fullmatch(part) and int(part) < len(value):
                value = value[int(part)]
            else:
                raise NoSuchNode(name)
        size = _size(value) if isinstance(value, dict | list) else 0
        if first is None or last is None:
            return _Node(value, 0, size)
        if first >= size or (first, last) not in _slices(size, first):
            raise NoSuchNode(name)
        return _Node(value, first, last + 1, sliced=True)

    def _keys_of(self, value: dict[str, object]) -> list[str]:
        keys = self._keys.get(id(value))
        if keys is None:
            keys = self._keys[id(value)] = list(value)
        return keys


def is_small(value: object, most: int = SMALL) -> bool:
    """Return whether a value has at most so many values inside; of a larger one no more are looked at."""
    waiting = [value]
    left = most
    while waiting:
        one = waiting.pop()
        if isinstance(one, _WITH_MEMBERS):
            left -= len(one)
            if left < 0:
                return False
            waiting += one.values() if isinstance(one, dict) else one
    return True


def kind_of(value: object) -> str:
    """Return what sort of JSON value this is."""
    match value:
        case dict():
            return "object"
        case list():
            return "list"
        case str():
            return "text"
        case bool():
            return "boolean"
        case None:
            return "null"
        case _:
            return "number"


def _contains(value: object, wanted: str) -> bool:
    """Return whether a value without members contains a text, whatever the case; a text is looked through whole."""
    if isinstance(value, str):
        return wanted in value.casefold()
    return not isinstance(value, _WITH_MEMBERS) and wanted in _scalar(value)


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value[:LONGEST_SHOWN] + ("…" if len(value) > LONGEST_SHOWN else "")
    return "" if isinstance(value, dict | list) else _scalar(value)


def _size(value: object) -> int:
    return len(value) if isinstance(value, dict | list | str) else 0


def _step(count: int) -> int:
    """Return how many members a slice of so many has."""
    step = MOST_CHILDREN
    while step * MOST_CHILDREN < count:
        step *= MOST_CHILDREN
    return step


def _slices(size: int, position: int) -> list[tuple[int, int]]:
    """Return the first and last position of each slice that a member is in, the widest first."""
    found: list[tuple[int, int]] = []
    first, end = 0, size
    while end - first > MOST_CHILDREN:
        step = _step(end - first)
        first = position // step * step
        end = min(first + step, end)
        found.append((first, end - 1))
    return found


def _split(name: str) -> tuple[str, int | None, int | None]:
    """Return the pointer of a name, and the first and last position where it is that of a slice."""
    match = _SLICE.fullmatch(name)
    return (name, None, None) if match is None else (match[1], int(match[2]), int(match[3]))


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _members(value: object) -> Iterator[tuple[str | int, object]]:
    """Return the members of a value, by key or place; none of one that has none."""
    if isinstance(value, dict):
        return iter(value.items())
    return enumerate(value) if isinstance(value, list) else iter(())
