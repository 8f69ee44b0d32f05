"""Splits a module into what pages run, the hot part, and what they seldom or never run, the cold one.

Of an interpreter's functions a page runs one in six. Both parts have all functions, under the numbers that they had, so
that no code is changed: the body of a function is in one part, and in the other is a stub, which calls it through
`crossing`, a table of their own. While a cold function is not there its slot is empty: the stub calls the last slot
first, which brings the cold part (static/restore.mjs). That has no data and no state: it imports what the hot part
lends. Compilers call this hot-cold splitting. Standard library only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tools.snapshot import wasm_format
from tools.snapshot.wasm_format import (
    CALL_INDIRECT,
    END,
    FUNCREF,
    FUNCTION,
    FUNCTION_TYPE,
    GLOBAL,
    I32_CONST,
    IF,
    LOCAL_GET,
    MEMORY,
    NO_RESULT,
    REF_IS_NULL,
    TABLE,
    TABLE_GET,
    TAG,
    after_limits,
    constant,
    imports_of,
    longer,
    name,
    number,
    read_number,
    sized,
    vector,
)

# The module from which the cold part imports what the hot one exports under the same names: all that begins so.
LENT = "lent"
CROSSING = f"{LENT}.crossing"
# What the cold part lacks: it has no data, no state and no beginning of its own.
HOT_ONLY = (
    *(wasm_format.CUSTOM, wasm_format.TABLES, wasm_format.MEMORIES, wasm_format.TAGS, wasm_format.EXPORTS),
    *(wasm_format.START, wasm_format.DATA_COUNT, wasm_format.DATA),
)
EMPTY = b"\0"


class SplitError(Exception):
    """The module is not what this was written for; the message says where."""


class Signature(NamedTuple):
    """A type of function: how many parameters, and whether it has neither these nor results."""

    parameters: int
    is_empty: bool


def _signatures(content: bytes) -> list[Signature]:
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        if content[at] != FUNCTION_TYPE:
            raise SplitError("a type is not that of a function")
        parameters, at = read_number(content, at + 1)
        results, at = read_number(content, at + parameters)
        at += results
        found.append(Signature(parameters, not parameters and not results))
    return found


def _entries(content: bytes, end: Callable[[bytes, int], int]) -> list[bytes]:
    """The entries of a section that is a vector; `end` gives where the one at a place ends."""
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        begins, at = at, end(content, at)
        found.append(content[begins:at])
    return found


def _after_number(content: bytes, at: int) -> int:
    return read_number(content, at)[1]


def bodies_of(content: bytes) -> list[bytes]:
    """The body of each function that a module defines, from its section of code."""
    count, at = read_number(content, 0)
    found = []
    for _ in range(count):
        length, at = read_number(content, at)
        found.append(content[at : at + length])
        at += length
    return found


def _globals(content: bytes) -> tuple[list[bytes], list[bytes]]:
    """The types of those that can change, which come first, and the constants that follow them."""
    count, at = read_number(content, 0)
    changing: list[bytes] = []
    constants: list[bytes] = []
    for _ in range(count):
        begins, kind = at, content[at : at + 2]
        if content[at + 2] != I32_CONST:
            raise SplitError("a global does not begin as a number of 32 bits")
        _, at = read_number(content, at + 3)
        if content[at] != END:
            raise SplitError("a global's value is computed")
        at += 1
        if not kind[1]:
            constants.append(content[begins:at])
        elif constants:
            raise SplitError("a global that can change follows a constant")
        else:
            changing.append(kind)
    return changing, constants


def _filling(table: int, first: int, functions: Iterable[int]) -> bytes:
    """An active segment of elements: functions for a table's slots from the first one on (5.5.12)."""
    return b"\2" + number(table) + constant(first) + bytes((END, 0)) + vector(map(number, functions))


def split(module: bytes, hot: set[int]) -> tuple[bytes, bytes]:
    """The hot and the cold part of a module.

    Args:
        module: the module, which fills its table of functions by one active segment.
        hot: which of the functions that it defines pages run, counted from 0.

    Raises SplitError where the module differs from what is expected here.
    """
    held = defaultdict(lambda: EMPTY, wasm_format.sections(module))
    if held[wasm_format.ELEMENTS][:2] != b"\1\0":
        raise SplitError("the table of functions is not filled by one active segment")
    signatures = _signatures(held[wasm_format.TYPES])
    types = [read_number(each, 0)[0] for each in _entries(held[wasm_format.FUNCTIONS], _after_number)]
    bodies = bodies_of(held[wasm_format.CODE])
    if not hot <= set(range(len(bodies))):
        raise SplitError("a function that pages run is not there")
    empty = next((index for index, each in enumerate(signatures) if each.is_empty), None)
    if empty is None:
        raise SplitError("no function is without parameters and results")

    imported = Counter(each.kind for each in imports_of(module))
    tables = _entries(held[wasm_format.TABLES], lambda content, at: after_limits(content, at + 1))
    tables.append(bytes((FUNCREF, 0)) + number(len(bodies) + 1))
    crossing = imported[TABLE] + len(tables) - 1
    cold = [index for index in range(len(bodies)) if index not in hot]
    slots = {index: slot for slot, index in enumerate((*cold, *sorted(hot)))}
    bring = constant(len(bodies)) + bytes((CALL_INDIRECT,)) + number(empty) + number(crossing)

    def stub(index: int, *, of_cold: bool) -> bytes:
        slot = constant(slots[index])
        is_missing = slot + bytes((TABLE_GET,)) + number(crossing) + bytes((REF_IS_NULL,))
        check = is_missing + bytes((IF, NO_RESULT)) + bring + bytes((END,)) if of_cold else b""
        arguments = b"".join(bytes((LOCAL_GET,)) + number(each) for each in range(signatures[types[index]].parameters))
        call = bytes((CALL_INDIRECT,)) + number(types[index]) + number(crossing)
        return b"\0" + check + arguments + slot + call + bytes((END,))

    changing, constants = _globals(held[wasm_format.GLOBALS])
    lent = {
        TABLE: tables,
        MEMORY: _entries(held[wasm_format.MEMORIES], after_limits),
        TAG: _entries(held[wasm_format.TAGS], lambda content, at: _after_number(content, at + 1)),
        GLOBAL: changing,
    }
    exports, borrowed = [], []
    for kind, entries in lent.items():
        for index, entry in enumerate(entries, imported[kind]):
            label = CROSSING if (kind, index) == (TABLE, crossing) else f"{LENT}.{kind}.{index}"
            exports.append(name(label) + bytes((kind,)) + number(index))
            borrowed.append(name(LENT) + name(label) + bytes((kind,)) + entry)
    first = imported[FUNCTION]
    hot_part = {
        wasm_format.TABLES: longer(held[wasm_format.TABLES], tables[-1:]),
        wasm_format.EXPORTS: longer(held[wasm_format.EXPORTS], exports),
        wasm_format.ELEMENTS: longer(
            held[wasm_format.ELEMENTS], [_filling(crossing, len(cold), [first + index for index in sorted(hot)])]
        ),
        wasm_format.CODE: vector(
            sized(body if index in hot else stub(index, of_cold=True)) for index, body in enumerate(bodies)
        ),
    }
    cold_part = {
        wasm_format.IMPORTS: longer(held[wasm_format.IMPORTS], borrowed),
        wasm_format.GLOBALS: vector(constants),
        wasm_format.ELEMENTS: vector([_filling(crossing, 0, [first + index for index in cold])]),
        wasm_format.CODE: vector(
            sized(stub(index, of_cold=False) if index in hot else body) for index, body in enumerate(bodies)
        ),
    }
    shared = wasm_format.module_of(each for each in wasm_format.sections(module) if each[0] not in HOT_ONLY)
    return wasm_format.changed(module, hot_part), wasm_format.changed(shared, cold_part)
