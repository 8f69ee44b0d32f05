"""``python -m bench.soak``: let a page live for hours, see that it stays right and does not grow, and plot it."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from bench import report
from bench.failures import BenchFailure
from bench.soak import day
from bench.soak.chart import draw
from bench.soak.series import Series

FEWEST_HOURS: Final = 0.5
MOST_HOURS: Final = 1000.0
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
    hours = _number("hours", FEWEST_HOURS, MOST_HOURS)
    it.add_argument("--hours", type=hours, default=24.0, metavar="N", help="simulated hours (default: 24)")
    it.add_argument("--seed", type=_seed, metavar="N", help="repeat a run (default: another one each time)")
    return it


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _simulate(series: Series, seed: int, hours: float) -> None:
    began = time.process_time()
    day.live(series, seed, hours, _say)
    _say(f"{hours:g} hours took {time.process_time() - began:.0f} s of processor time")


def _keep(series: Series, seed: int) -> None:
    """Write and plot what was measured, of a run that failed too."""
    if not series.hours:
        return
    kept = report.write("soak-day.json", {"seed": seed, "hours": series.hours, **series.values})
    plot = draw(series, day.PANELS, title=f"A simulated day, seed {seed}", name="soak-day.png")
    _say(f"wrote {kept.relative_to(report.RESULTS.parent.parent)}, {plot.relative_to(report.RESULTS.parent.parent)}")


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    given = _parser().parse_args(arguments)
    seed = random.SystemRandom().randrange(1000) if given.seed is None else given.seed
    again = f"make soak SEED={seed} HOURS={given.hours:g}"
    _say(f"{given.hours:g} simulated hours, seed {seed}")
    series = Series()
    try:
        _simulate(series, seed, given.hours)
    except BenchFailure as failure:
        _keep(series, seed)
        sys.stderr.write(f"podi: {failure}\npodi: to repeat it: {again}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    _keep(series, seed)
    _say("nothing differed, nothing grew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
