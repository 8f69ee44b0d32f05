"""The forms in which a backend writes a moment."""

import json

import pytest

from app.wire.tasks import read_task

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
    """R15: a stamp that could not be read made a dated word an undated one."""
    assert AT == updated_at(stamp)


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, "1899-12-30T00:00:00"])
def test_a_zero_time_is_no_moment(stamp: object) -> None:
    """R15, R27: some languages write "none" so; a job of the year 1 would run for 2,000 years."""
    assert updated_at(stamp) is None


@pytest.mark.parametrize("stamp", ["soon", "", "2026-13-45T99:00:00Z", [], {}, True, "Z[UTC]", "[" * 5000, 1e400, "99"])
def test_what_is_no_stamp_costs_nothing_but_itself(stamp: object) -> None:
    """R1: an absent or odd field is no reason to drop a message."""
    assert updated_at(stamp) is None
