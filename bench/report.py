"""What a run of the harness prints, writes and draws."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bench.metrics import Value, ratio

RESULTS: Final = Path(__file__).resolve().parent / "results"
Numbers = Mapping[str, Value]
Compared = dict[str, dict[str, dict[str, Value]]]
"""Workload, metric, then ``ours``, ``peer`` and ``ratio``."""


def say(line: str = "") -> None:
    """Print a line at once: what runs meanwhile prints too."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def compare(ours: Numbers, peer: Numbers) -> dict[str, dict[str, Value]]:
    """Both pages' numbers side by side."""
    return {name: {"ours": ours[name], "peer": peer[name], "ratio": ratio(ours[name], peer[name])} for name in ours}


def table(title: str, numbers: Mapping[str, Mapping[str, Value]]) -> str:
    """One workload as lines of text."""
    lines = [title, f"  {'':<26}{'ours':>12}{'peer':>12}{'ratio':>9}"]
    lines += [
        f"  {name:<26}{_shown(row['ours']):>12}{_shown(row['peer']):>12}{_ratio(row['ratio']):>9}"
        for name, row in numbers.items()
    ]
    return "\n".join(lines)


def _shown(value: Value) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.1f}"


def _ratio(value: Value) -> str:
    return "–" if value is None else f"{value:.2f}"


def growth(details: Mapping[str, Mapping[str, Mapping[str, Value]]]) -> str:
    """How the main thread's work grows from 100 to 10,000 rows, where both were measured."""
    few, many = (details.get(name, {}).get("main_thread_ms") for name in ("grow-100", "grow-10000"))
    if not few or not many:
        return ""
    ratios = ", ".join(f"{who} {_ratio(ratio(many[who], few[who]))} ×" for who in ("ours", "peer"))
    return f"main thread at 10,000 rows by that at 100: {ratios}"


def write(name: str, results: object) -> Path:
    """Write results as JSON."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / name
    file.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    return file


def draw(results: Compared, *, about: str) -> Path:
    """Draw both pages' bars for the numbers that people feel, a row of charts per metric."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    shown = ("main_thread_ms", "longest_task_ms", "latency_p95_ms", "js_heap_mb")
    names = list(results)
    figure, axes = plt.subplots(1, len(shown), figsize=(4.2 * len(shown), 0.9 + 0.55 * len(names)), sharey=True)
    for axis, metric in zip(axes, shown, strict=True):
        for offset, (who, colour) in enumerate((("ours", "#2f6fdb"), ("peer", "#c2c8d2"))):
            values = [results[name][metric][who] or 0.0 for name in names]
            places = [index + (offset - 0.5) * 0.36 for index in range(len(names))]
            axis.barh(places, values, height=0.34, color=colour, label=who)
            for place, value in zip(places, values, strict=True):
                axis.annotate(_shown(value), (value, place), xytext=(3, 0), textcoords="offset points", va="center")
        axis.set_title(metric)
        axis.set_yticks(range(len(names)), names)
        axis.margins(x=0.22)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    axes[0].legend(loc="lower right", frameon=False)
    figure.suptitle(f"Medians; shorter is better. {about}", fontsize=10)
    figure.tight_layout()
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "latest.png"
    figure.savefig(file, dpi=110)
    plt.close(figure)
    return file
