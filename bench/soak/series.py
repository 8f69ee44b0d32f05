"""What a run measured, sample by sample, and whether any of it grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from typing import Final

FEWEST_SAMPLES: Final = 4


@dataclass(frozen=True, slots=True)
class Bound:
    """How much a number may grow over the second half of a run: ``most``, and so much for ``each`` job of that half."""

    name: str
    most: float
    each: float = 0.0


@dataclass(slots=True)
class Series:
    """Numbers over time. Every sample has all of them."""

    hours: list[float] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, hour: float, **values: float) -> None:
        """Add a sample."""
        self.hours.append(hour)
        for name, value in values.items():
            self.values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> list[float]:
        return self.values[name]

    def grown(self, bounds: Sequence[Bound]) -> list[str]:
        """Say which numbers grew by more than they may in the second half.

        The trend is the median of the slopes between any two samples (Theil and Sen), which a few peaks do not bend: a
        sample may be taken while something large is on its way.
        """
        half = (self.hours[0] + self.hours[-1]) / 2 if self.hours else 0.0
        late = [index for index, hour in enumerate(self.hours) if hour >= half]
        if len(late) < FEWEST_SAMPLES:
            return []
        hours = [self.hours[index] for index in late]
        length = hours[-1] - hours[0]
        jobs = self["jobs"][-1] - self["jobs"][late[0]]
        failures = []
        for bound in bounds:
            grew = _slope(hours, [self.values[bound.name][index] for index in late]) * length
            allowed = bound.most + bound.each * jobs
            if grew > allowed:
                failures.append(
                    f"{bound.name.replace('_', ' ')} grew by {grew:.1f} in the second half, more than {allowed:.1f}"
                )
        return failures

    def heading(self) -> str:
        """The names of the numbers, as wide as ``line`` writes them."""
        return "".join(f"{name:>{_width(name)}}" for name in ("hour", *self.values))

    def line(self) -> str:
        """The last sample."""
        last = {"hour": self.hours[-1], **{name: values[-1] for name, values in self.values.items()}}
        return "".join(f"{_shown(value):>{_width(name)}}" for name, value in last.items())


def _slope(hours: Sequence[float], values: Sequence[float]) -> float:
    pairs = combinations(zip(hours, values, strict=True), 2)
    return median((other - one) / (then - at) for (at, one), (then, other) in pairs if then > at)


def _width(name: str) -> int:
    return max(9, len(name) + 2)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:.2f}"
