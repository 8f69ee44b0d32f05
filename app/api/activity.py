"""Counters for ``diagnostics()``. They hold numbers and names of routes, never content."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Activity:
    """Frames, requests and reconnects since the page was opened."""

    frames: int = 0
    unknown: int = 0
    malformed: int = 0
    reconnects: int = 0
    requests: Counter[str] = field(default_factory=Counter)
