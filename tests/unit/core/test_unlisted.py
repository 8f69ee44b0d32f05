"""Whose turn it is among the active jobs that no list holds."""

from __future__ import annotations

import pytest

from app.core.collection import TaskCollection
from app.core.records import Source, Task, Word
from app.core.rules import PollingRules
from app.core.status import Status
from app.core.unlisted import UNLISTED_SHARE, Unlisted

RULES = PollingRules(window=2)
APART_S = RULES.reconcile_every_s * UNLISTED_SHARE
JOBS = ["a", "b", "c", "d", "e"]


@pytest.fixture
def known() -> TaskCollection:
    """Five active jobs."""
    jobs = TaskCollection()
    jobs.apply_listed([Task(id=job_id, dated=Word(Status.RUNNING, "", None, 1.0)) for job_id in JOBS], Source.POLL, 1.0)
    return jobs


def test_the_rest_has_its_turn_in_order_and_with_pauses(known: TaskCollection) -> None:
    """R10, R12: a window at a time."""
    unlisted = Unlisted(known, RULES)
    assert ["a", "b"] == list(unlisted.divide(JOBS, set(JOBS), 100.0))
    assert 100.0 + APART_S == unlisted.deadline
    assert ["c", "d"] == list(unlisted.turn(120.0))
    assert 120.0 + APART_S == unlisted.deadline
    assert ["e"] == list(unlisted.turn(140.0))
    assert unlisted.deadline is None


def test_who_had_no_turn_is_first_at_the_next_reconcile(known: TaskCollection) -> None:
    """R12: so that everyone's comes, however many there are."""
    unlisted = Unlisted(known, RULES)
    unlisted.divide(JOBS, set(JOBS), 100.0)
    unlisted.turn(120.0)
    assert ["e", "a"] == list(unlisted.divide(JOBS, set(JOBS), 160.0))


def test_who_is_not_active_is_asked_about_where_there_is_room_alone(known: TaskCollection) -> None:
    """R12: a blocked job does not wait for a turn."""
    unlisted = Unlisted(known, RULES)
    assert ["a", "x"] == list(unlisted.divide(["a", "x", "y"], {"a"}, 100.0))
    assert unlisted.deadline is None


def test_who_ended_or_is_gone_waits_no_more(known: TaskCollection) -> None:
    """R10: nor does anybody once everything is forgotten."""
    unlisted = Unlisted(known, RULES)
    unlisted.divide(JOBS, set(JOBS), 100.0)
    known.apply([Task(id="c", undated=Word(Status.SUCCEEDED, ""))], Source.PUSH, 101.0)
    known.remove(["d"])
    unlisted.drop_ended()
    assert ["e"] == list(unlisted.turn(120.0))
    unlisted.divide(JOBS, set(JOBS), 160.0)
    unlisted.clear()
    assert unlisted.deadline is None
