"""What every reader takes of a field: names in either style, moments, reasons, and lists with gaps."""

import json

import pytest

from app.wire.ability_tasks import read_ability_task, read_ability_tasks
from app.wire.fields import MalformedAnswer
from app.wire.logs import read_log_page
from app.wire.tasks import read_task, read_task_list

AT = 1768476720.0


def updated_at(stamp: object) -> float | None:
    """Return the moment that a task with this ``updatedAt`` has."""
    return read_task(json.dumps({"taskId": "t", "status": "running", "updatedAt": stamp})).updated_at


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-01-15T11:32:00Z",
        "2026-01-15T11:32:00",
        "2026-01-15 11:32:00",
        "2026-01-15T12:32:00+01:00",
        "2026-01-15T11:32:00Z[UTC]",
        "2026-01-15T12:32:00+01:00[Europe/Berlin]",
        "20260115T113200Z",
        "20260115T113200",
        "Thu, 15 Jan 2026 11:32:00 GMT",
        "Thu, 15 Jan 2026 12:32:00 +0100",
        1768476720,
        1768476720000,
        " 2026-01-15T11:32:00Z ",
    ],
)
def test_one_moment_is_read_in_every_form(stamp: object) -> None:
    """R15, report 44: a stamp that could not be read made a dated word an undated one."""
    assert AT == updated_at(stamp)


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, "1899-12-30T00:00:00"])
def test_a_zero_time_is_no_moment(stamp: object) -> None:
    """R15, R27, report 44: some languages write "none" so; a job of the year 1 would run for 2,000 years."""
    assert updated_at(stamp) is None


@pytest.mark.parametrize("stamp", ["soon", "", "2026-13-45T99:00:00Z", [], {}, True, "Z[UTC]", "[" * 5000, 1e400, "99"])
def test_what_is_no_stamp_costs_nothing_but_itself(stamp: object) -> None:
    """R1: an absent or odd field is no reason to drop a message."""
    assert updated_at(stamp) is None


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
    """R27, report 20: an object, a list or a number is a reason too."""
    failed = {"id": "a", "status": "failed", "errorMessage": value}
    assert expected == read_ability_task(json.dumps(failed)).error
    assert expected == read_task(json.dumps({**failed, "taskId": "a"})).error
    log = {"items": [{"id": 1, "status": "failed", "error_message": value}]}
    assert expected == read_log_page(json.dumps(log)).items[0].error
