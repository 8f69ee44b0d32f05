"""What the traffic with the server shows: counters for ``diagnostics()``, never content, and the server's time."""

from collections import Counter
from dataclasses import dataclass, field

from app.core.server_clock import ServerClock


@dataclass(slots=True)
class Activity:
    """Frames, requests and reconnects since the page was opened."""

    frames: int = 0
    unknown: int = 0
    malformed: int = 0
    reconnects: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    server_clock: ServerClock = field(default_factory=ServerClock)
