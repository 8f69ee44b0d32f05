"""Traditional tasks: words for a status, and lists with something bad in them."""

import json
import tracemalloc
from collections.abc import Callable

import pytest

from app.core.status import Status
from app.wire.ability_tasks import read_ability_tasks
from app.wire.tasks import read_task, read_task_list


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


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00", "\ud800"])
def test_a_lone_surrogate_in_an_answer_costs_one_character(half: str) -> None:
    """R13, fault 23: a whole list is not lost because of half a character."""
    tasks, _ = read_task_list('{"items": [{"taskId": "a", "status": "running", "action": "' + half + '"}]}')
    assert ["\ufffd"] == [task.action for task in tasks]


@pytest.mark.parametrize(("word", "kept"), [("completed", "/out.png"), ("processing", None), ("failed", None)])
def test_only_a_task_that_succeeded_has_a_result(word: str, kept: str | None) -> None:
    """R27: of any other task the address is that of the picture that went in."""
    task = read_task(json.dumps({"taskId": "a", "status": word, "resultUrl": "/out.png"}))
    assert kept == task.result_url


def test_a_list_without_a_total_has_what_it_lists() -> None:
    """R36: how many there are is what the server says, and else what is there, readable or not."""
    items = [{"taskId": "a", "status": "running"}, {"status": "running"}]
    assert 2 == read_task_list(json.dumps({"items": items}))[1]
    assert 812 == read_task_list(json.dumps({"items": items, "total": 812}))[1]


def test_a_word_with_a_time_is_dated_and_one_without_is_not() -> None:
    """R15: the two are different witnesses."""
    dated = read_task(
        '{"taskId": "a", "status": "processing", "progress": "41.6", "updatedAt": "2026-01-15T11:32:00Z"}'
    )
    undated = read_task('{"taskId": "a", "status": "processing", "progress": 41.6}')
    assert dated.dated is not None
    assert undated.undated is not None
    assert (None, None, 42, 42) == (dated.undated, undated.dated, dated.dated.progress, undated.undated.progress)


@pytest.mark.parametrize("read", [read_task_list, read_ability_tasks])
def test_reading_a_long_list_takes_little_more_than_its_records(
    read: Callable[[str], tuple[list[object], int]],
) -> None:
    """R13: WebAssembly keeps whatever memory it once had; the models of a list never stand beside all its records."""
    text = json.dumps({"items": [{"taskId": f"job-{number}", "status": "queued"} for number in range(2_000)]})
    read(text)
    tracemalloc.start()
    try:
        jobs, _ = read(text)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(jobs) == 2_000
    assert peak < 1.5 * kept
