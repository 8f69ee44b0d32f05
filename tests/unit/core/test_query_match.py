"""Whether a job is what a query searches for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.query import NOTHING, Choice, Query, parse
from app.core.query_match import Matcher, Part, kind_of, parts_of, without_part
from app.core.records import AbilityTask, Record, Task, Word
from app.core.search_text import SearchTexts
from app.core.status import Status
from tests.unit.core.test_query import queries

NOW = 1_768_476_000.0
MOMENTS = st.none() | st.floats(NOW - 200_000, NOW)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any job."""
    status = draw(st.sampled_from(Status))
    facts: dict[str, Any] = {
        "id": draw(st.sampled_from(["a", "b-koi", "印花"])),
        "undated": Word(status, status.value),
        "created_at": draw(MOMENTS),
        "finished_at": draw(MOMENTS),
        "error": draw(st.none() | st.text(max_size=5)),
    }
    if draw(st.booleans()):
        return Task(**facts, action=draw(st.none() | st.sampled_from(["cut", "koi"])))
    executor = draw(st.none() | st.sampled_from(["executor_x", "y"]))
    return AbilityTask(**facts, ability_id=draw(st.none() | st.sampled_from(["koi", "cut"])), executor_id=executor)


def text_of(record: Record) -> str:
    """What is searched of a job."""
    texts: SearchTexts[Any] = SearchTexts(lambda one: one.id)
    return texts.of(record)


def matches(query: Query, record: Record) -> bool:
    """Ask the query of one job."""
    text = text_of(record)
    return Matcher(query).matches(record, text, NOW)


ONE_PART = st.sampled_from(
    [
        *("koi", '"印花"', "status:failed,running", "status:active", "kind:task", "ability:koi", "action:cut"),
        *("executor:x", "longer:1h", "since:24h"),
    ]
)


@given(ONE_PART, records())
def test_what_is_left_and_what_is_left_out_are_all(part: str, record: Record) -> None:
    """R34: each condition and the same with a minus leave every job once."""
    assert matches(parse(part), record) != matches(parse(f"-{part}"), record)


@given(queries(), records())
def test_a_job_matches_if_it_fulfils_every_part(query: Query, record: Record) -> None:
    """R34: parts are joined by and; the one that a job alone fails is the one without which it matches."""
    text = text_of(record)
    matcher = Matcher(query)
    found = matcher.only_failing([record.id], {record.id: record}.get, {record.id: text}, NOW)
    if not found:
        return
    ((part, number),) = found.items()
    assert number == 1
    assert not matcher.matches(record, text, NOW)
    if part.field not in {"ability", "action"}:
        assert matches(without_part(query, part), record)


def test_a_value_that_is_wanted_and_not_wanted_is_two_parts() -> None:
    """R34: an address may say so; dropping the one leaves the other, so that what is promised is found."""
    query = Query(kind=Choice(("task",), ("task",)))
    assert Query(kind=Choice(("task",))) == without_part(query, Part("kind", ("task",), True))
    assert Query(kind=Choice((), ("task",))) == without_part(query, Part("kind", ("task",)))


@pytest.mark.parametrize(
    ("part", "rest"),
    [
        (Part("longer", ("30s",)), "-longer:5m since:1h -since:2h -executor:x,y"),
        (Part("longer", ("5m",), True), "longer:30s since:1h -since:2h -executor:x,y"),
        (Part("since", ("1h",)), "longer:30s -longer:5m -since:2h -executor:x,y"),
        (Part("since", ("2h",), True), "longer:30s -longer:5m since:1h -executor:x,y"),
        (Part("executor", ("x",), True), "longer:30s -longer:5m since:1h -since:2h -executor:y"),
    ],
)
def test_what_is_dropped_leaves_the_rest(part: Part, rest: str) -> None:
    """R34: each end of a range, and each value that is not wanted, is a condition by itself."""
    query = parse("longer:30s -longer:5m since:1h -since:2h -executor:x,y")
    assert parse(rest) == without_part(query, part)


@given(queries())
def test_dropping_every_part_leaves_everything(query: Query) -> None:
    """R34: each part can be dropped by itself, and nothing of the query remains in the end."""
    for part in parts_of(query):
        query = without_part(query, part)
        assert part not in parts_of(query)
    assert not query.filters
    assert replace(query, sort=NOTHING.sort) == NOTHING


@given(queries(), queries(), records())
def test_a_narrower_query_leaves_no_other_job(query: Query, other: Query, record: Record) -> None:
    """R37: what is claimed to narrow a query leaves nothing that the query left out."""
    text = text_of(record)
    narrow, wide = Matcher(query), Matcher(other)
    if narrow.narrows(wide) and narrow.matches_others(record, text, NOW):
        assert wide.matches_others(record, text, NOW)


@given(queries(), st.lists(records(), unique_by=lambda record: record.id))
def test_many_jobs_are_asked_as_one_is(query: Query, found: list[Record]) -> None:
    """R37: what is asked of ten thousand jobs together has the answer of each."""
    texts = {one.id: text_of(one) for one in found}
    matcher = Matcher(query)
    selected = matcher.select([one.id for one in found], {one.id: one for one in found}.get, texts, NOW)
    assert selected == [one.id for one in found if matcher.matches_others(one, texts[one.id], NOW)]


def test_parts_that_cost_least_come_first() -> None:
    """R37: words, which are looked for in whole texts, come last; each part is named as it is written."""
    parts = [
        Part("kind", ("task",), True),
        Part("status", ("failed", "running")),
        Part("longer", ("30s",)),
        Part("longer", ("5m",), True),
        Part("word", ("koi",)),
        Part("word", ("blur",), True),
    ]
    assert parts == parts_of(parse("-blur koi -longer:5m longer:30s status:running,failed -kind:task"))


def test_what_is_known_is_not_checked_again() -> None:
    """R37: of what was typed on only that is looked for; no text is needed for the rest."""
    matcher = Matcher(parse("koi kind:task"))
    jobs: dict[str, Record] = {"t": Task(id="t"), "a": AbilityTask(id="a")}
    assert ["t"] == matcher.select(jobs, jobs.get, {}, NOW, [Part("word", ("koi",))])


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ("", "koi", True),
        ("ko", "koi", True),
        ("koi", "ko", False),
        ("koi", "koi status:failed", True),
        ("status:failed", "status:running", True),
        ("-ko", "-koi", False),
        ("executor:x,y", "executor:x", True),
        ("executor:x", "executor:x,y", False),
        ("kind:task,ability-task", "kind:task", True),
        ("koi", "-koi", False),
        ("-koi", "koi", False),
        ("executor:task", "kind:task", False),
        ("kind:task", "task", False),
    ],
)
def test_which_query_narrows_which(wide: str, narrow: str, *, does: bool) -> None:
    """R37: a word that was typed on is checked against the former matches alone; the status is counted apart."""
    assert does == Matcher(parse(narrow)).narrows(Matcher(parse(wide)))


TASK = Task(id="t", undated=Word(Status.RUNNING, "running"), action="cut", channel="web", created_at=NOW - 60)
CALL = AbilityTask(
    id="c",
    undated=Word(Status.FAILED, "failed"),
    ability_id="paint",
    ability_name="画 Paint",
    executor_id="executor_x",
    duration_ms=45_000,
    created_at=NOW - 7200,
)


@pytest.mark.parametrize(
    ("text", "task", "call"),
    [
        ("", True, True),
        ("WEB", True, False),
        ("画", False, True),
        ("status:active", True, False),
        ("status:failed,running", True, True),
        ("kind:ability-task", False, True),
        ("ability:paint", False, True),
        ('ability:"画 paint"', False, True),
        ("ability:paint action:cut", True, True),
        ("ability:paint action:other", False, True),
        ("-ability:paint action:cut", True, False),
        ("executor:x", False, True),
        ("executor:EXECUTOR_X", False, True),
        ("longer:50s", True, False),
        ("-longer:50s", False, True),
        ("since:1h", True, False),
        ("-since:1h", False, True),
        ("since:3h -since:1h", False, True),
        ("action:cut -web", False, False),
    ],
)
def test_what_is_found(text: str, *, task: bool, call: bool) -> None:
    """R34: fields ask of the facts, words of the texts."""
    assert (task, call) == (matches(parse(text), TASK), matches(parse(text), CALL))
    assert ("task", "ability-task") == (kind_of(TASK), kind_of(CALL))


@pytest.mark.parametrize(
    ("text", "timed", "untimed"),
    [
        ("longer:0s", True, True),
        ("longer:1s", True, False),
        ("longer:60s", True, False),
        ("longer:61s", False, False),
        ("since:60s", True, True),
        ("since:59s", False, True),
        ("since:0s", False, True),
    ],
)
def test_a_length_of_time_includes_its_end(text: str, *, timed: bool, untimed: bool) -> None:
    """R34: a job of a minute has taken one; one without a time has taken none, and may have been at any."""
    assert (timed, untimed) == (matches(parse(text), TASK), matches(parse(text), Task(id="u")))
    assert not matches(parse("since:0s"), replace(TASK, created_at=NOW - 0.5))


def to_blame(query: str) -> dict[Part, int]:
    """Ask which condition alone leaves out the one task."""
    return Matcher(parse(query)).only_failing(["a"], {"a": TASK}.get, {"a": ""}, NOW)


def test_the_part_that_is_to_blame() -> None:
    """R34: where one condition alone leaves a job out, it is named; where two do, neither is."""
    assert to_blame("status:failed") == {Part("status", ("failed",)): 1}
    assert to_blame("status:failed kind:ability-task") == {}
    assert to_blame("") == {}


@given(queries(), st.lists(records(), unique_by=lambda record: record.id))
def test_blame_is_counted_as_each_job_has_it(query: Query, found: list[Record]) -> None:
    """R34, R37: of many jobs together, a condition leaves out alone as many as fail it and no other."""
    texts = {one.id: text_of(one) for one in found}
    matcher = Matcher(query)
    expected: dict[Part, int] = {}
    for one in found:
        failing = [
            part for part, condition in (*matcher.statuses, *matcher.others) if not condition(one, texts[one.id], NOW)
        ]
        if len(failing) == 1:
            expected[failing[0]] = expected.get(failing[0], 0) + 1
    assert expected == matcher.only_failing(list(texts), {one.id: one for one in found}.get, texts, NOW)
