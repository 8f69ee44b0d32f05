"""Markup with ``data-slot`` places, split once so that filling it is a join of strings.

A row that scrolls into view costs no call into the browser of its own: it comes filled, as part of one string
(docs/decisions/ui-surface.md). Refuses to know where the markup comes from; it escapes every value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

_TAG = re.compile(r"<([A-Za-z][\w-]*)((?:\s[^<>]*)?)>")
_SLOT = re.compile(r'\sdata-slot="([^"]*)"')
_NAME = re.compile(r'\s([^\s="]+)(?:="[^"]*")?')
_KEYS_KEPT = 4096

ROOT = ""


@lru_cache(_KEYS_KEPT)
def place(key: str) -> tuple[str, str | None]:
    """Return the slot a key of ``Values`` means (``ROOT`` for the root), and the attribute; ``None`` for its text."""
    slot, at, name = key.partition("@")
    return slot, name if at else None


def slots_of(markup: str) -> list[str]:
    """Return the names of the slots in the order in which the document has them."""
    return [match[1] for match in _SLOT.finditer(markup)]


@dataclass(frozen=True, slots=True)
class _Opening:
    """An opening tag that is the root or has a slot; ``empty`` if nothing stands between it and its end."""

    slot: str
    before: str
    after: str
    empty: bool


class Template:
    """One piece of markup with a single root element. Slots whose text is to be filled in are empty in it."""

    def __init__(self, markup: str) -> None:
        markup = markup.strip()
        # The markup in pieces; a tag that takes values is a piece of its own.
        self._parts: list[str | _Opening] = []
        # Slot and name of the attributes that the markup has itself: only a write to the node can remove them.
        self._static: set[tuple[str, str]] = set()
        # Slots with content of their own: only a write to the node can replace it.
        self._full: set[str] = set()
        end = 0
        for number, match in enumerate(_TAG.finditer(markup)):
            slot = _SLOT.search(match[2])
            if slot is None and number:
                continue
            name = ROOT if not number else str(slot and slot[1])
            empty = markup.startswith("</", match.end())
            self._static.update((name, attribute) for attribute in _NAME.findall(match[2]))
            if not empty:
                self._full.add(name)
            self._parts += [markup[end : match.start()], _Opening(name, f"<{match[1]}", f"{match[2]}>", empty)]
            end = match.end()
        self._parts.append(markup[end:])
        self.slots = [part.slot for part in self._parts if isinstance(part, _Opening) and part.slot is not ROOT]

    def fill(self, values: Mapping[str, str | None]) -> tuple[str, list[str]]:
        """Return the markup with ``values`` in it, and the keys of those that have to be written afterwards.

        Of an attribute that is there twice the HTML parser keeps the first, which is the one of ``values``.
        """
        attributes: dict[str, str] = {}
        texts: dict[str, str] = {}
        left: list[str] = []
        for key, value in values.items():
            slot, name = place(key)
            if name is None:
                if slot in self._full:
                    left.append(key)
                elif value:
                    texts[slot] = escape(value)
            elif value is not None:
                attributes[slot] = f'{attributes.get(slot, "")} {name}="{escape(value)}"'
            elif (slot, name) in self._static:
                left.append(key)
        filled: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                filled.append(part)
            else:
                filled += (part.before, attributes.get(part.slot, ""), part.after)
                if part.empty:
                    filled.append(texts.get(part.slot, ""))
        return "".join(filled), left
