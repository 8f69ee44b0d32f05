"""Why a job waits, in words."""

from __future__ import annotations

import pytest

from app.core.estimate import Outlook, Range, Reason
from app.views.jobs.waiting import waiting_markup, waiting_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")


@pytest.mark.parametrize(
    ("outlook", "given_up", "words"),
    [
        (
            Outlook(Reason.PLACE, 3, 3, Range(20.2, 60.4), starts=True),
            None,
            "place 3 in the queue of its executor · begins in 20 s to 1 min 0 s",
        ),
        (
            Outlook(Reason.OWN_JOBS, 1, None, Range(0.0, 20.0), starts=True),
            None,
            "1 of your jobs is ahead · begins within 20 s",
        ),
        (Outlook(Reason.NEXT), None, "waiting; none of your jobs is ahead"),
        (Outlook(Reason.RUNNING, left=Range(6.0, 16.0)), None, "ends in 6 s to 16 s"),
        (Outlook(Reason.RUNNING, left=Range(6.0, 6.2)), None, "ends within 6 s"),
        (Outlook(Reason.RUNNING, longer=True), None, "longer than usual"),
        (Outlook(Reason.NEXT), 590.0, "waiting; none of your jobs is ahead"),
        (
            Outlook(Reason.NEXT),
            432.0,
            "waiting; none of your jobs is ahead · no sign of it from the server; given up in 7 min 12 s",
        ),
    ],
)
def test_the_reason_is_said_in_words(outlook: Outlook, given_up: float | None, words: str) -> None:
    """R47, R11: what it waits for, for how long still, and when it is given up."""
    values = waiting_values(T, outlook, given_up_in_s=given_up)
    assert (words, None, outlook.reason.value) == (
        values["waiting-text"],
        values["waiting@hidden"],
        values["waiting@data-reason"],
    )


@pytest.mark.parametrize("outlook", [None, Outlook(Reason.RUNNING)])
def test_where_there_is_nothing_to_say_there_is_no_line(outlook: Outlook | None) -> None:
    """R47: a job that runs as it should needs no words."""
    assert ("", "") == (waiting_values(T, outlook)["waiting-text"], waiting_values(T, outlook)["waiting@hidden"])
    assert 'data-podi="waiting"' in waiting_markup()
