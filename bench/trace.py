"""What a trace of the browser says about one page: its main thread, its frames, its network and its socket.

Times are microseconds of the browser's own clock, as it writes them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BEGIN_MARK: Final = "podi-bench-begin"
END_MARK: Final = "podi-bench-end"
CATEGORIES: Final = (
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
    "blink.user_timing",
)
Event = Mapping[str, Any]


class TraceError(Exception):
    """The trace does not hold what it must."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request: when it was sent and finished (0: not within the trace), and how many bytes came over the wire."""

    url: str
    sent: int
    finished: int
    size: int


@dataclass(slots=True)
class Trace:
    """One page between two marks."""

    began: int
    ended: int
    origin: float
    """What ``performance.now() == 0`` is on the trace's clock."""
    tasks: list[tuple[int, int, int]] = field(default_factory=list)
    """Start, wall time and processor time of each task of the main thread."""
    frames: list[tuple[int, int]] = field(default_factory=list)
    """Start of each received WebSocket frame, and its length."""
    fetches: list[Fetch] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    activations: list[int] = field(default_factory=list)
    draws: list[int] = field(default_factory=list)
    drops: list[int] = field(default_factory=list)
    timers: int = 0

    @property
    def main_thread_ms(self) -> float:
        """How long the main thread was busy."""
        return sum(wall for _, wall, _ in self.tasks) / 1000

    @property
    def main_thread_cpu_ms(self) -> float:
        """How much processor time the main thread took: the same without waiting for a core."""
        return sum(cpu for _, _, cpu in self.tasks) / 1000

    @property
    def longest_task_ms(self) -> float:
        """The longest task of the main thread."""
        return max((wall for _, wall, _ in self.tasks), default=0) / 1000

    @property
    def longest_task_cpu_ms(self) -> float:
        """The most processor time that a task of the main thread took."""
        return max((cpu for _, _, cpu in self.tasks), default=0) / 1000

    @property
    def longest_streak(self) -> int:
        """The most frames dropped one after another."""
        longest = streak = 0
        for _, dropped in sorted([(at, False) for at in self.draws] + [(at, True) for at in self.drops]):
            streak = streak + 1 if dropped else 0
            longest = max(longest, streak)
        return longest

    @property
    def received_bytes(self) -> int:
        """Bytes of answers and of socket frames."""
        return sum(fetch.size for fetch in self.fetches) + sum(length for _, length in self.frames)

    def page_time(self, now_ms: float) -> float:
        """A ``performance.now()`` of the page on the trace's clock."""
        return self.origin + now_ms * 1000

    def on_screen(self, changed: float) -> float | None:
        """When a change of the document at ``changed`` was drawn: the frame after its commit was activated."""
        committed = _after(self.commits, changed)
        activated = None if committed is None else _after(self.activations, committed)
        return None if activated is None else _after(self.draws, activated)


def _after(moments: list[int], at: float) -> int | None:
    index = bisect_left(moments, at)
    return moments[index] if index < len(moments) else None


def read(events: Iterable[Event]) -> Trace:
    """Read a trace; raises ``TraceError`` if the marks are not in it."""
    kept = [event for event in events if event.get("ph") in {"X", "I", "R", "n", "b"}]
    begin = _mark(kept, BEGIN_MARK)
    end = _mark(kept, END_MARK)
    origin = begin["ts"] - begin["args"]["data"]["startTime"] * 1000
    trace = Trace(begin["ts"], end["ts"], origin)
    process, main = begin["pid"], begin["tid"]
    mine = [event for event in kept if event["pid"] == process and trace.began <= event["ts"] <= trace.ended]
    mine.sort(key=lambda event: event["ts"])
    _tasks(trace, [event for event in mine if event["name"] == "RunTask" and event["tid"] == main])
    _network(trace, mine)
    for event in mine:
        at = event["ts"]
        match event["name"]:
            case "Commit":
                trace.commits.append(at)
            case "ActivateLayerTree":
                trace.activations.append(at)
            case "DrawFrame":
                trace.draws.append(at)
            case "DroppedFrame":
                trace.drops.append(at)
            case "TimerFire" if event["tid"] == main:
                trace.timers += 1
            case "WebSocketReceive":
                trace.frames.append((at, event["args"]["data"]["dataLength"]))
    return trace


def _mark(events: Iterable[Event], name: str) -> Event:
    found = next((event for event in events if event["name"] == name), None)
    if found is None:
        raise TraceError(f"the mark {name} is not in the trace")
    return found


def _tasks(trace: Trace, events: Iterable[Event]) -> None:
    """Keep tasks that are not inside another: a nested loop runs tasks within one."""
    busy_until = 0
    for event in events:
        wall = int(event.get("dur", 0))
        if event["ts"] >= busy_until:
            trace.tasks.append((event["ts"], wall, int(event.get("tdur", wall))))
            busy_until = event["ts"] + wall


def _network(trace: Trace, events: Iterable[Event]) -> None:
    sent: dict[str, tuple[str, int]] = {}
    finished: dict[str, tuple[int, int]] = {}
    for event in events:
        if event["name"] == "ResourceSendRequest":
            data = event["args"]["data"]
            if not data["url"].startswith(("data:", "blob:")):
                sent.setdefault(data["requestId"], (data["url"], event["ts"]))
        elif event["name"] == "ResourceFinish":
            data = event["args"]["data"]
            finished[data["requestId"]] = (event["ts"], int(data.get("encodedDataLength", 0)))
    for request, (url, at) in sent.items():
        trace.fetches.append(Fetch(url, at, *finished.get(request, (0, 0))))
