"""What ran where and when (R52): bars by executor, in sub-lanes so that no two lie over each other.

A bar has two parts: what a call waited (thin) and what it ran (thick). Refuses to know how either is drawn.
docs/decisions/charts.md says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One call: when it was submitted, when it began to run and when it ended, in epoch seconds.

    ``started`` equals ``created`` where nobody knows that it waited; ``ended`` is ``None`` while it runs.
    """

    key: str
    name: str
    executor: str
    status: Status
    created: float
    started: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A span in its place: the sub-lane, and where waiting, running and the end lie, as shares of the window."""

    span: Span
    lane: int
    waits_at: float
    runs_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Track:
    """The bars of one executor, in ``lanes`` sub-lanes."""

    executor: str
    lanes: int
    bars: tuple[Bar, ...]


def lay_out(spans: Iterable[Span], first: float, last: float) -> tuple[Track, ...]:
    """Return the tracks of what touches the window from ``first`` to ``last`` (epoch seconds), the busiest first.

    What is outside is left out, what reaches over an edge is cut there. Within a track a bar takes the first sub-lane
    that is free when it begins to wait.
    """
    if last <= first:
        return ()
    by_executor: dict[str, list[tuple[float, float, float, Span]]] = {}
    for span in spans:
        ended = last if span.ended is None else span.ended
        started = min(max(span.started, span.created), max(ended, span.created))
        if span.created <= last and max(ended, span.created) >= first:
            by_executor.setdefault(span.executor, []).append((span.created, started, max(ended, started), span))
    tracks = [_track(executor, found, first, last) for executor, found in by_executor.items()]
    return tuple(sorted(tracks, key=lambda track: (-len(track.bars), track.executor)))


def _track(executor: str, found: list[tuple[float, float, float, Span]], first: float, last: float) -> Track:
    # When each sub-lane is free again.
    free: list[float] = []
    bars: list[Bar] = []
    width = last - first

    def share(moment: float) -> float:
        return min(1.0, max(0.0, (moment - first) / width))

    for created, started, ended, span in sorted(found, key=lambda one: (one[0], one[2], one[3].key)):
        # One that ended the moment it was submitted still takes its place.
        lane = next((number for number, until in enumerate(free) if until <= created), len(free))
        if lane == len(free):
            free.append(ended)
        else:
            free[lane] = ended
        bars.append(Bar(span, lane, share(created), share(started), share(ended)))
    return Track(executor, len(free), tuple(bars))
