"""Answers recorded from the product's own backend: each is understood as it is."""

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.events import PingAnswer
from app.core.points import Points, WalletMove
from app.core.queues import QueueServer
from app.core.records import Task, Word
from app.core.status import Status
from app.wire.abilities import read_abilities
from app.wire.ability_tasks import read_ability_task, read_ability_tasks
from app.wire.auth import read_tokens
from app.wire.errors import Problem, read_problem
from app.wire.fields import MalformedAnswer
from app.wire.frames import read_frame, read_frames
from app.wire.invocations import read_invocation
from app.wire.job_history import read_timeline
from app.wire.logs import read_log_page
from app.wire.movements import read_ledger_page
from app.wire.queues import read_queue_summary
from app.wire.tasks import read_task, read_task_list
from app.wire.wallet import read_points

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"
READERS = (
    read_abilities,
    read_ability_task,
    read_ability_tasks,
    read_tokens,
    read_ledger_page,
    read_log_page,
    read_queue_summary,
    read_invocation,
    read_task,
    read_task_list,
    read_points,
)


def recorded(name: str) -> Any:
    """Return a recorded answer: status and body."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def body(name: str) -> str:
    """Return the body of a recorded answer."""
    return json.dumps(recorded(name)["body"])


def problem(name: str) -> Problem:
    """Return what a recorded refusal says."""
    answer = recorded(name)
    return read_problem(answer["status"], json.dumps(answer["body"]))


def test_a_task_list_is_read_with_camel_case_names_and_naive_times() -> None:
    """R14, R27: a list item brings everything a row shows; a time without a zone is UTC."""
    tasks, total = read_task_list(body("tasks_list"))
    expected = Task(
        id="tsk_1",
        dated=Word(Status.QUEUED, "pending", 0, 1795455623.648408),
        action="yinhua_tiqu",
        channel="web",
        created_at=1795455623.646035,
        points=50,
        parameters={"a": 1},
    )
    assert ([expected], 1) == (tasks, total)


@pytest.mark.parametrize("name", ["tasks_get", "tasks_get_unknown", "tasks_submit"])
def test_a_single_task_without_a_time_is_an_undated_word(name: str) -> None:
    """R15: a single read carries no time, so it cannot overrule one that does."""
    task = read_task(body(name))
    assert (None, Status.QUEUED) == (task.dated, task.status)


def test_an_ability_task_is_read_with_snake_case_names() -> None:
    """R31: trace id and callback address are found, the one in the request's metadata."""
    tasks, listed = read_ability_tasks(body("ability_tasks_list"))
    assert 1 == listed
    assert tasks == [read_ability_task(body("ability_task_get"))]
    (task,) = tasks
    assert ("4033dbe255e7499285b6b3f91d6af0ac", Status.FAILED) == (task.id, task.status)
    assert ("baidu_colourize", "百度 · 老照片上色", "baidu", "colourize") == (
        task.ability_id,
        task.ability_name,
        task.provider,
        task.capability_key,
    )
    assert ("tr-1", "http://127.0.0.1:1/cb") == (task.trace_id, task.callback_url)
    assert ("IMAGE_REQUIRED", None, None) == (task.error, task.log_id, task.result)
    assert (1795455623.689673, 1795455623.74582) == (task.started_at, task.finished_at)


def test_the_answer_to_a_submit_is_a_queued_ability_task() -> None:
    """R29: what was submitted is known at once."""
    task = read_ability_task(body("ability_task_create"))
    assert (Status.QUEUED, 1795455623.685107) == (task.status, task.updated_at)


def test_the_abilities_are_read() -> None:
    """R28: an ability has the name people know it by."""
    abilities = read_abilities(body("abilities"))
    assert [("baidu_colourize", "百度 · 老照片上色")] == [(each.id, each.name) for each in abilities[:1]]
    assert 2 == len(abilities)


@pytest.mark.parametrize("name", ["admin_logs", "admin_ability_logs"])
def test_a_page_of_the_log_is_read(name: str) -> None:
    """R28: time, source, executor, status, duration, error, request and response of each record."""
    page = read_log_page(body(name))
    assert (2, [2, 1]) == (page.total, [record.id for record in page.items])
    record = page.items[0]
    assert ("ability-api", "百度图像处理 · Default Node") == (record.source, record.executor_name)
    assert (Status.FAILED, "failed", 0, "IMAGE_REQUIRED") == (
        record.status,
        record.word,
        record.duration_ms,
        record.error,
    )
    assert {"status_code": 400, "detail": "IMAGE_REQUIRED"} == record.response
    assert (None, None) == (record.cost, record.callback)
    assert 1795455626.727688 == record.created_at


def test_the_queues_are_read() -> None:
    """R30: an executor that does not say its queue says so."""
    summary = read_queue_summary(body("queue_summary"))
    assert (0, 0, 2) == (summary.running, summary.waiting, len(summary.servers))
    assert summary.servers[0] == QueueServer(
        executor_id="executor_comfyui_pattern_extract_158",
        running=0,
        waiting=0,
        supported=False,
        message="queue endpoint not exposed",
    )


def test_the_wallet_is_read_from_either_route() -> None:
    """R24: balance, frozen and temporary points, bare or wrapped, in either name style."""
    assert Points(440, 60, 0, 0) == read_points(body("wallet_statistics"))
    assert Points(1000, 0, 800, 0) == read_points(body("points_statistics"))
    assert Points(7, 2, 0, 0) == read_points('{"data": {"total_points": 7, "frozen_points": 2}}')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ability_invoke", Problem(400, "IMAGE_REQUIRED")),
        ("ability_task_create_unknown", Problem(404, "ABILITY_NOT_FOUND_OR_INACTIVE")),
        ("ability_task_get_unknown", Problem(404, "TASK_NOT_FOUND")),
        ("ability_tasks_noauth", Problem(401, "AUTHORIZATION_REQUIRED")),
        ("admin_logs_as_user", Problem(403, "ADMIN_ONLY")),
        ("auth_login_wrong", Problem(401, "INVALID_CREDENTIALS")),
        ("auth_refresh_bad", Problem(401, "INVALID_TOKEN")),
        ("queue_status_unknown", Problem(404, "EXECUTOR_NOT_FOUND")),
        ("queue_status_noparam", Problem(422, None, (("executorId", "Field required"),))),
    ],
)
def test_a_refusal_says_its_code(name: str, expected: Problem) -> None:
    """R13: an error answer is distinguished by its code, a faulty request by its fields."""
    assert expected == problem(name)


def test_a_submit_that_was_refused_names_every_field() -> None:
    """R29: a form can show each fault beside its field."""
    found = problem("tasks_submit_invalid")
    assert ["action", "userId", "channel", "workflowParams", "points"] == [name for name, _ in found.fields]
    assert "Input should be greater than 0" == dict(found.fields)["points"]


def test_the_recorded_frames_are_all_understood() -> None:
    """R1: tasks and points as the backend sends them; the echo of a ping is an answer to it."""
    frames = [json.dumps(frame) for frame in recorded("ws_frames")]
    said = [read_frame(frame) for frame in frames]
    kinds = [Task, Task, Task, Task, Task, WalletMove, Task, WalletMove, PingAnswer]
    assert kinds == [type(item) for item in said]
    assert WalletMove("tsk_1", "deducted", None) == said[5]
    assert WalletMove("tsk_3", "released", 440) == said[7]
    words = [item.word.text for item in said if isinstance(item, Task)]
    assert ["pending", "pending", "blocked", "blocked", "completed", "failed"] == words


def test_frames_that_arrive_together_come_to_the_same_end() -> None:
    """R1, R15: a batch may leave out what a later frame makes pointless, and nothing else."""
    frames = [json.dumps(frame) for frame in recorded("ws_frames")]
    reading = read_frames(frames * 20)
    last = {item.id: item.status for item in reading.notifications if isinstance(item, Task)}
    assert {"tsk_1": Status.SUCCEEDED, "tsk_3": Status.FAILED} == last
    moves = [item for item in reading.notifications if isinstance(item, WalletMove)]
    assert 40 == len(moves)
    assert (True, 0, 0) == (reading.answered, reading.malformed, reading.unknown)


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_no_recorded_answer_makes_a_reader_stumble(path: Path) -> None:
    """R13: whatever is answered where it was not expected, a reader understands it or says that it does not."""
    answer = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(answer["body"] if isinstance(answer, dict) else answer)
    for reader in READERS:
        with suppress(MalformedAnswer):
            reader(text)
    read_problem(500, text)


NOT_READ = {
    "real_admin_abilities": "the abilities that everybody may call have all that a page shows (R28)",
    "real_admin_ability_logs_export_csv": "the page writes the file itself, from the pages of the log (R49)",
    "real_admin_workflow_bindings": "no page says that an action has no binding yet (R38)",
}
"""Recordings that nothing in the page reads, and why."""

READ_ELSEWHERE = {
    "real_admin_ability_logs_metrics_executor": "dashboard",
    "real_admin_ability_logs_metrics_window": "dashboard",
    "real_admin_dashboard_metrics": "dashboard",
    "real_admin_executors": "dashboard",
    "real_comfyui_queue_status_busy": "queue_places",
    "real_comfyui_system_stats": "dashboard",
    "real_log_resolve": "log_results",
}
"""Recordings that the test of one module reads."""

READ_HERE = (
    "real_admin_dashboard_logs",
    "real_abilities_fields",
    "real_ability_invoke_submit_only",
    "real_ability_tasks_real",
    "real_admin_ability_logs_all",
    "real_admin_ability_logs_export_json",
    "real_op_points_statistics",
    "real_wallet_transactions_real",
)


def test_every_recording_of_november_is_read_or_named() -> None:
    """A recording that no model reads is in a list, with its reason."""
    named = [*READ_HERE, *READ_ELSEWHERE, *NOT_READ]
    assert sorted(path.stem for path in RECORDED.glob("real_*.json")) == sorted(named)
    for name, module in READ_ELSEWHERE.items():
        assert name in Path(__file__).with_name(f"test_{module}.py").read_text(encoding="utf-8")


def test_the_products_ledger_is_read() -> None:
    """R46: every movement of the page, with the job that it belongs to."""
    page = read_ledger_page(body("real_wallet_transactions_real"))
    recorded_items = recorded("real_wallet_transactions_real")["body"]["items"]
    assert len(recorded_items) == len(page.movements)
    assert page.movements


def test_described_abilities_are_read() -> None:
    """R29: fields that nobody knew of when the page was made are no reason to lose an ability."""
    abilities = read_abilities(body("real_abilities_fields"))
    assert [("baidu_colourize", "百度 · 老照片上色", "active", ())] == [
        (each.id, each.name, each.status, each.inputs) for each in abilities[:1]
    ]
    assert 4 == len(abilities)


def test_a_call_that_was_only_submitted_is_read_as_running() -> None:
    """R29: it has a log record, and neither pictures nor an end."""
    invocation = read_invocation(body("real_ability_invoke_submit_only"))
    assert ("comfyui_sifang_lianxu", Status.RUNNING, "running", 5087) == (
        invocation.ability_id,
        invocation.status,
        invocation.word,
        invocation.log_id,
    )
    assert ((), ()) == (invocation.result.images, invocation.result.texts)


def test_real_ability_tasks_are_read_with_their_results() -> None:
    """R27, R31: the stored picture, the trace id and the duration of each."""
    tasks, listed = read_ability_tasks(body("real_ability_tasks_real"))
    assert (3, ["tr-2", "tr-1", "tr-0"]) == (listed, [task.trace_id for task in tasks])
    task = tasks[0]
    assert ("6f9807b8e8dd43e3a906d572d138ad32", Status.SUCCEEDED, 5086, 6697) == (
        task.id,
        task.status,
        task.log_id,
        task.duration_ms,
    )
    assert (1795892931.803052, 1795892938.564188) == (task.started_at, task.finished_at)
    assert task.result is not None
    assert ("http://127.0.0.1:8098/podi/uploads/admin-comfyui/20261128/fc9409df-1795892938.png",) == task.result.images


@pytest.mark.parametrize(
    ("name", "total"), [("real_admin_ability_logs_all", 5083), ("real_admin_ability_logs_export_json", 2)]
)
def test_the_log_over_all_abilities_is_read(name: str, total: int) -> None:
    """R28: a listed page and an exported file hold the same records."""
    page = read_log_page(body(name))
    assert total == page.total
    record = page.items[0]
    assert (5083, "comfyui_sifang_lianxu", "ComfyUI A stand-in") == (record.id, record.ability_id, record.executor_name)
    assert (Status.SUCCEEDED, 22445, Decimal("0.3"), "CNY", "per_image") == (
        record.status,
        record.duration_ms,
        record.cost,
        record.currency,
        record.billing_unit,
    )


def test_the_dashboards_log_is_read() -> None:
    """R38: the events of all users' tasks, newest first."""
    events = read_timeline(body("real_admin_dashboard_logs"))
    assert (8, "o939", "created", None) == (len(events), events[0].task_id, events[0].kind, events[0].reason)
    assert events[0].at is not None


def test_the_operators_points_are_read() -> None:
    """R24: the wrapped statistics of the operator's route have no frozen points."""
    assert Points(1000, 0, 800, 0) == read_points(body("real_op_points_statistics"))
