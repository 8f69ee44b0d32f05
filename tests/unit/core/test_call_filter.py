"""Which calls of the log are looked at."""

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.call_filter import (
    CHOICES,
    LONGEST_TEXT,
    SEARCHED_TEXT,
    CallFilter,
    Matcher,
    call_query,
    choose,
    parse_call_filter,
)
from app.core.causes import NO_REASON
from app.core.logs import LogRecord
from app.core.status import Status

NOW = 1_800_000_000.0
RECORD = LogRecord(
    id=7,
    ability_id="comfyui_koutu",
    ability_name="智能抠图",
    provider="comfyui",
    capability_key="koutu",
    executor_id="executor_117",
    executor_name="ComfyUI A",
    user_id="u9",
    source="ability-task",
    task_id="task-1",
    trace_id="Trace-2",
    status=Status.FAILED,
    word="failed",
    duration_ms=31_000,
    error="timeout after 30 s",
    request={"inputs": {"prompt": "a red koi"}},
    created_at=NOW - 7200,
)
# What is searched of a call is kept by its id.
IDS = count(1000)
WORDS = st.text(max_size=20).map(str.strip)
FILTERS = st.builds(
    CallFilter,
    words=WORDS,
    status=st.sampled_from(["", "failed", "running", "succeeded"]),
    provider=WORDS,
    capability=WORDS,
    ability=WORDS,
    executor=WORDS,
    source=WORDS,
    cause=WORDS,
    since=st.sampled_from(["", "1h", "24h", "7d", "30d"]),
    after=st.one_of(st.none(), st.integers(0, 2_000_000_000).map(float)),
    before=st.one_of(st.none(), st.integers(0, 2_000_000_000).map(float)),
)


@given(FILTERS)
def test_an_address_gives_back_the_filter_it_was_made_of(wanted: CallFilter) -> None:
    """R49: reload, back and a link sent to somebody show the same calls."""
    assert wanted == parse_call_filter(call_query(wanted))


def test_nonsense_in_an_address_asks_for_nothing() -> None:
    """R49: an address written by hand breaks nothing."""
    assert parse_call_filter("status=koi&since=9y&from=x&to=-5&limit=9").empty
    assert parse_call_filter("").empty
    assert not call_query(CallFilter())


def test_an_address_of_any_length_asks_for_no_more_than_can_be_typed() -> None:
    """R49: words and choices are cut, and a moment that no clock shows is none."""
    long = "k" * (LONGEST_TEXT + 1)
    assert CallFilter(words=long[1:], source=long[1:]) == parse_call_filter(f"q={long}&source={long}")
    assert CallFilter(after=float("9" * 11)) == parse_call_filter(f"from={'9' * 11}&to={'9' * 12}")


def test_half_a_character_makes_no_address_impossible() -> None:
    """R49: what cannot be written in one is replaced."""
    assert "q=a%3Fb" == call_query(CallFilter(words="a\ud83db"))


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ("koi", True),
        ("koi RED", True),
        ("koi blue", False),
        ("-blue", True),
        ("-koi", False),
        ("抠图", True),
        ("trace-2", True),
        ("u9 task-1", True),
        ("timeout", True),
        ("status:failed", True),
        ("-status:failed", False),
        ("executor:117 ability:koutu", True),
        ("executor:118", False),
        ("user:u9", True),
        ("longer:30s", True),
        ("longer:31000ms", False),
        ("longer:1m", False),
        ("longer:soon", False),
        ("koi -", True),
        ("-longer:1m", True),
        ("-longer:30s", False),
        ('"red koi"', True),
        ('"koi red"', False),
        ('-"koi red"', True),
        ("status:running,failed", True),
        ("-status:running,failed", False),
        ("executor：117", True),
        ('executor:"comfyui a"', True),
        ("executor: koi", True),
        ("longer:", True),
        ("where:here", False),
        ("status: blue", False),
        ("7", True),
        ("8", False),
        ("-longer:31s", True),
        ("longer:30.999", True),
        ("longer:31", False),
        ("longer:0.5m", True),
        ("-longer:0.01h", True),
        ("provider:COMFY", True),
        ("provider:koutu", False),
        ("source:ability-task", True),
        ("source:u9", False),
        ("ability:comfyui_k", True),
        ("ability:智能", True),
        ("ability:koutu", True),
        ("user:comfyui", False),
        ("status:running -koi", False),
    ],
)
def test_search_words_are_all_needed_and_may_be_excluded(words: str, matches: bool) -> None:
    """R49: over ids, names, caller, error and the request's texts, without regard to case."""
    assert matches is Matcher(CallFilter(words=words), NOW)(RECORD)


@pytest.mark.parametrize("name", ["ability_id", "ability_name", "capability_key"])
def test_an_ability_is_found_by_any_of_its_names(name: str) -> None:
    """R49: by its id, its name, or what it can do, whichever the log has."""
    record = replace(LogRecord(id=1), **{name: "Koutu"})  # type: ignore[arg-type]  # the field's name decides its type
    assert [True, False] == [Matcher(CallFilter(words=words), NOW)(record) for words in ("ability:koutu", "ability:x")]


@pytest.mark.parametrize("field", ["executor", "ability", "provider", "source", "user"])
def test_what_the_log_does_not_say_is_found_by_no_word(field: str) -> None:
    """R49: nothing is in a field that is empty, and nothing but its id in a call of which no more is known."""
    record = LogRecord(id=next(IDS))
    letters = ",".join("abcdefghijklmnopqrstuvwxyz_")
    assert not Matcher(CallFilter(words=f"{field}:{letters}"), NOW)(record)
    assert [False] * 27 == [Matcher(CallFilter(words=letter), NOW)(record) for letter in letters.split(",")]
    assert Matcher(CallFilter(words=f"-{field}:{letters} {record.id}"), NOW)(record)


@pytest.mark.parametrize(("words", "matches"), [("-longer:0s", True), ("longer:0s", False), ("longer:soon", False)])
def test_a_call_of_which_no_duration_is_known_took_no_time(words: str, matches: bool) -> None:
    """R49: it is not longer than anything."""
    assert matches is Matcher(CallFilter(words=words), NOW)(LogRecord(id=next(IDS), error="soon"))


def test_a_length_that_is_none_is_a_word() -> None:
    """R49: `longer:soon` finds what says so as it stands there, as any other name with a colon does."""
    record = LogRecord(id=next(IDS), error="longer:soon, but where:here it is")
    assert Matcher(CallFilter(words="longer:soon where:here"), NOW)(record)


def test_one_fact_ends_where_the_next_begins() -> None:
    """R49: no word begins in one and ends in another; nothing stands between that a word could find."""
    record = LogRecord(id=next(IDS), executor_id="ab", executor_name="cd", error="ef", request="gh")
    found = [Matcher(CallFilter(words=words), NOW)(record) for words in ("abcd", "x", "executor:abcd", "executor:x")]
    assert [False] * 4 == found


@pytest.mark.parametrize(
    ("request_", "words", "matches"),
    [
        ({"prompt": "红鲤"}, "红鲤", True),
        ({"cost": Decimal("2.25")}, "2.25", True),
        (["x" * SEARCHED_TEXT, "late"], "late", False),
        ("x" * (SEARCHED_TEXT - 4) + "yzz", "yzz", True),
        ("x" * (SEARCHED_TEXT - 3) + "yzz", "yzz", False),
    ],
)
def test_the_texts_of_a_request_are_searched(request_: object, words: str, matches: bool) -> None:
    """R49: in every script, whatever the request is made of, down to where it is mostly pictures as text."""
    assert matches is Matcher(CallFilter(words=words), NOW)(LogRecord(id=next(IDS), request=request_))


def test_a_request_that_cannot_be_written_down_is_not_searched() -> None:
    """R49: nothing in it is found, and everything else of its call is."""
    request: dict[str, object] = {"a": "koi"}
    request["b"] = request
    record = LogRecord(id=next(IDS), request=request, error="x")
    assert [False, True] == [Matcher(CallFilter(words=words), NOW)(record) for words in ("koi", str(record.id))]
    assert not Matcher(CallFilter(words="xx"), NOW)(record)


def test_what_is_searched_of_a_call_changes_with_its_status() -> None:
    """R49: an error that came with the end is found in the next answer, and no call is taken for another."""
    matches = Matcher(CallFilter(words="oom"), NOW)
    running = LogRecord(id=70, status=Status.RUNNING)
    ended = replace(running, status=Status.FAILED, error="OOM")
    assert [False, True, False] == [matches(running), matches(ended), matches(replace(ended, id=71, error="other"))]


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (CallFilter(), True),
        (CallFilter(status="failed"), True),
        (CallFilter(status="running"), False),
        (CallFilter(provider="comfyui", executor="executor_117", source="ability-task", ability="comfyui_koutu"), True),
        (CallFilter(executor="executor_118"), False),
        (CallFilter(capability="upscale"), False),
        (CallFilter(since="1h"), False),
        (CallFilter(since="24h"), True),
        (CallFilter(after=NOW - 7200, before=NOW - 7200), True),
        (CallFilter(after=NOW - 7199), False),
        (CallFilter(before=NOW - 7202), False),
        (CallFilter(before=NOW - 7201), False),
        (CallFilter(before=NOW - 7200.5), True),
        (CallFilter(cause="timeout after ⟨n⟩ s"), True),
        (CallFilter(cause="timeout"), False),
    ],
)
def test_choices_and_ranges_are_applied_to_each_record(wanted: CallFilter, matches: bool) -> None:
    """R49: whatever the server has narrowed, each record is looked at here as well."""
    assert matches is Matcher(wanted, NOW)(RECORD)


def test_a_call_that_did_not_fail_has_no_cause() -> None:
    """R50: a problem opens its calls and no others."""
    assert not Matcher(CallFilter(cause="x"), NOW)(LogRecord(id=1, status=Status.SUCCEEDED, error="x"))
    assert Matcher(CallFilter(cause=NO_REASON), NOW)(LogRecord(id=1, status=Status.FAILED))
    assert not Matcher(CallFilter(cause=NO_REASON), NOW)(RECORD)
    assert not Matcher(CallFilter(after=1.0), NOW)(LogRecord(id=1))


def test_what_a_server_is_asked_is_checked_on_its_answer() -> None:
    """R49: a parameter that an answer does not keep to is one that its server ignores."""
    wanted = CallFilter(status="failed", executor="executor_117", provider="comfyui", words="koi")
    assert {"status": "failed", "executorId": "executor_117", "provider": "comfyui"} == wanted.asked
    assert frozenset() == wanted.ignored([RECORD])
    other = LogRecord(id=8, status=Status.SUCCEEDED, word="success", provider="comfyui", executor_id="executor_118")
    assert {"status", "executorId"} == wanted.ignored([RECORD, other])
    odd = LogRecord(id=9, status=Status.FAILED, word="error", provider="comfyui", executor_id="executor_117")
    assert frozenset() == wanted.ignored([odd])


def test_every_choice_is_asked_for_under_its_name_and_checked() -> None:
    """R49: an empty answer's fact is not the one that was asked for; what was not asked for is not checked."""
    wanted = CallFilter(
        ability="comfyui_koutu", capability="koutu", source="ability-task", provider="comfyui", executor="executor_117"
    )
    assert {
        "abilityId": "comfyui_koutu",
        "provider": "comfyui",
        "capabilityKey": "koutu",
        "executorId": "executor_117",
        "source": "ability-task",
    } == wanted.asked
    assert frozenset() == wanted.ignored([RECORD])
    assert frozenset(wanted.asked) == wanted.ignored([RECORD, LogRecord(id=8)])
    assert frozenset() == CallFilter(status="running").ignored([LogRecord(id=8, status=Status.RUNNING)])


@pytest.mark.parametrize("word", ["pending", "success", "failed"])
def test_a_status_is_asked_for_by_the_word_that_the_log_has_for_it(word: str) -> None:
    """R49: an answer with another of the log's words shows that it was ignored."""
    status = {"pending": Status.RUNNING, "success": Status.SUCCEEDED, "failed": Status.FAILED}[word]
    wanted = CallFilter(status=status.value)
    assert {"status": word} == wanted.asked
    words = ["pending", "success", "failed", "timeout"]
    records = [LogRecord(id=1, word=one) for one in words]
    assert [one not in {word, "timeout"} for one in words] == [bool(wanted.ignored([record])) for record in records]


def test_a_server_alone_finds_what_is_chosen_but_no_words_causes_and_times() -> None:
    """R49: what it cannot be asked for is sorted out here, so that more of the log has to be read."""
    alone = CallFilter(status="failed", provider="a", capability="b", ability="c", executor="d", source="e")
    beyond = [
        CallFilter(words="x"),
        CallFilter(cause="x"),
        CallFilter(since="1h"),
        CallFilter(after=0.0),
        CallFilter(before=0.0),
    ]
    assert alone.server_alone
    assert [False] * 5 == [one.server_alone for one in beyond]


def test_a_named_range_and_one_by_moments_exclude_each_other() -> None:
    """R49: choosing the last day ends the range that was dragged."""
    dragged = CallFilter(after=1.0, before=2.0, status="failed")
    assert CallFilter(since="24h", status="failed") == choose(dragged, "since", "24h")
    assert CallFilter(after=1.0, before=2.0) == choose(dragged, "status", "")


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_changes_its_own_field_alone(name: str) -> None:
    """R49: every list that is offered narrows further, and what is no list narrows nothing."""
    before = CallFilter(words="koi", cause="x", capability="upscale", **dict.fromkeys(CHOICES, "24h"))  # type: ignore[arg-type]  # none of them is a moment
    assert replace(before, **{name: "7d"}) == choose(before, name, "7d")  # type: ignore[arg-type]  # the field's name decides its type
    assert before == choose(before, "words", "7d")
