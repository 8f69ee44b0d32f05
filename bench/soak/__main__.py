"""``python -m bench.soak``: let a page live for hours, see that it stays right and does not grow, and plot it."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from bench import report
from bench.failures import BenchFailure, exit_status
from bench.report import say
from bench.soak import day, visit
from bench.soak.chart import Panels, draw
from bench.soak.series import Series

ROOT: Final = Path(__file__).resolve().parent.parent.parent
HOURS: Final = (0.5, 1000.0)
MINUTES: Final = (1.0, 1440.0)
MOST_SEED: Final = 10**9


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"podi: {message}\n")


def _number(what: str, least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number of {what}: use {least:g} to {most:g}")
        return number

    return read


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_SEED:
        raise argparse.ArgumentTypeError(f"{text} is no seed: use 0 to {MOST_SEED}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    it = _Parser("python -m bench.soak", description=(__doc__ or "").partition(": ")[2])
    how_long = it.add_mutually_exclusive_group()
    how_long.add_argument("--hours", type=_number("hours", *HOURS), metavar="N", help="simulated hours (default: 24)")
    how_long.add_argument("--minutes", type=_number("minutes", *MINUTES), metavar="N", help="real ones, in a browser")
    it.add_argument("--seed", type=_seed, metavar="N", help="repeat a run (default: another one each time)")
    return it


def _keep(series: Series, panels: Panels, name: str, title: str) -> None:
    """Write and plot what was measured, of a run that failed too."""
    if series.hours:
        kept = report.write(f"{name}.json", {"about": title, "hours": series.hours, **series.values})
        plot = draw(series, panels, title=title, name=f"{name}.png")
        say("wrote " + ", ".join(str(file.relative_to(ROOT)) for file in (kept, plot)))


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    given = _parser().parse_args(arguments)
    return exit_status(lambda: soak(given))


def soak(given: argparse.Namespace) -> None:
    """Live through a day or a visit; raises ``BenchFailure``, with how to repeat it."""
    seed = random.SystemRandom().randrange(1000) if given.seed is None else given.seed
    series = Series()
    panels: Panels
    try:
        if given.minutes is None:
            hours = 24.0 if given.hours is None else given.hours
            title, again = f"{hours:g} simulated hours, seed {seed}", f"HOURS={hours:g}"
            name, panels, run = "soak-day", day.PANELS, partial(day.live, series, seed, hours)
        else:
            title, again = f"{given.minutes:g} minutes in a browser, seed {seed}", f"MINUTES={given.minutes:g}"
            name, panels, run = "soak-visit", visit.PANELS, partial(visit.live, series, seed, given.minutes)
        say(title)
        try:
            run(say)
        finally:
            _keep(series, panels, name, title)
    except BenchFailure as failure:
        raise BenchFailure(f"{failure}\npodi: to repeat it: make soak {again} SEED={seed}") from None
    say("nothing differed, nothing grew")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
