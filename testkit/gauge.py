"""What is alive in a page, counted by the browser and by Pyodide, before and after many cycles of one kind.

A level is read after full collections of Python's garbage and of the browser's. One side lets go of what the other
held only when it has collected itself, and the page is never quite still: a timer may just have been set. So nothing is
counted while a request is under way, the level to return to is one that stood still for a second, and the end is
read until it is there, or often enough.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import WebSocket

from testkit.stage import Stage

FIRST = 10
# Memory and tables of weak keys are as large as the garbage between two collections made them, and stay so.
BETWEEN_COLLECTIONS = 50
READINGS = 40
# Longer than a worker takes to end.
STILL_S = 1.0
KIB = 1024

Level = dict[str, int]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted, by whom, and by how much it may be above the level after the first cycles."""

    name: str
    by: str
    slack: int = 0
    per_cent: int = 0

    def allowed(self, level: int) -> int:
        """The most that may be there at the end."""
        return level + self.slack + level * self.per_cent // 100


KINDS = (
    Kind("sockets", "Chromium"),
    Kind("workers", "Chromium"),
    Kind("event listeners", "Chromium"),
    Kind("DOM nodes", "Chromium"),
    Kind("documents", "Chromium"),
    Kind("JS heap, KiB", "Chromium", slack=1024),
    Kind("timers", "setTimeout, setInterval"),
    Kind("channels", "BroadcastChannel"),
    # Those of all windows, held and waited for.
    Kind("locks", "locks.query()"),
    Kind("JS objects in Python", "Pyodide"),
    Kind("Python proxies in JS", "Pyodide"),
    Kind("Python objects", "gc", slack=100),
    Kind("allocated, KiB", "mallinfo", slack=256),
    # It never shrinks, and grows by a fifth when the garbage of one moment does not fit.
    Kind("Wasm memory, KiB", "WebAssembly", per_cent=45),
    Kind("own: sockets", "diagnostics"),
    Kind("own: timers", "diagnostics"),
    Kind("own: bus listeners", "diagnostics"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """How one kind fared."""

    kind: Kind
    first: int
    last: int

    @property
    def allowed(self) -> int:
        """The most that may be there at the end."""
        return self.kind.allowed(self.first)

    @property
    def ok(self) -> bool:
        """Whether no more is there."""
        return self.last <= self.allowed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What many cycles of one kind have left behind."""

    rows: list[Row]
    grown: Counter[str]
    """Python's objects by type, as far as there are more of them."""

    @property
    def table(self) -> str:
        """Every kind, with who counted it."""
        lines = [f"{'':24}{'counted by':26}{'after ten':>12}{'at the end':>12}{'allowed':>12}"]
        for row in self.rows:
            numbers = f"{row.first:>12,}{row.last:>12,}{row.allowed:>12,}"
            lines.append(f"{row.kind.name:24}{row.kind.by:26}{numbers}{'' if row.ok else '  LEFT'}")
        return "\n".join(lines)

    @property
    def left(self) -> dict[str, tuple[int, int, int]]:
        """Level after the first cycles, at the end, and allowed, of what did not return."""
        return {row.kind.name: (row.first, row.last, row.allowed) for row in self.rows if not row.ok}


class Gauge:
    """Counts in one page, from its boot on."""

    def __init__(self, stage: Stage) -> None:
        self._page = stage.page
        self._browser = stage.context.new_cdp_session(stage.page)
        self._sockets: set[WebSocket] = set()
        self._page.on("websocket", self._connected)
        # Without room for the answers' bodies, which the browser would keep for whoever asks here.
        self._browser.send("Network.enable", {"maxTotalBufferSize": 1, "maxResourceBufferSize": 1})
        self._browser.send("Performance.enable")
        self._page.evaluate("() => window.leaks.attach()")

    def cycle(self, name: str, times: int, *, readings: int = READINGS) -> Outcome:
        """Go through the first cycles, take the level, go through the rest, and see what has returned to it."""
        self._go(name, FIRST)
        first = self._settled()
        for done in range(FIRST, times, BETWEEN_COLLECTIONS):
            self._go(name, min(BETWEEN_COLLECTIONS, times - done))
            self._collect()
        for _ in range(readings):
            last = self.read()
            rows = [Row(kind, first[0][kind.name], last[0][kind.name]) for kind in KINDS]
            if all(row.ok for row in rows):
                break
        return Outcome(rows, last[1] - first[1])

    def _connected(self, socket: WebSocket) -> None:
        self._sockets.add(socket)
        socket.on("close", self._closed)

    def _closed(self, socket: WebSocket) -> None:
        self._sockets.discard(socket)

    def _go(self, name: str, times: int) -> None:
        self._page.evaluate("([name, times]) => window.leaks.go(name, times)", [name, times])

    def _collect(self) -> None:
        self._page.evaluate("() => window.leaks.collect()")
        self._browser.send("HeapProfiler.collectGarbage")

    def _settled(self) -> tuple[Level, Counter[str]]:
        steady = [kind.name for kind in KINDS if not kind.slack and not kind.per_cent]
        before, since = self.read(), time.monotonic()
        for _ in range(READINGS):
            now = self.read()
            if any(before[0][name] != now[0][name] for name in steady):
                before, since = now, time.monotonic()
            elif time.monotonic() >= since + STILL_S:
                break
        return now

    def read(self) -> tuple[Level, Counter[str]]:
        """Counts by kind, and Python's objects by type."""
        self._collect()
        found: dict[str, Any] = self._page.evaluate("() => window.leaks.counts()")
        dom = self._browser.send("Memory.getDOMCounters")
        metrics = {one["name"]: one["value"] for one in self._browser.send("Performance.getMetrics")["metrics"]}
        types = Counter[str](found["types"])
        level = {
            "sockets": len(self._sockets),
            "workers": len(self._page.workers),
            "event listeners": dom["jsEventListeners"],
            "DOM nodes": dom["nodes"],
            "documents": dom["documents"],
            "JS heap, KiB": int(metrics["JSHeapUsedSize"]) // KIB,
            "timers": found["timers"],
            "channels": found["channels"],
            "locks": found["locks"],
            "JS objects in Python": found["references"],
            "Python proxies in JS": found["proxies"],
            "Python objects": types.total(),
            "allocated, KiB": found["allocated"] // KIB,
            "Wasm memory, KiB": found["memory"] // KIB,
            "own: sockets": found["ownSockets"],
            "own: timers": found["ownTimers"],
            "own: bus listeners": found["ownListeners"],
        }
        return level, types
