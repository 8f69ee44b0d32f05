"""The dashboard's log of tasks, and the callback of a call."""

from __future__ import annotations

import json

import pytest

from app.core.job_history import HistoryEvent, JobHistory
from app.core.logs import LogRecord
from app.wire.fields import MalformedAnswer
from app.wire.job_history import LONGEST_REASON, history_of, read_timeline


def test_events_are_read_with_their_reason() -> None:
    """R38: an entry that is no event is left out, a payload may be anything."""
    entries = [
        {
            "task_id": "a",
            "event_type": "blocked",
            "payload": {"reason": "x" * 9000},
            "created_at": "2026-01-01T00:00:00",
        },
        {"task_id": "a", "event_type": "failed", "payload": {"error": "boom"}},
        {"task_id": "a", "event_type": "created", "payload": ["?"], "created_at": "soon"},
        {"event_type": "created"},
        7,
    ]
    found = read_timeline(json.dumps({"entries": entries}))
    assert found[0] == HistoryEvent("a", "blocked", 1_767_225_600.0, "x" * LONGEST_REASON)
    assert found[1:] == (HistoryEvent("a", "failed", None, "boom"), HistoryEvent("a", "created"))
    with pytest.raises(MalformedAnswer):
        read_timeline("[]")


def test_a_record_has_the_result_and_the_callback() -> None:
    """R38: as far as it can be read."""
    callback = {"status": "success", "startedAt": "2026-01-01T00:00:00", "finishedAt": "2026-01-01T00:00:01.5"}
    record = LogRecord(id=1, stored_url="/x.png", callback=callback)
    at = 1_767_225_600.0
    assert history_of(record) == JobHistory(stored=True, callback_begun=at, callback_ended=at + 1.5)
    for nothing in (None, "?", {"startedAt": "soon"}):
        assert history_of(LogRecord(id=1, callback=nothing)) == JobHistory()


def test_a_callback_that_was_refused_says_why() -> None:
    """R38: by its error, by the status of the answer, or by the word alone; one that was taken says nothing."""

    def why(**callback: object) -> str | None:
        return history_of(LogRecord(id=1, callback=callback)).callback_error

    assert ("refused", "HTTP 500", "failed") == (
        why(status="failed", error="refused", httpStatus=500),
        why(status="failed", httpStatus=500),
        why(status="failed"),
    )
    assert (None, None) == (why(status="success", httpStatus=200), why(status="pending"))
