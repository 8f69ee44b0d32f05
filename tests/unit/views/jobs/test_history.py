"""What the server noted of a job, as a card."""

from __future__ import annotations

from app.core.job_history import HistoryEvent, JobHistory
from app.views.jobs.history import history_markup
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY

T = plain_texts()


def test_the_card_has_reason_stages_and_events() -> None:
    """R38: and says where it is from; what others wrote is text."""
    events = (
        HistoryEvent("a", "created", 1.0),
        HistoryEvent("a", "started", 3.0),
        HistoryEvent("a", "failed", 9.0, NASTY),
    )
    markup = history_markup(T, JobHistory(events, stored=True, callback_begun=9.0), 12.0, 130.0)
    assert "<script" not in markup
    for part in (
        "Reason:",
        "Waited",
        "2 s",
        "Ran",
        "6 s",
        "Result stored",
        "Called back",
        "00:00:09",
        "From the dashboard’s log, read 2 minutes ago",
    ):
        assert part in markup


def test_a_word_that_nobody_knows_is_shown_as_it_came() -> None:
    """R38: the server may note more than this page knows."""
    assert "archived" in history_markup(T, JobHistory((HistoryEvent("a", "archived"),)), 0.0)


def test_without_notes_there_is_no_card() -> None:
    """R38: as where the server has no such log."""
    assert ("", "") == (history_markup(T, None, 0.0), history_markup(T, JobHistory(), 0.0))


def test_a_callback_that_was_refused_is_said() -> None:
    """R38: what its address answered is text."""
    markup = history_markup(T, JobHistory(callback_begun=1.0, callback_ended=2.0, callback_error=NASTY), 3.0)
    assert "did not take it" in markup
    assert "From the log record of its call, read just now" in markup
    assert "<script" not in markup
