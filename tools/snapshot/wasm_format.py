"""WebAssembly's binary format, as far as the tools of this folder read and write it (WebAssembly 3.0, chapter 5).

A module is a head and sections; a section has a number and holds, most often, a vector: a count, then that many
entries. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

HEAD = b"\0asm\1\0\0\0"

CUSTOM, TYPES, IMPORTS, FUNCTIONS, TABLES, MEMORIES, GLOBALS, EXPORTS = range(8)
START, ELEMENTS, CODE, DATA, DATA_COUNT, TAGS = range(8, 14)
ORDER = (
    *(CUSTOM, TYPES, IMPORTS, FUNCTIONS, TABLES, MEMORIES, TAGS, GLOBALS, EXPORTS, START, ELEMENTS),
    *(DATA_COUNT, CODE, DATA),
)
# What can be imported and exported.
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)
# Instructions, and types.
IF, END, CALL_INDIRECT, LOCAL_GET, GLOBAL_SET, TABLE_GET = 0x04, 0x0B, 0x11, 0x20, 0x24, 0x25
I32_CONST, REF_IS_NULL = 0x41, 0xD1
I32, FUNCREF, FUNCTION_TYPE, NO_RESULT = 0x7F, 0x70, 0x60, 0x40


class Import(NamedTuple):
    """One entry of a module's imports."""

    name: str
    kind: int


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number (5.2.2), and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def number(value: int) -> bytes:
    """An unsigned number, as LEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def constant(value: int) -> bytes:
    """The instruction that gives a number of 32 bits, which is not negative: its operand is signed LEB128."""
    out = bytearray()
    while value > 0x3F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((I32_CONST, *out, value))


def read_name(data: bytes, at: int) -> tuple[str, int]:
    """A name (5.2.4), and where it ends."""
    length, at = read_number(data, at)
    return data[at : at + length].decode(), at + length


def name(text: str) -> bytes:
    """A name, with its length."""
    return sized(text.encode())


def sized(data: bytes) -> bytes:
    """Bytes behind their length."""
    return number(len(data)) + data


def vector(entries: Iterable[bytes]) -> bytes:
    """Entries behind their count."""
    held = list(entries)
    return number(len(held)) + b"".join(held)


def longer(content: bytes, entries: Iterable[bytes]) -> bytes:
    """The content of a section that is a vector, with more entries at its end."""
    added = list(entries)
    count, at = read_number(content, 0)
    return number(count + len(added)) + content[at:] + b"".join(added)


def sections(module: bytes) -> list[tuple[int, bytes]]:
    """Each section's number and content, in order."""
    found, at = [], len(HEAD)
    while at < len(module):
        length, begins = read_number(module, at + 1)
        found.append((module[at], module[begins : begins + length]))
        at = begins + length
    return found


def module_of(parts: Iterable[tuple[int, bytes]]) -> bytes:
    """The module of these sections, which come in the order of the format (5.5.17), and custom ones first."""
    ordered = sorted(parts, key=lambda part: ORDER.index(part[0]))
    return HEAD + b"".join(bytes((kind,)) + sized(content) for kind, content in ordered)


def changed(module: bytes, parts: dict[int, bytes]) -> bytes:
    """The module with these sections in place of its own."""
    return module_of([*(each for each in sections(module) if each[0] not in parts), *parts.items()])


def after_limits(data: bytes, at: int) -> int:
    """Where the limits of a table or a memory end (5.3.13)."""
    bounded = data[at] & 1
    at += 1
    for _ in range(1 + bounded):
        _, at = read_number(data, at)
    return at


def imports_of(module: bytes) -> list[Import]:
    """What a module imports, from wherever."""
    content = dict(sections(module)).get(IMPORTS, b"\0")
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        _, at = read_name(content, at)
        held, at = read_name(content, at)
        kind, at = content[at], at + 1
        if kind in (FUNCTION, TAG):
            _, at = read_number(content, at + (kind == TAG))
        elif kind == GLOBAL:
            at += 2
        else:
            at = after_limits(content, at + (kind == TABLE))
        found.append(Import(held, kind))
    return found
