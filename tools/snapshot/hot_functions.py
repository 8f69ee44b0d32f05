"""Which functions of the interpreter and its library pages run: the record that the build splits them by.

hot_functions.json is measured, by tools/find_hot_functions.py, and belongs to the very files that it names by their
hashes. Another release is not split until it was measured. Standard library only.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools import checksums

RECORD = Path(__file__).with_suffix(".json")


def hot_functions(file: Path) -> set[int] | None:
    """The numbers of a module's functions that pages run, or None if this file was not measured."""
    measured = json.loads(RECORD.read_text("utf-8")).get(checksums.of_file(file))
    if measured is None:
        return None
    bits = int.from_bytes(base64.b64decode(measured["functions"]), "little")
    return {index for index in range(bits.bit_length()) if bits >> index & 1}


def record(measured: Mapping[Path, Iterable[int]]) -> None:
    """Write down what was measured, for each file the numbers of the functions that pages ran."""
    entries = {}
    for file, functions in measured.items():
        bits = sum(1 << index for index in set(functions))
        text = base64.b64encode(bits.to_bytes(bits.bit_length() // 8 + 1, "little")).decode()
        entries[checksums.of_file(file)] = {"file": file.name, "functions": text}
    RECORD.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
