"""Of which ends the user is notified: of each once, over push, poll, replay and tabs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import TaskCollection
from app.core.notify import (
    CLAIMS_KEPT,
    MARKS_KEPT,
    TOGETHER_S,
    Bundle,
    Claims,
    NotifyOne,
    NotifySettings,
    NotifyTogether,
    Scope,
    SinceSeen,
    TabState,
    begun_anew,
    ended,
)
from app.core.records import Source, Task, Word
from app.core.status import Status

ALL = NotifySettings(Scope.ALL)


def task(job: str, status: Status, at: float = 1.0) -> Task:
    """Return what a list says of a task."""
    return Task(id=job, dated=Word(status, status.value, None, at), created_at=0.0)


RUNNING, GOOD, BAD = (task("a", status) for status in (Status.RUNNING, Status.SUCCEEDED, Status.FAILED))


@pytest.mark.parametrize(
    ("settings", "good", "bad"),
    [
        (ALL, True, True),
        (NotifySettings(Scope.FAILURES), False, True),
        (NotifySettings(Scope.FAILURES, marked=("a",)), True, True),
        (NotifySettings(Scope.MARKED), False, False),
        (NotifySettings(Scope.MARKED, marked=("a",)), True, True),
        (NotifySettings(Scope.NONE, marked=("a",)), False, False),
    ],
)
def test_the_user_says_which(settings: NotifySettings, good: bool, bad: bool) -> None:
    """R44: all, failures, marked or none; a marked job's end counts unless the user wants none."""
    assert (good, bad) == (ended(RUNNING, GOOD, settings), ended(RUNNING, BAD, settings))


@pytest.mark.parametrize(
    ("before", "record", "counts"),
    [
        (None, GOOD, False),
        (RUNNING, RUNNING, False),
        (GOOD, GOOD, False),
        (BAD, GOOD, False),
        (RUNNING, replace(RUNNING, gone=True), False),
        (replace(RUNNING, gone=True), GOOD, True),
    ],
)
def test_only_an_end_that_was_seen_to_come_is_reported(before: Task | None, record: Task, counts: bool) -> None:
    """R44: history is not, nor is a job that nobody knows; its real end may still follow."""
    assert counts is ended(before, record, ALL)


def test_a_mark_of_an_earlier_visit_still_counts() -> None:
    """R44: the job ended in between, and the page sees it ended from the start."""
    assert ended(None, GOOD, NotifySettings(marked=("a",)))


def test_marks_and_claims_are_bounded() -> None:
    """R44: the oldest go first; marking twice is marking once."""
    settings = NotifySettings()
    claims: Claims | None = Claims()
    for number in range(CLAIMS_KEPT + 1):
        settings = settings.with_mark(str(number), marked=True)
        claims = claims and claims.claimed(str(number), 0.0)
    assert (MARKS_KEPT, CLAIMS_KEPT) == (len(settings.marked), len(claims.notified) if claims else 0)
    again = settings.with_mark(str(CLAIMS_KEPT), marked=True)
    assert settings == again
    assert str(CLAIMS_KEPT) not in again.with_mark(str(CLAIMS_KEPT), marked=False).marked


class Tab:
    """A page of the browser: its own view of the jobs, and of what it notifies."""

    def __init__(self, counts: Counter[str]) -> None:
        self.jobs = TaskCollection()
        self.counts = counts

    def take(self, update: Task, source: Source, claims: Claims, asked: float | None = None) -> Claims:
        for change in self.jobs.apply_listed([update], source, 0.0, asked).changes:
            if begun_anew(change.before, change.record):
                claims = claims.without(change.record.id)
            if ended(change.before, change.record, ALL):
                claimed = claims.claimed(change.record.id, 0.0)
                if claimed is not None:
                    self.counts[change.record.id] += 1
                    claims = claimed
        return claims


STEPS = (Status.QUEUED, Status.RUNNING, Status.SUCCEEDED)


@given(st.integers(1, 3), st.integers(1, 4), st.randoms(use_true_random=False))
def test_each_end_is_reported_exactly_once(tabs: int, jobs: int, chance: Random) -> None:
    """R44: whatever reaches whichever page in whatever order, and however often."""
    counts: Counter[str] = Counter()
    pages = [Tab(counts) for _ in range(tabs)]
    claims = Claims()
    names = [str(number) for number in range(jobs)]
    ends = {job: chance.choice([Status.SUCCEEDED, Status.FAILED, Status.CANCELLED]) for job in names}
    for page in pages:
        for job in names:
            claims = page.take(task(job, Status.QUEUED, 1.0), Source.POLL, claims)
    updates = [
        (page, task(job, status, at))
        for page in pages
        for job in names
        for status, at in ((Status.QUEUED, 1.0), (Status.RUNNING, 2.0), (ends[job], 3.0), (ends[job], 3.0))
    ] * 2
    chance.shuffle(updates)
    for page, update in updates:
        claims = page.take(update, chance.choice([Source.PUSH, Source.POLL]), claims)
    assert dict.fromkeys(names, 1) == dict(counts)


def test_a_job_that_was_begun_anew_ends_once_more() -> None:
    """R44, R15: the product re-uses ids."""
    counts: Counter[str] = Counter()
    page, claims = Tab(counts), Claims()
    for at, status in enumerate((Status.RUNNING, Status.FAILED, Status.QUEUED, Status.SUCCEEDED), start=1):
        asked = 0.0 if status is Status.QUEUED else None
        claims = page.take(task("a", status, float(at)), Source.POLL, claims, asked)
    assert {"a": 2} == dict(counts)


def test_three_are_reported_one_by_one_and_a_fourth_makes_them_one() -> None:
    """R44: more than three within five seconds become one, which goes on while more come."""
    bundle = Bundle()
    assert [NotifyOne("a"), NotifyOne("b"), NotifyOne("c")] == [bundle.add(job, 0.0) for job in "abc"]
    assert NotifyTogether(("a", "b", "c", "d"), ("a", "b", "c")) == bundle.add("d", 4.9)
    assert NotifyTogether(("a", "b", "c", "d", "e")) == bundle.add("e", 9.8)
    assert NotifyOne("f") == bundle.add("f", 14.8)


def test_ends_that_are_five_seconds_apart_are_not_together() -> None:
    """R44: to the moment, whatever the clock says."""
    for begin in (0.0, 7000.0):
        apart, near = Bundle(), Bundle()
        for bundle, later_s in ((apart, TOGETHER_S), (near, TOGETHER_S - 0.5)):
            for job in "abc":
                bundle.add(job, begin)
            step = bundle.add("d", begin + later_s)
            assert isinstance(step, NotifyOne) is (bundle is apart)


def test_another_choice_keeps_sound_and_marks() -> None:
    """R44: what is chosen is of which jobs."""
    settings = NotifySettings(Scope.NONE, sound=True, marked=("a",))
    assert NotifySettings(Scope.ALL, sound=True, marked=("a",)) == settings.choose(Scope.ALL)


def test_what_comes_slowly_is_reported_one_by_one() -> None:
    """R44: three in any five seconds are no crowd."""
    bundle = Bundle()
    assert [NotifyOne(str(number)) for number in range(9)] == [
        bundle.add(str(number), number * 2.0) for number in range(9)
    ]


@given(st.lists(st.floats(0.0, 4.0), max_size=30))
def test_no_end_is_lost_in_a_bundle(gaps: list[float]) -> None:
    """R44: every job is in a notification that is not replaced by one without it."""
    bundle, now = Bundle(), 0.0
    shown: dict[str, tuple[str, ...]] = {}
    for number, gap in enumerate(gaps):
        now += gap
        step = bundle.add(str(number), now)
        if isinstance(step, NotifyOne):
            shown[step.job_id] = (step.job_id,)
        else:
            for job in step.instead_of:
                del shown[job]
            shown["together " + step.job_ids[0]] = step.job_ids
    assert {str(number) for number in range(len(gaps))} == {job for jobs in shown.values() for job in jobs}
    assert len(gaps) == sum(map(len, shown.values()))


def test_the_tab_counts_what_ended_since_the_last_look() -> None:
    """R44: each job once, failures apart; seeing the page ends it."""
    since = SinceSeen()
    since.note(BAD)
    since.note(GOOD)
    since.note(task("b", Status.FAILED))
    assert TabState(2, 1, 1) == since.state(2)
    since.note(task("c", Status.FAILED))
    assert TabState(2, 1, 2) == since.state(2)
    since.seen()
    assert TabState(1) == since.state(1)
