"""The timeline by executor, as a picture and as a list."""

import re
from dataclasses import replace

from app.core.status import Status
from app.core.timeline import Span, lay_out
from app.views.admin.timeline import LISTED, list_markup, tracks_markup
from testkit.plain_formats import plain_texts

T = plain_texts()
NOW = 1_800_000_000.0


def span(key: str, *, ended: float | None, status: Status = Status.SUCCEEDED) -> Span:
    """Return a call that waited for 10 seconds."""
    return Span(key=key, name="upscale", executor="A", status=status, created=NOW - 60, started=NOW - 50, ended=ended)


def test_how_a_call_ended_is_a_pattern_beside_its_colour() -> None:
    """R52: thin for what waited, thick for what ran, and a fill of its own for each ending."""
    spans = [
        span("1", ended=NOW - 20),
        span("2", ended=NOW - 20, status=Status.FAILED),
        span("3", ended=None, status=Status.RUNNING),
        span("4", ended=NOW - 20, status=Status.UNKNOWN),
    ]
    markup = tracks_markup(T, lay_out(spans, NOW - 100, NOW), NOW - 100, NOW)
    assert {"succeeded", "failed", "running", "other"} == set(re.findall(r"url\(#bar-(\w+)\)", markup))
    assert 4 == markup.count('class="waited"')
    assert {"0", "1", "2", "3"} == set(re.findall(r'data-lane="(\d)"', markup))
    assert 'aria-hidden="true"' in markup


def test_the_same_calls_stand_in_a_list() -> None:
    """R52: for keyboards and screen readers, each with a link to its record."""
    markup = list_markup(T, lay_out([span("7", ended=NOW - 20)], NOW - 100, NOW), NOW, "#/admin/calls?log=")
    assert '<a href="#/admin/calls?log=7">upscale: Succeeded, waited 10 s, ran 30 s, from 2027-01-15' in markup
    running = list_markup(T, lay_out([span("8", ended=None)], NOW - 100, NOW), NOW, "#")
    assert "upscale: running for 50 s, waited 10 s" in running
    many = [span(str(number), ended=NOW) for number in range(LISTED + 3)]
    assert "and 3 more" in list_markup(T, lay_out(many, NOW - 100, NOW), NOW, "#")


def test_nothing_is_said_of_a_wait_that_nobody_knows() -> None:
    """R52: only one's own ability tasks say when they were submitted."""
    others = Span(
        key="9", name="upscale", executor="A", status=Status.RUNNING, created=NOW - 50, started=NOW - 50, ended=None
    )
    markup = list_markup(T, lay_out([others], NOW - 100, NOW), NOW, "#")
    assert "upscale: running for 50 s, from 2027-01-15" in markup
    done = replace(others, status=Status.FAILED, ended=NOW - 20)
    assert "upscale: Failed, ran 30 s, from" in list_markup(T, lay_out([done], NOW - 100, NOW), NOW, "#")


def test_an_empty_range_says_so() -> None:
    """R52: no picture of nothing."""
    assert "No call in this range." in tracks_markup(T, (), NOW - 100, NOW)
