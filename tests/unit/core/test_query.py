"""What is typed into the search box."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.query import (
    CHOICES,
    KINDS,
    KNOWN_VALUES,
    NOTHING,
    SORTS,
    SPANS,
    STATUSES,
    Choice,
    Query,
    Sort,
    Span,
    combined,
    format_sort,
    format_span,
    format_words,
    parse,
    parse_span,
    read_query,
)
from app.core.query_tokens import quoted

# Characters that the notation uses, beside any others.
TEXT = st.text(
    st.sampled_from(list(' -"\\:：,，a失败\u3000\n')) | st.characters(codec="utf-8"), min_size=1, max_size=12
)
SECONDS = st.none() | st.integers(0, 10**7)


@st.composite
def choices(draw: st.DrawFn, values: st.SearchStrategy[str]) -> Choice:
    """A choice as a query has it."""
    yes, no = draw(st.sets(values, max_size=3)), draw(st.sets(values, max_size=3))
    return Choice(tuple(sorted(yes)), tuple(sorted(no)))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any query."""
    return Query(
        words=tuple(draw(st.lists(TEXT, max_size=4, unique=True))),
        without=tuple(draw(st.lists(TEXT, max_size=4, unique=True))),
        kind=draw(choices(st.sampled_from(KINDS))),
        status=draw(choices(st.sampled_from(STATUSES))),
        ability=draw(choices(TEXT)),
        action=draw(choices(TEXT)),
        executor=draw(choices(TEXT)),
        longer=Span(draw(SECONDS), draw(SECONDS)),
        since=Span(draw(SECONDS), draw(SECONDS)),
        sort=Sort(draw(st.sampled_from(SORTS)), draw(st.booleans())),
    )


def written(query: Query) -> str:
    """Return the text that means a query."""
    parts = [format_words(query)] if query.words or query.without else []
    for name in CHOICES:
        choice = query.choice(name)
        for sign, values in (("", choice.included), ("-", choice.excluded)):
            if values:
                parts.append(f"{sign}{name}:{','.join(map(quoted, values))}")
    for name in SPANS:
        span = query.span(name)
        for sign, seconds in (("", span.wanted), ("-", span.unwanted)):
            if seconds is not None:
                parts.append(f"{sign}{name}:{format_span(seconds)}")
    if query.sort != Sort():
        parts.append(f"sort:{format_sort(query.sort)}")
    return " ".join(parts)


@given(queries())
def test_a_query_means_what_it_is_written_as(query: Query) -> None:
    """R34: whatever a query holds, typing its text gives the same query, and nothing of it is misunderstood."""
    reading = read_query(written(query))
    assert (query, ()) == (reading.query, reading.problems)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """R34: hostile text never raises, and what is made of it can be written and read again."""
    query = parse(text)
    assert query == parse(written(query))


@given(st.text(st.characters(), max_size=2000))
def test_lone_surrogates_and_long_texts_do_no_harm(text: str) -> None:
    """R34: neither does text that no encoding has, or too much of it; at most twenty words count."""
    assert len(parse(text + "\ud800").words) <= 20


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", NOTHING),
        ("  koi\u3000pond ", Query(words=("koi", "pond"))),
        ("koi -blur -", Query(words=("koi",), without=("blur",))),
        ('"two words" -"no way"', Query(words=("two words",), without=("no way",))),
        ('"not closed', Query(words=("not closed",))),
        ("status:failed,running", Query(status=Choice(("failed", "running")))),
        ("STATUS：Failed，running", Query(status=Choice(("failed", "running")))),
        ('"status:failed"', Query(words=("status:failed",))),
        ("executor:x -executor:y", Query(executor=Choice(("x",), ("y",)))),
        ('ability:"a, b"', Query(ability=Choice(("a, b",)))),
        ("longer:30s -longer:5m", Query(longer=Span(30, 300))),
        ("-longer:5m longer:30", Query(longer=Span(30, 300))),
        ("since:24h", Query(since=Span(86400))),
        ("sort:-elapsed", Query(sort=Sort("elapsed"))),
        ("sort:name", Query(sort=Sort("name", descending=False))),
        ("http://a.b/c?d", Query(words=("http://a.b/c?d",))),
        ("status:", NOTHING),
        ("印花提取", Query(words=("印花提取",))),
    ],
)
def test_what_is_typed(text: str, query: Query) -> None:
    """R34: words, minus, fields, quotes; blanks and punctuation of a Chinese keyboard count as well."""
    assert query == parse(text)


@pytest.mark.parametrize("part", ["status:faild", "-kind:x", "longer:soon", "since:1y", "sort:colour", "-sort:name"])
def test_a_part_that_means_nothing_is_named_and_the_rest_holds(part: str) -> None:
    """R35: a broken part is left out and said; nothing else is lost."""
    reading = read_query(f"koi {part} status:failed")
    assert (part,) == reading.problems
    assert Query(words=("koi",), status=Choice(("failed",))) == reading.query


def test_too_much_is_said() -> None:
    """R35: what goes beyond the limits is named too."""
    assert () == read_query("a" * 1000).problems
    assert ("b",) == read_query("a" * 1000 + "b").problems
    assert ("b" * 20,) == read_query("a" * 1000 + "b" * 21).problems
    assert ("w20",) == read_query(" ".join(f"w{n}" for n in range(21))).problems


@given(st.integers(0, 10**8 - 1))
def test_a_length_of_time_means_what_it_is_written_as(seconds: int) -> None:
    """R35: whatever its unit."""
    assert seconds == parse_span(format_span(seconds))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0s"), (59, "59s"), (60, "1m"), (61, "61s"), (90, "90s"), (120, "2m"), (3600, "1h"), (3660, "61m")),
        *((86400, "24h"), (90000, "25h"), (172_800, "2d"), (604_800, "7d"), (1_209_600, "2w")),
    ],
)
def test_a_length_of_time_has_the_largest_unit_that_divides_it(seconds: int, text: str) -> None:
    """R35: 24 hours are written as such, and so is a week in days."""
    assert text == format_span(seconds)


@given(st.sampled_from(CHOICES), st.lists(st.tuples(TEXT, st.booleans()), max_size=6), TEXT)
def test_a_value_is_wanted_or_not_wanted_and_can_be_dropped(
    name: str, steps: list[tuple[str, bool]], value: str
) -> None:
    """R34: a chip that is turned round is one chip, and without it nothing is said of its value."""
    choice = Choice()
    for one, excluded in steps:
        choice = choice.with_value(one, excluded=excluded)
    for excluded in (False, True):
        turned = choice.with_value(value, excluded=excluded)
        assert (value in turned.included, value in turned.excluded) == (not excluded, excluded)
        dropped = turned.without(value)
        assert value not in (*dropped.included, *dropped.excluded)
        assert choice.without(value) == dropped
    assert NOTHING.with_choice(name, choice).choice(name) == choice


@given(queries(), queries())
def test_two_queries_together_say_what_both_say(one: Query, other: Query) -> None:
    """R34: what is typed adds to the chips."""
    both = combined(one, other)
    assert {*one.words, *other.words} == set(both.words)
    for name in CHOICES:
        assert {*one.choice(name).included, *other.choice(name).included} == set(both.choice(name).included)
    assert combined(one, NOTHING) == one == combined(NOTHING, one)


@given(queries())
def test_an_order_alone_leaves_nothing_out(query: Query) -> None:
    """R34: a query filters if it has a word or a chip, however it sorts."""
    parts = bool(query.words or query.without or query.active_chips)
    assert parts == query.filters
    assert not replace(NOTHING, sort=query.sort).filters


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    "part",
    ["koi", "kind:task", "status:failed", "ability:cut", "action:cut", "executor:x", "longer:0s", "since:1h"],
)
def test_one_condition_is_enough_to_filter(part: str, sign: str) -> None:
    """R34: of any kind, wanted or not; and it is written without a blank around it."""
    query = parse(f" {sign}{part} ")
    assert (True, f"{sign}{part}") == (query.filters, written(query))


def test_chips_are_counted_one_by_one() -> None:
    """R34: each value that is wanted or not, and each end of a range; no words."""
    assert 6 == parse("koi status:failed,running -kind:task longer:30s -longer:5m -since:1h sort:name").active_chips


@given(queries(), queries())
def test_words_are_taken_over_and_nothing_else(query: Query, other: Query) -> None:
    """R34: what is typed stands apart from the chips."""
    found = query.with_words_of(other)
    assert (other.words, other.without) == (found.words, found.without)
    assert query == found.with_words_of(query)


def test_known_values_are_those_of_the_fields() -> None:
    """R34: a list of values that are known belongs to a field that there is."""
    assert set(KNOWN_VALUES) <= set(CHOICES)
