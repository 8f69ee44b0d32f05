"""Which calls of the log are looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.call_filter import CallFilter, Matcher, call_query, choose, parse_call_filter
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
    ],
)
def test_search_words_are_all_needed_and_may_be_excluded(words: str, matches: bool) -> None:
    """R49: over ids, names, caller, error and the request's texts, without regard to case."""
    assert matches is Matcher(CallFilter(words=words), NOW)(RECORD)


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
    assert not wanted.server_alone
    assert CallFilter(status="failed").server_alone


def test_a_named_range_and_one_by_moments_exclude_each_other() -> None:
    """R49: choosing the last day ends the range that was dragged."""
    dragged = CallFilter(after=1.0, before=2.0, status="failed")
    assert CallFilter(since="24h", status="failed") == choose(dragged, "since", "24h")
    assert CallFilter(after=1.0, before=2.0) == choose(dragged, "status", "")
