"""The table of cases: what was injected, how long it took the page to be right again, and what was left behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

HEAD = ("case", "", "injected", "time to truth", "left behind", "")
LONGEST = (5, 58, 66, 13, 24, 6)


@dataclass(slots=True)
class Row:
    """One case as it was driven. `seconds` are the page's own, which a case may make run fast."""

    number: int
    title: str
    injected: list[str] = field(default_factory=list)
    seconds: float | None = None
    left: str = "?"
    failed: bool = False

    @classmethod
    def of(cls, item: pytest.Item) -> Row:
        """The row of a test, as its `case` marker names it."""
        marker = item.get_closest_marker("case")
        assert marker, f"{item.nodeid} has no case"
        number, title = marker.args
        variant = item.callspec.id if hasattr(item, "callspec") else ""
        return cls(number, f"{title} ({variant})" if variant else title)

    def cells(self) -> Sequence[str]:
        """What stands in the table."""
        return (
            str(self.number),
            self.title,
            "; ".join(dict.fromkeys(self.injected)),
            "" if self.seconds is None else f"{self.seconds:.1f} s",
            self.left,
            "FAILED" if self.failed else "ok",
        )


def described(order: dict[str, Any]) -> str:
    """An armed fault in few words."""
    rest = {name: value for name, value in order.items() if name not in {"fault", "at"}}
    words = [f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in rest.items()]
    place = f" at {order['at']}" if "at" in order else ""
    return " ".join([f"{order['fault']}{place}", *(word[:36] for word in words)])


def drawn(rows: Iterable[Row]) -> list[str]:
    """The table, as wide as a terminal bears."""
    lines = [HEAD, *(row.cells() for row in sorted(rows, key=lambda row: (row.number, row.title)))]
    short = [[_cut(text, most) for text, most in zip(line, LONGEST, strict=True)] for line in lines]
    widths = [max(len(line[column]) for line in short) for column in range(len(HEAD))]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in short]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
