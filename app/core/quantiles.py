"""Quantiles and sums of durations (R51), as ``statistics.quantiles(method="inclusive")`` has them.

The page has no ``statistics``: it would travel with every boot. The tests hold these against it.
"""

from collections.abc import Iterable, Sequence


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a share (0 to 1) of the ordered values lies, interpolated; ``None`` for none."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * max(0.0, share)
    below = int(place)
    if below + 1 >= len(ordered):
        return float(ordered[-1])
    # Weighted as ``statistics`` does it, so that equal neighbours give exactly their value.
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (place - below)


def median_and_p95(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    return quantile(ordered, 0.5), quantile(ordered, 0.95)
