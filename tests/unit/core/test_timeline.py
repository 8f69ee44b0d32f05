"""The timeline by executor."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.core.status import Status
from app.core.timeline import Span, Track, lay_out


def span(key: str, created: float, started: float, ended: float | None, executor: str = "e1") -> Span:
    """Return a call."""
    return Span(
        key=key,
        name="upscale",
        executor=executor,
        status=Status.RUNNING if ended is None else Status.SUCCEEDED,
        created=created,
        started=started,
        ended=ended,
    )


SPANS = st.lists(
    st.tuples(
        st.integers(0, 200), st.integers(-5, 60), st.one_of(st.none(), st.integers(-5, 80)), st.sampled_from("ab")
    ),
    max_size=40,
).map(
    lambda parts: [
        span(str(number), created, created + wait, None if ran is None else created + wait + ran, executor)
        for number, (created, wait, ran, executor) in enumerate(parts)
    ]
)


def held(track: Track) -> list[tuple[int, float, float]]:
    """Return sub-lane, begin and end of each bar, in the order of their begin."""
    return sorted((bar.lane, bar.waits_at, bar.ends_at) for bar in track.bars)


@given(SPANS)
def test_bars_of_a_sub_lane_never_overlap(spans: list[Span]) -> None:
    """R52: nothing is drawn over anything else, whatever clocks have written."""
    for track in lay_out(spans, 50, 150):
        places = held(track)
        assert all(before[2] <= after[1] for before, after in pairwise(places) if before[0] == after[0])
        assert {bar.lane for bar in track.bars} == set(range(track.lanes))


@given(SPANS)
def test_what_touches_the_window_is_in_it_once_and_inside(spans: list[Span]) -> None:
    """R52: no call is lost or shown twice, and no bar leaves the picture."""
    bars = [bar for track in lay_out(spans, 50, 150) for bar in track.bars]
    inside = {
        one.key for one in spans if one.created <= 150 and (one.ended is None or max(one.ended, one.created) >= 50)
    }
    assert inside == {bar.span.key for bar in bars}
    assert len(inside) == len(bars)
    assert all(0 <= bar.waits_at <= bar.runs_at <= bar.ends_at <= 1 for bar in bars)


def test_a_bar_says_what_waited_and_what_ran() -> None:
    """R52: the thin part from submission to start, the thick part to the end, or to now while it runs."""
    track, other = lay_out([span("a", 0, 20, 60), span("b", 10, 50, None), span("c", 60, 60, 80, "e2")], 0, 100)
    assert ("e1", 2, "e2", 1) == (track.executor, track.lanes, other.executor, other.lanes)
    assert [(0, 0.0, 0.2, 0.6), (1, 0.1, 0.5, 1.0)] == [
        (bar.lane, bar.waits_at, bar.runs_at, bar.ends_at) for bar in track.bars
    ]


def test_a_window_without_a_width_shows_nothing() -> None:
    """R52: nothing is divided by it."""
    assert () == lay_out([span("a", 0, 1, 9)], 5, 5)


def test_a_window_that_begins_later_shifts_the_bars() -> None:
    """R52: what touches an edge from outside is at that edge."""
    (track,) = lay_out([span("a", 60, 80, 100), span("b", 0, 20, 50), span("c", 150, 160, 170)], 50, 150)
    assert [("b", 0.0, 0.0, 0.0), ("a", 0.1, 0.3, 0.5), ("c", 1.0, 1.0, 1.0)] == [
        (bar.span.key, bar.waits_at, bar.runs_at, bar.ends_at) for bar in track.bars
    ]


def test_whoever_waits_first_lies_highest() -> None:
    """R52: in the order of their submission, and the next in the sub-lane that just became free."""
    (track,) = lay_out([span("b", 10, 20, 30), span("a", 0, 50, 60), span("c", 30, 35, 40)], 0, 100)
    assert [("a", 0), ("b", 1), ("c", 1)] == [(bar.span.key, bar.lane) for bar in track.bars]
