"""What cannot be relied on: names, times, types, and text that is hardly text."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.events import LogNotice, MalformedFrame, Notification, PingAnswer, UnknownFrame
from app.core.records import AbilityTask, Task
from app.core.status import Status
from app.wire.ability_tasks import read_ability_task, read_ability_tasks
from app.wire.errors import Problem, read_problem, read_retry_after
from app.wire.fields import LARGEST_SAFE_INTEGER, MalformedAnswer
from app.wire.frames import LARGEST_FRAME, read_frame, read_frames
from app.wire.logs import read_log_page
from app.wire.tasks import read_task, read_task_list
from app.wire.wallet import read_points

NOW = 1_790_000_000.0


def frame(kind: str, **payload: Any) -> str:
    """Return a frame as a server writes it."""
    return json.dumps({"type": kind, "payload": payload})


def alone(text: str | None) -> Notification:
    """Return what a frame says, read by itself."""
    return read_frame(text)


def among_others(text: str | None) -> Notification:
    """Return what a frame says, read together with many."""
    others = [frame("wallet.points", taskId=f"t{n}", status="frozen") for n in range(50)]
    reading = read_frames([*others, text, *others])
    if reading.malformed:
        return MalformedFrame()
    if reading.unknown:
        return UnknownFrame()
    if reading.answered:
        return PingAnswer()
    assert 101 == len(reading.notifications)
    return next(item for item in reading.notifications if not str(getattr(item, "task_id", "")).startswith("t"))


@pytest.fixture(params=[alone, among_others])
def read(request: pytest.FixtureRequest) -> Any:
    """Both ways in which a frame is read."""
    return request.param


def test_both_name_styles_are_the_same() -> None:
    """R1: one resource in camelCase and in snake_case is one and the same."""
    camel = {"taskId": "a", "abilityId": "x", "status": "running", "logId": 3, "updatedAt": "2026-01-15T11:32:00Z"}
    snake = {"task_id": "a", "ability_id": "x", "status": "running", "log_id": 3, "updated_at": "2026-01-15T11:32:00Z"}
    assert read_frame(frame("ability-task.status", **camel)) == read_frame(frame("ability-task.status", **snake))
    assert read_task(json.dumps({**camel, "resultUrl": "/r"})) == read_task(json.dumps({**snake, "result_url": "/r"}))


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-15T11:32:00Z",
        "2026-01-15T11:32:00",
        "2026-01-15T11:32:00.000000",
        "2026-01-15T19:32:00+08:00",
        "2026-01-15 11:32:00",
        1768476720,
    ],
)
def test_a_time_without_a_zone_is_utc(moment: object) -> None:
    """R15: whichever way a server writes a moment, it is the same moment."""
    task = read_ability_task(json.dumps({"id": "a", "status": "running", "updatedAt": moment}))
    assert 1768476720.0 == task.updated_at


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("queued", "pending", "created"), Status.QUEUED),
        (("running", "processing", "in_progress", "RUNNING", "submitted"), Status.RUNNING),
        (("blocked",), Status.BLOCKED),
        (("succeeded", "completed", "success", "done", "ok"), Status.SUCCEEDED),
        (("failed", "failure", "error", "timeout", "Rejected"), Status.FAILED),
        (("cancelled", "canceled", "stopped", "aborted"), Status.CANCELLED),
        (("paused", "", "完成"), Status.UNKNOWN),
    ],
)
def test_every_word_for_a_status_is_known(words: tuple[str, ...], status: Status) -> None:
    """R27: an unknown word is an unknown status, shown with its own word."""
    for word in words:
        task = read_task(json.dumps({"taskId": "a", "status": word}))
        assert (status, word) == (task.status, task.word.text)


@pytest.mark.parametrize("wrong", ["x", [], {}, "2026-99-99", 1e400, -(2**63), 2**63, 10**400])
def test_an_optional_field_of_the_wrong_type_is_absent(wrong: object) -> None:
    """R1, fault 23: a strange value costs its own field at most, never the update."""
    fields = ("logId", "durationMs", "points", "createdAt", "startedAt", "abilityName", "executorId", "resultPayload")
    task = read_ability_task(json.dumps({"id": "a", "status": "running", **dict.fromkeys(fields, wrong)}))
    assert ("a", Status.RUNNING, None, None) == (task.id, task.status, task.duration_ms, task.result)


@pytest.mark.parametrize("bad", [None, 5, "x", [], {}, {"taskId": None, "status": "running"}, {"taskId": "b"}])
def test_one_bad_item_does_not_lose_a_list(bad: object) -> None:
    """R13: what can be read of a list is shown, and a list with gaps does not pass for a whole one."""
    good = {"taskId": "a", "status": "running"}
    tasks, total = read_task_list(json.dumps({"items": [good, bad, good]}))
    assert (["a", "a"], 3) == ([task.id for task in tasks], total)
    ability_tasks, listed = read_ability_tasks(json.dumps({"items": [good, bad, good]}))
    assert (2, 3) == (len(ability_tasks), listed)
    page = read_log_page(json.dumps({"total": 9, "items": [{"id": 1}, bad, {"id": 2}]}))
    assert (9, [1, 2]) == (page.total, [record.id for record in page.items])


@pytest.mark.parametrize("text", ["", "null", "[]", "5", "{}", '{"items": null}', '{"items": {}}', "<html></html>"])
def test_an_answer_that_says_nothing_is_said_to(text: str) -> None:
    """R13: an empty answer, a proxy's page or another shape is a failure, not an empty list."""
    for reader in (read_task_list, read_ability_tasks, read_log_page):
        with pytest.raises(MalformedAnswer):
            reader(text)


def test_a_malformed_answer_is_not_quoted() -> None:
    """R33: an error's text holds no part of an answer, which may hold a token."""
    with pytest.raises(MalformedAnswer) as caught:
        read_points('{"totalPoints": "secret", "token": "secret"}')
    assert "secret" not in str(caught.value)


def test_a_balance_that_a_browser_could_not_hold_is_exact() -> None:
    """R24, fault 23: 2⁶³ points are points, and shown to the last one."""
    assert 2**63 == read_points('{"totalPoints": 9223372036854775808}').total


# Frames


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "null",
        "[]",
        "5",
        '"x"',
        "{",
        "{}",
        "not json",
        '{"type": "task.status"}',
        '{"type": "task.status", "payload": null}',
        '{"type": "task.status", "payload": {}}',
        '{"type": "task.status", "payload": {"taskId": "", "status": "running"}}',
        '{"type": "task.status", "payload": {"taskId": "x", "status": 5}}',
        '{"type": "ability-task.status", "payload": {"taskId": ["x"], "status": "running"}}',
        '{"type": "ability-log.created", "payload": {"logId": 9223372036854775808}}',
        '{"type": "ability-log.created", "payload": {"logId": "x"}}',
        '{"type": "wallet.points", "payload": {"balance": 5}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type": "task.status", "payload": {"taskId": "x", "status": "running", "workflowParams": '
        + "[" * 10_000
        + "]" * 10_000
        + "}}",
        '{"type": "echo", "payload": "' + "x" * 5_000_000 + '"}',
        "\ud800",
    ],
    ids=lambda text: ascii(text[:60] + f" ({len(text)})" if text else text),
)
def test_a_frame_that_makes_no_sense_is_malformed(read: Any, text: str | None) -> None:
    """R1, fault 23: it is counted and skipped, and the next one still counts."""
    assert MalformedFrame() == read(text)


@pytest.mark.parametrize("text", ['{"type": "x"}', '{"type": "x", "payload": 1}', '{"type": 5}', '{"type": null}'])
def test_a_frame_of_an_unknown_type_is_unknown(read: Any, text: str) -> None:
    """R1: a newer server may say more than this page understands."""
    assert UnknownFrame() == read(text)


@pytest.mark.parametrize("text", ['{"type": "pong"}', '{"type": "echo", "payload": "{\\"type\\":\\"ping\\"}"}'])
def test_both_answers_to_a_ping_are_understood(read: Any, text: str) -> None:
    """R6: some servers echo, newer ones answer."""
    assert PingAnswer() == read(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "ability-task.status", "payload": {"taskId": "x", "status": "failed", "errorMessage": "\\ud83d!"}}',
        '{"type": "ability-task.status", "payload": {"taskId": "x", "status": "failed", "errorMessage": "\ud83d!"}}',
    ],
)
def test_a_lone_surrogate_costs_one_character(read: Any, text: str) -> None:
    """R1, fault 23: an ending is not lost because half a character was cut off."""
    update = read(text)
    assert isinstance(update, AbilityTask)
    assert ("x", Status.FAILED, "\ufffd!") == (update.id, update.status, update.error)


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00", "\ud800"])
def test_a_lone_surrogate_in_an_answer_costs_one_character(half: str) -> None:
    """R13, fault 23: a whole list is not lost because of half a character."""
    tasks, _ = read_task_list('{"items": [{"taskId": "a", "status": "running", "action": "' + half + '"}]}')
    assert ["\ufffd"] == [task.action for task in tasks]


def test_deep_nesting_in_an_answer_is_a_failure() -> None:
    """R13, fault 23: nesting without end is refused, not followed."""
    with pytest.raises(MalformedAnswer):
        read_ability_task('{"id": "a", "status": "running", "requestPayload": ' + "[" * 5000 + "]" * 5000 + "}")


def test_a_frame_of_almost_the_largest_size_counts() -> None:
    """R1: what is long but not absurd is read."""
    text = frame("echo", x="x" * (LARGEST_FRAME - 100))
    assert PingAnswer() == read_frame(text)


def test_progress_is_whole_percent() -> None:
    """R27: progress stays between 0 and 100, and is absent where it is no number."""
    values = [40.4, -5, 250, "30", float("nan"), float("inf"), None, "x", 2**63]
    update = [read_frame(frame("task.status", taskId="a", status="running", progress=value)) for value in values]
    assert [40, 0, 100, 30, None, 100, None, None, 100] == [item.progress for item in update if isinstance(item, Task)]


def test_a_log_notice_is_read() -> None:
    """R1, R28: a log record was written for an ability."""
    notice = read_frame(frame("ability-log.created", logId=5, abilityId="x", status="success", taskId="t"))
    assert LogNotice(5, "x", Status.SUCCEEDED, "t") == notice


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["taskId", "task_id", "id", "status", "progress", "updatedAt", "logId", "balance", "items"])


@given(
    st.sampled_from(["task.status", "ability-task.status", "wallet.points", "ability-log.created", "echo", "x"]),
    st.dictionaries(NAMES, JSON),
)
def test_no_frame_makes_the_reader_stumble(kind: str, payload: dict[str, object]) -> None:
    """R1: whatever is sent, the reader answers, and the same whether frames come singly or together."""
    text = json.dumps({"type": kind, "payload": payload})
    single = read_frame(text)
    reading = read_frames([text] * 40)
    assert isinstance(single, MalformedFrame) == (reading.malformed == 40)
    assert isinstance(single, UnknownFrame) == (reading.unknown == 40)
    assert all(item == single for item in reading.notifications)


@given(st.text())
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    """R1: a frame need not even be JSON."""
    assert isinstance(read_frame(text), MalformedFrame | UnknownFrame | PingAnswer)
    read_problem(500, text)


# Errors


def test_a_proxys_page_says_nothing_but_its_status() -> None:
    """R13, fault 22: HTML where JSON was expected is a failure with a status."""
    assert Problem(502) == read_problem(502, "<html><body>Bad Gateway</body></html>")


def test_a_full_queue_tells_its_limit() -> None:
    """R30: the limit is taken from the code."""
    text = '{"detail": "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)"}'
    assert Problem(429, "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)", queue_limit=10) == read_problem(429, text)


def test_an_absurd_limit_is_none() -> None:
    """R13: a number too long to be one does not hurt."""
    found = read_problem(429, json.dumps({"detail": f"QUEUE_FULL(limit={'9' * 5000})"}))
    assert (None, 200) == (found.queue_limit, len(found.code or ""))


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"detail": "TASK_NOT_FOUND"}, "TASK_NOT_FOUND", None),
        ({"detail": {"code": "NO_POINTS", "message": "Not enough points"}}, "NO_POINTS", "Not enough points"),
        ({"code": "RATE_LIMITED", "message": "Slow down"}, "RATE_LIMITED", "Slow down"),
        ({"message": "Not enough points"}, None, "Not enough points"),
        ({"title": "Payment required"}, None, "Payment required"),
        ({"title": "Payment required", "detail": "Top up first"}, None, "Top up first"),
        ({"detail": ["first", "second", "first"]}, None, "first; second"),
        ({"error": {"message": "no"}}, None, "no"),
        ({"error": "余额不足"}, None, "余额不足"),
        ({"detail": "Not Found"}, None, "Not Found"),
        ({"odd": 5}, None, '{"odd": 5}'),
        ({}, None, None),
        ([], None, None),
        (7, None, None),
    ],
)
def test_a_refusal_of_any_shape_says_why(body: object, code: str | None, message: str | None) -> None:
    """R33, R29: the reader gets the words there are, and only the API's own code counts as one."""
    found = read_problem(402, json.dumps(body))
    assert (code, message, code is not None) == (found.code, found.message, found.own)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("out of memory", "out of memory"),
        ({"message": "out of memory"}, "out of memory"),
        ({"error": {"reason": "OOM"}}, "OOM"),
        ({"exit": 137}, '{"exit": 137}'),
        (["a", {"msg": "b"}], "a; b"),
        (137, "137"),
        (True, None),
        ({}, None),
        ([], None),
        ("  ", None),
        (None, None),
    ],
)
def test_the_reason_of_a_failure_may_have_any_shape(value: object, expected: str | None) -> None:
    """R27: an object, a list or a number is a reason too."""
    failed = {"id": "a", "status": "failed", "errorMessage": value}
    assert expected == read_ability_task(json.dumps(failed)).error
    assert expected == read_task(json.dumps({**failed, "taskId": "a"})).error
    log = {"items": [{"id": 1, "status": "failed", "error_message": value}]}
    assert expected == read_log_page(json.dumps(log)).items[0].error


@pytest.mark.parametrize("cost", ["1E+1000000", "NaN", "Infinity", 1e30, "1E-30", "-1E+999999", True])
def test_an_absurd_amount_is_none(cost: object) -> None:
    """R28: it cannot be added to the others, and the record is shown without it."""
    page = read_log_page(json.dumps({"items": [{"id": 1, "status": "success", "cost_amount": cost}]}))
    assert page.items[0].cost is None


@pytest.mark.parametrize("cost", ["0.00001", 0.00001, 1e-7, 0.3, "12345678.12345678", 0])
def test_an_amount_is_exact(cost: object) -> None:
    """R28: what the wire says is what is added and shown."""
    page = read_log_page(json.dumps({"items": [{"id": 1, "status": "success", "cost_amount": cost}]}))
    assert page.items[0].cost == Decimal(str(cost))


@pytest.mark.parametrize("detail", [None, 5, {}, {"code": "X"}, [], [1, None], [{"loc": 5, "msg": None}]])
def test_an_error_of_another_shape_does_not_hurt(detail: object) -> None:
    """R13: whatever stands in ``detail``, there is a problem to show."""
    assert 400 == read_problem(400, json.dumps({"detail": detail})).status


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Mon, 21 Sep 2026 14:14:20", 60.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("1" * 400, float("inf")),
        ("99, 99 Foo 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value: str | None, expected: float | None) -> None:
    """R13, fault 21: seconds, a date, a date in the past, garbage, and more than anybody would wait."""
    assert expected == read_retry_after(value, NOW)


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d{1,2}:\d\d:\d\d ?[+-]?\d{0,4}"))
def test_no_retry_after_makes_the_reader_stumble(value: str) -> None:
    """R13, fault 21: a header is seconds from now or nothing."""
    seconds = read_retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_the_largest_safe_integer_is_kept() -> None:
    """R28: a log id may be as large as a browser can hold."""
    task = read_ability_task(json.dumps({"id": "a", "status": "failed", "logId": LARGEST_SAFE_INTEGER}))
    assert LARGEST_SAFE_INTEGER == task.log_id


@pytest.mark.parametrize(
    ("total", "expected"),
    [("12.5", Decimal("12.5")), ("9007199254740993", 9007199254740993), ('"40"', 40), ("7.0", 7), ("-3", -3)],
)
def test_a_balance_is_exact_whatever_number_it_is(total: str, expected: object) -> None:
    """R24: fractions and numbers beyond 2⁵³ are points too; a balance is never missing because of its size."""
    points = read_points(f'{{"totalPoints": {total}, "frozenPoints": {total}}}')
    assert (expected, expected) == (points.total, points.frozen)


@pytest.mark.parametrize("total", ["null", '"much"', "1e300", "[]"])
def test_a_wallet_that_tells_no_balance_says_nothing(total: str) -> None:
    """R24: without it the read has failed, and is tried again."""
    with pytest.raises(MalformedAnswer):
        read_points(f'{{"totalPoints": {total}}}')
