"""A module that notes which of its functions run, for whoever asks which ones pages need (tools/hot_functions.py).

Each function sets a global of its own when it begins; the module exports them as `ran.0`, `ran.1` and so on, in the
order in which it defines the functions. Standard library only.
"""

from __future__ import annotations

from tools.snapshot import wasm_format
from tools.snapshot.split_wasm import bodies_of
from tools.snapshot.wasm_format import (
    END,
    GLOBAL,
    GLOBAL_SET,
    I32,
    constant,
    imports_of,
    longer,
    name,
    number,
    read_number,
    sized,
    vector,
)

RAN = "ran."


def _noting(body: bytes, own: int) -> bytes:
    """The body of a function that first sets the global `own`."""
    groups, at = read_number(body, 0)
    for _ in range(groups):
        at = read_number(body, at)[1] + 1
    return body[:at] + constant(1) + bytes((GLOBAL_SET,)) + number(own) + body[at:]


def instrumented(module: bytes) -> bytes:
    """The module, with a global for each function that it defines."""
    held = {wasm_format.GLOBALS: b"\0"} | dict(wasm_format.sections(module))
    bodies = bodies_of(held[wasm_format.CODE])
    first = sum(each.kind == GLOBAL for each in imports_of(module)) + read_number(held[wasm_format.GLOBALS], 0)[0]
    flags = [bytes((I32, 1)) + constant(0) + bytes((END,))] * len(bodies)
    exports = [name(f"{RAN}{index}") + bytes((GLOBAL,)) + number(first + index) for index in range(len(bodies))]
    return wasm_format.changed(
        module,
        {
            wasm_format.GLOBALS: longer(held[wasm_format.GLOBALS], flags),
            wasm_format.EXPORTS: longer(held[wasm_format.EXPORTS], exports),
            wasm_format.CODE: vector(sized(_noting(body, first + index)) for index, body in enumerate(bodies)),
        },
    )
