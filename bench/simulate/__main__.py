"""`python -m bench.simulate`."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence

import bench.simulate
from bench import report
from bench.failures import exit_status
from bench.simulate.backend import Series
from bench.simulate.pages import POLICIES
from bench.simulate.scenarios import SCENARIOS
from bench.simulate.summary import costs, draw, show, show_costs, summary


def simulate(clients: int, seed: int) -> None:
    """Run everything, print it, write it down and plot it."""
    # Nothing here is a cycle worth searching for, and looking through millions of objects takes longer than the rest.
    gc.disable()
    results: dict[str, dict[str, Series]] = {}
    numbers: dict[str, dict[str, dict[str, float | None]]] = {}
    for scenario in SCENARIOS:
        began = time.monotonic()
        results[scenario.name] = {policy.name: scenario.run(policy, clients, seed) for policy in POLICIES}
        gc.collect()
        numbers[scenario.name] = {name: summary(scenario, series) for name, series in results[scenario.name].items()}
        show(scenario, numbers[scenario.name])
        sys.stdout.write(f"  ({time.monotonic() - began:.0f} s)\n")
    rows = costs()
    show_costs(rows)
    report.write("simulate.json", {"clients": clients, "scenarios": numbers, "requests_a_minute": rows})
    sys.stdout.write(f"\nwrote bench/results/simulate.json, bench/results/{draw(results, clients)}\n")


def _clients(text: str) -> int:
    if not text.isdecimal() or not 100 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number of clients: use 100 to 1000000")
    return int(text)


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser(
        "python -m bench.simulate", description=(bench.simulate.__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--clients", type=_clients, default=100_000, metavar="N", help="default: 100000")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    return exit_status(lambda: simulate(given.clients, given.seed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
