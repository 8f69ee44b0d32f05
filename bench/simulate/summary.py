"""What a simulation prints and plots."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bench import report
from bench.simulate.backend import Series
from bench.simulate.pages import POLICIES
from bench.simulate.scenarios import SCENARIOS, Scenario, normal_day, requests_a_minute

COSTING = ("our rules", "a kind not pushed", "3 windows a browser")
ACTIVE = (0, 1, 10)
LAST_S = 60
"""What is asked at the end is averaged over the time in which every page reads everything once."""


def _averaged(values: Sequence[float], wide: int) -> list[float]:
    return [sum(values[i : i + wide]) / wide for i in range(0, len(values), wide)]


def summary(scenario: Scenario, series: Series) -> dict[str, float | None]:
    """The numbers of one run."""
    right = series.right_after
    everyone = len(right) == series.clients
    before, after = series.requests[2:10], series.requests[-LAST_S - 1 : -1]
    day = scenario.run is normal_day
    wide = 60 if day else 1
    return {
        "reconnects_peak_per_s": max(_averaged(series.reconnects, wide)),
        "requests_peak_per_s": max(_averaged(series.requests, wide)),
        "requests_before_per_s": None if day else sum(before) / len(before),
        "requests_at_the_end_per_s": None if day else sum(after) / len(after),
        "requests_in_all": sum(series.requests),
        "turned_away": float(series.turned_away),
        "half_right_after_s": right[len(right) // 2] if right else None,
        "all_right_after_s": right[-1] if everyone else None,
        "share_with_push_at_the_end": None if day else series.pushed,
    }


def show(scenario: Scenario, results: dict[str, dict[str, float | None]]) -> None:
    """Print one scenario."""
    names = list(results)
    sys.stdout.write(f"\n{scenario.name}\n  {'':<28}" + "".join(f"{name:>22}" for name in names) + "\n")
    for metric in results[names[0]]:
        cells = "".join(f"{_cell(results[name][metric]):>22}" for name in names)
        sys.stdout.write(f"  {metric:<28}{cells}\n")
    sys.stdout.flush()


def costs() -> dict[str, dict[str, float]]:
    """Return how many requests 1,000 open pages make in a minute, by what push does and how many jobs are active."""
    own, untrusted, shared = (next(each for each in POLICIES if each.name == name) for name in COSTING)
    rows = {
        "push carries the jobs": (own, True),
        "the same, 3 windows a browser": (shared, True),
        "push does not carry the kind": (untrusted, True),
        "no push": (own, False),
        "no push, 3 windows a browser": (shared, False),
    }
    return {
        name: {f"{active} active": requests_a_minute(policy, active, up=up) for active in ACTIVE}
        for name, (policy, up) in rows.items()
    }


def show_costs(rows: dict[str, dict[str, float]]) -> None:
    """Print what open pages cost."""
    sys.stdout.write("\nrequests of 1,000 open pages in a minute in which nothing changes\n")
    sys.stdout.write(f"  {'':<32}" + "".join(f"{f'{active} active':>12}" for active in ACTIVE) + "\n")
    for name, row in rows.items():
        sys.stdout.write(f"  {name:<32}" + "".join(f"{value:>12,.0f}" for value in row.values()) + "\n")


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def draw(results: dict[str, dict[str, Series]], clients: int) -> str:
    """Plot reconnects and requests per second; returns the file's name."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(SCENARIOS), 2, figsize=(13, 3.4 * len(SCENARIOS)), squeeze=False)
    for row, scenario in zip(axes, SCENARIOS, strict=True):
        wide = 600 if scenario.run is normal_day else 1
        for axis, what in zip(row, ("reconnects", "requests"), strict=True):
            for name, series in results[scenario.name].items():
                values: list[float] = getattr(series, what)[:-1]
                values = _averaged(values, wide)
                hours = 3600 if wide > 1 else 1
                ours = name == POLICIES[0].name
                axis.plot(
                    [i * wide / hours for i in range(len(values))], values, label=name,
                    linewidth=2.0 if ours else 1.0, zorder=3 if ours else 2,
                )  # fmt: skip
            axis.set_title(f"{scenario.name}: {what} per second", fontsize=10)
            axis.set_xlabel("hours" if wide > 1 else "seconds")
            axis.spines[["top", "right"]].set_visible(False)
            axis.set_ylim(bottom=0)
    axes[0][0].legend(frameon=False)
    figure.suptitle(f"{clients:,} clients")
    figure.tight_layout()
    report.RESULTS.mkdir(exist_ok=True)
    file = report.RESULTS / "simulate.png"
    figure.savefig(file, dpi=100)
    plt.close(figure)
    return file.name
