"""From measured runs to the numbers that are compared: a value per round, then the median of the rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from bench.drive import Measured

Value = float | None


def percentile(values: Sequence[float], share: float) -> Value:
    """The value that ``share`` of the values do not exceed; ``None`` for none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def poll_gap_ms(run: Measured) -> Value:
    """The longest time between two list reads of ability tasks."""
    sent = sorted(fetch.sent for fetch in run.trace.fetches if "/api/ability-tasks?" in fetch.url)
    gaps = [(after - before) / 1000 for before, after in pairwise(sent)]
    return max(gaps, default=None)


METRICS: Final[dict[str, Callable[[Measured], Value]]] = {
    "main_thread_ms": lambda run: run.trace.main_thread_ms,
    "longest_task_ms": lambda run: run.trace.longest_task_ms,
    "dropped_frames": lambda run: len(run.trace.drops),
    "latency_p50_ms": lambda run: percentile(run.latencies_ms, 0.50),
    "latency_p95_ms": lambda run: percentile(run.latencies_ms, 0.95),
    "latency_p99_ms": lambda run: percentile(run.latencies_ms, 0.99),
    "js_heap_mb": lambda run: run.js_heap_mb,
    "wasm_heap_mb": lambda run: run.wasm_heap_mb,
    "requests": lambda run: len(run.trace.fetches),
    "bytes": lambda run: run.trace.received_bytes,
}

DETAILS: Final[dict[str, Callable[[Measured], Value]]] = {
    "main_thread_cpu_ms": lambda run: run.trace.main_thread_cpu_ms,
    "longest_task_cpu_ms": lambda run: run.trace.longest_task_cpu_ms,
    "tasks": lambda run: len(run.trace.tasks),
    "tasks_over_50_ms": lambda run: sum(wall > 50_000 for _, wall, _ in run.trace.tasks),
    "timers": lambda run: run.trace.timers,
    "drawn_frames": lambda run: len(run.trace.draws),
    "longest_drop_streak": lambda run: run.trace.longest_streak,
    "latency_from_sent_p95_ms": lambda run: percentile(run.late_ms, 0.95),
    "latencies": lambda run: len(run.latencies_ms),
    "never_shown": lambda run: run.unshown,
    "longest_poll_gap_ms": poll_gap_ms,
}


def medians(runs: Sequence[Measured], of: dict[str, Callable[[Measured], Value]]) -> dict[str, Value]:
    """The median of each number over the rounds; ``None`` where no round had it."""
    found: dict[str, Value] = {}
    for name, number in of.items():
        values = [value for run in runs if (value := number(run)) is not None]
        found[name] = round(median(values), 3) if values else None
    return found


def ratio(ours: Value, peer: Value) -> Value:
    """Ours by the peer's; ``None`` where that says nothing."""
    return round(ours / peer, 3) if ours is not None and peer else None
