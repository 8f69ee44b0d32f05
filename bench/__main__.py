"""``python -m bench``: measure both pages under the workloads and say how they compare."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench import boot, peer_build, profiles, report
from bench.chromium import Browser, browser
from bench.drive import OURS, PEER, ROOT, Contender, Measured, run
from bench.failures import BenchFailure, exit_status
from bench.metrics import DETAILS, METRICS, medians
from bench.quiet_hour import pass_quiet_hour
from bench.report import say
from bench.workloads import NAMES, Workload, chosen, shortened
from devserver.vendored import missing

CONTENDERS = (OURS, PEER)


def _rounds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError(f"{text} is not a number of rounds: use 1 to 50")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    it = argparse.ArgumentParser("python -m bench", description="Measure the page beside the same monitor in React.")
    it.add_argument("--workload", default="", metavar="NAME", help=f"one of {', '.join(NAMES)} (default: all), or boot")
    it.add_argument("--rounds", type=_rounds, metavar="N", help="rounds of each workload (default: 3; idle: 1)")
    it.add_argument("--short", action="store_true", help="a few seconds each: an impression, not a measurement")
    it.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the workloads (default: 1)")
    it.add_argument("--only", choices=[each.name for each in CONTENDERS], help="one page alone, without a comparison")
    it.add_argument("--profile", action="store_true", help="one more run of each, with the browser's profiler")
    return it


def _workloads(name: str, *, short: bool) -> list[Workload]:
    try:
        found = chosen(name)
    except KeyError as error:
        raise BenchFailure(f"there is no workload {name!r}: use boot or one of {', '.join(NAMES)}") from error
    return [shortened(workload) for workload in found] if short else found


async def _rounds_of(
    browser_: Browser, workload: Workload, contenders: Sequence[Contender], rounds: int, seed: int
) -> dict[str, list[Measured]]:
    """Measure in turn, each round beginning with the other page."""
    runs: dict[str, list[Measured]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else contenders[::-1]:
            began = time.monotonic()
            measured = await run(browser_, contender, workload, seed=seed + number)
            runs[contender.name].append(measured)
            say(
                f"  {workload.name} {number + 1}/{rounds} {contender.name}: main thread "
                f"{measured.trace.main_thread_ms:.0f} ms, longest task {measured.trace.longest_task_ms:.0f} ms "
                f"({time.monotonic() - began:.0f} s)"
            )
    return runs


async def _profile(browser_: Browser, workload: Workload, contenders: Sequence[Contender], seed: int) -> None:
    for contender in contenders:
        measured = await run(browser_, contender, workload, seed=seed, profile=True)
        if measured.profile is not None:
            file = profiles.keep(measured.profile, f"{workload.name}-{contender.name}")
            say(f"\n{workload.name}, {contender.name}: functions by their own time ({file.relative_to(ROOT)})")
            say(profiles.top(measured.profile))
    if OURS in contenders:
        measured = await run(browser_, OURS, workload, seed=seed, in_python=True)
        say(f"\n{workload.name}, ours, in Python:\n{measured.python_profile}")


def _boot(given: argparse.Namespace) -> None:
    if given.only or given.profile:
        raise BenchFailure("boot is measured whole: leave out --only and --profile")
    boot.run(given.rounds or (1 if given.short else 3), kept=not given.short)


async def _bench(given: argparse.Namespace) -> None:
    workloads = _workloads(given.workload, short=given.short)
    contenders = [each for each in CONTENDERS if given.only in {None, each.name}]
    if OURS in contenders and (lacking := list(missing(ROOT))):
        raise BenchFailure(f"{lacking[0]} is missing and the page asks for it: run `make setup`")
    if PEER in contenders:
        say("building the peer")
        peer_build.build()
    results: report.Compared = {}
    details: dict[str, Any] = {}
    async with browser() as running:
        about = f"{running.version}, {datetime.now(UTC):%Y-%m-%d}{', short' if given.short else ''}"
        say(about)
        for workload in workloads:
            runs = await _rounds_of(running, workload, contenders, given.rounds or workload.rounds, given.seed)
            if given.only is None:
                sides = {name: medians(each, METRICS) for name, each in runs.items()}
                more = {name: medians(each, DETAILS) for name, each in runs.items()}
                results[workload.name] = report.compare(sides["ours"], sides["peer"])
                details[workload.name] = results[workload.name] | report.compare(more["ours"], more["peer"])
                say(report.table(f"{workload.name}: {workload.summary}", details[workload.name]))
            if workload.name == "idle" and given.only != PEER.name:
                hour = await asyncio.to_thread(pass_quiet_hour)
                say(
                    f"idle, a simulated hour without the document: {hour.wake_ups:,} wake-ups, "
                    f"{hour.requests:,} requests, {hour.sockets} sockets opened"
                )
            if given.profile:
                await _profile(running, workload, contenders, given.seed)
    if results:
        _conclude(results, details, about)


def _conclude(results: report.Compared, details: dict[str, Any], about: str) -> None:
    if "grow-10000" in results:
        results["grow"] = results["grow-10000"]
        say(report.growth(details))
    files = (
        report.write("latest.json", results),
        report.write("details.json", {"about": about, "workloads": details}),
        report.draw({name: row for name, row in results.items() if name != "grow"}, about=about),
    )
    say("wrote " + ", ".join(str(file.relative_to(ROOT)) for file in files))


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    given = _parser().parse_args(arguments)
    return exit_status(lambda: _boot(given) if given.workload == "boot" else asyncio.run(_bench(given)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
