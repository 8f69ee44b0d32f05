"""Where a page spends its main thread: functions by their own time, out of the browser's sampling profiler."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bench.report import RESULTS

QUIET = frozenset({"(idle)", "(program)", "(root)"})


def self_times_ms(profile: dict[str, Any]) -> Counter[str]:
    """Milliseconds spent in each function itself."""
    names = {node["id"]: _name(node["callFrame"]) for node in profile["nodes"]}
    times: Counter[str] = Counter()
    for node, microseconds in zip(profile["samples"], profile["timeDeltas"], strict=True):
        times[names[node]] += max(0, microseconds)
    return Counter({name: round(total / 1000) for name, total in times.items()})


def _name(frame: dict[str, Any]) -> str:
    function = frame["functionName"] or "(anonymous)"
    file = frame["url"].rsplit("/", 1)[-1]
    return f"{function} {file}:{frame['lineNumber'] + 1}" if file else function


def top(profile: dict[str, Any], most: int = 15) -> str:
    """The functions that took longest, as lines of text."""
    times = self_times_ms(profile)
    busy = [(name, ms) for name, ms in times.most_common() if name not in QUIET]
    return "\n".join(f"  {ms:>7} ms  {name}" for name, ms in busy[:most])


def keep(profile: dict[str, Any], name: str) -> Path:
    """Write a profile that the browser's own tools can open."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.cpuprofile"
    file.write_text(json.dumps(profile), "utf-8")
    return file
