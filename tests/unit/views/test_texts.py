"""Sentences, durations and ages."""

import re
from pathlib import Path

import pytest

from app.core.status import Status
from app.views.abilities.call_log import call_log_markup
from app.views.jobs.job import job_markup
from app.views.texts import clock
from testkit.plain_formats import plain_texts

T = plain_texts()
ROOT = Path(__file__).resolve().parents[3]


def test_places_are_filled_and_numbers_written() -> None:
    """Texts go in as they are; a place without a value stays visible."""
    assert T.say("logs.shown", n=1234, total=5678) == "1,234 of 5,678 records"
    assert T.say("result.log", id="{n}") == "Log {n}"
    assert T.say("result.log") == "Log {id}"


def test_a_sentence_in_markup_is_escaped() -> None:
    """The sentence and what fills its places, safe in an attribute too."""
    assert T.escaped("row.preview", name="\"<b>'") == "Result of &quot;&lt;b&gt;&#x27;"
    assert T.escaped("no <such> key") == "no &lt;such&gt; key"


def test_one_is_not_many() -> None:
    """English has two forms."""
    assert T.say("logs.count", n=1) == "1 record"
    assert T.say("logs.count", n=0) == "0 records"


# What is never one: how much is shown of what is longer, and limits of the server.
SEVERAL = {
    "calls.matching", "calls.matching_all", "calls.shown", "compare.more", "json.cut", "logs.cost_of", "logs.searched",
    "logs.shown", "metrics.from_log", "metrics.scatter_sample", "none.ability-tasks", "none.tasks",
    "points.reach.some", "reach.ability-tasks", "reach.ability-tasks.some", "reach.tasks", "reach.tasks.some",
    "zip.offer",
}  # fmt: skip


def test_no_sentence_counts_one_as_many() -> None:
    """English: what a sentence counts is named in both forms."""
    many = re.compile(r"\b1 (?:[a-z]+ )?(?!is\b|was\b|has\b|calls? more\b)[a-z]+s\b")
    found = {key: said for key in T._sentences if many.search(said := T.say(key, n=1, duration="", wait=""))}
    assert [] == sorted(found.keys() - SEVERAL), found


def test_a_missing_key_is_said_as_it_is() -> None:
    """No page breaks for a sentence."""
    assert T.say("no.such.key") == "no.such.key"


def test_every_key_that_is_used_is_known() -> None:
    """Every literal that looks like a key, in views and pages, is in the catalogue."""
    groups = {key.partition(".")[0] for key in T._sentences}
    used = set()
    for room in ("views", "pages"):
        for module in (ROOT / "app" / room).rglob("*.py"):
            used |= set(re.findall(r'"([a-z_]+(?:\.[A-Za-z_-]+)+)"', module.read_text("utf-8")))
    assert sorted(key for key in used if key.partition(".")[0] in groups and key not in T) == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-5, "0 s"), (1.23, "1.2 s"), (9.96, "10 s"), (42, "42 s"), (59.6, "1 min 0 s"), (3725, "1 h 2 min")],
)
def test_durations(seconds: float, expected: str) -> None:
    """Short ones with a tenth, long ones without seconds."""
    assert expected == T.duration(seconds)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-3, "0:00"), (7.9, "0:07"), (725, "12:05"), (3753, "1:02:33"), (360_000, "100:00:00")],
)
def test_a_running_time_is_a_clock(seconds: float, expected: str) -> None:
    """The same in every language."""
    assert expected == clock(seconds)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-9, "just now"), (4, "just now"), (17, "15 seconds ago"), (61, "1 minute ago"), (90_000, "1 day ago")],
)
def test_ages(seconds: float, expected: str) -> None:
    """Roughly, in steps of five seconds, so that little is written."""
    assert expected == T.age(seconds)


def test_statuses_have_names() -> None:
    """In both languages; the wire's word only where there is no name."""
    assert plain_texts("zh").status(Status.RUNNING, "processing") == "运行中"
    assert T.status(Status.UNKNOWN, "Unknown") == "Unknown"
    assert T.status(Status.UNKNOWN, "on_hold") == "on_hold"


def test_the_time_zone_is_named_where_moments_are_shown() -> None:
    """R54, report 41: a job's facts and a record of the log say in which zone their moments are, in both languages."""
    for language in ("en", "zh"):
        texts = plain_texts(language)
        assert "Coordinated Universal Time" in texts.zone
        for markup in (job_markup(texts, admin=False), call_log_markup(texts)):
            assert texts.zone in markup


def test_moments_are_written_in_the_zone_that_was_chosen() -> None:
    """R54: what was written before in another zone is not repeated; an unknown zone is the device's own."""
    texts = plain_texts()
    first = (texts.moment(0.0), texts.time_of_day(0.0), texts.day(0.0), texts.when(0.0, 60.0))
    assert first == ("1970-01-01 00:00:00", "00:00:00", "1970-01-01", "00:00")
    texts.read_as("Asia/Shanghai", relative=False)
    assert (texts.moment(0.0), texts.when(0.0, 60.0)) == ("1970-01-01 08:00:00", "08:00")
    assert "Asia/Shanghai" in texts.zone
    texts.read_as("Mars/Olympus", relative=False)
    assert texts.moment(0.0) == first[0]


def test_who_prefers_ages_reads_how_long_ago() -> None:
    """R54: a moment that is still to come by the device's clock was just now."""
    texts = plain_texts()
    texts.read_as("", relative=True)
    assert (texts.when(0.0, 120.0), texts.when(60.0, 0.0)) == ("2 minutes ago", "just now")
