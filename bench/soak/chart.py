"""The plot of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.soak.series import Series

Panels = Sequence[tuple[str, ...]]
"""The names of the numbers that share a panel, panel by panel."""


def draw(series: Series, panels: Panels, *, title: str, name: str) -> Path:
    """Draw the series' numbers over time, one panel for each group of names; the file."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    columns = 3
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5 * columns, 2.8 * rows), squeeze=False)
    in_minutes = series.hours[-1] < 2
    times = [hour * 60 if in_minutes else hour for hour in series.hours]
    for axis in axes.flat:
        axis.set_visible(False)
    for axis, names in zip(axes.flat, panels, strict=False):
        axis.set_visible(True)
        for each in names:
            axis.plot(times, series[each], label=each.replace("_", " "), linewidth=1.2)
        axis.set_ylim(0, max(1.0, *(max(series[each]) for each in names)) * 1.1)
        axis.set_xlabel("minutes" if in_minutes else "hours", fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False, fontsize=8)
    figure.suptitle(title)
    figure.tight_layout()
    report.RESULTS.mkdir(exist_ok=True)
    file = report.RESULTS / name
    figure.savefig(file, dpi=100)
    plt.close(figure)
    return file
