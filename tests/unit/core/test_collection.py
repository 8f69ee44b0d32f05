"""The jobs the page knows, and what updates do to them."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.collection import (
    EARLY_UPDATES_KEPT,
    WHOLE_KEPT,
    WHOLE_SLACK,
    AbilityTaskCollection,
    Batch,
    Change,
    Collection,
    Counts,
    TaskCollection,
    Touch,
)
from app.core.records import AbilityTask, R, Source, Task, Word
from app.core.status import Status

QUEUED, RUNNING, BLOCKED, SUCCEEDED, FAILED, CANCELLED, UNKNOWN = Status
PUSH, POLL, INVOKE = Source


def listed(job_id: str, status: Status, at: float = 10.5, created_at: float | None = 1.0, **facts: object) -> Task:
    """Return a task as the server's list has it."""
    return Task(id=job_id, dated=Word(status, status.value, None, at), created_at=created_at, **facts)  # type: ignore[arg-type]


def pushed(job_id: str, status: Status, progress: int | None = None) -> Task:
    """Return what a `task.status` frame, or a single read, says."""
    return Task(id=job_id, undated=Word(status, status.value, progress))


def apply(tasks: Collection[R], update: R, source: Source, now: float) -> Change[R] | None:
    """Apply one update of a job that may not be ours; return what it changed."""
    return _only(tasks.apply([update], source, now))


def apply_listed(tasks: Collection[R], update: R, source: Source, now: float) -> Change[R] | None:
    """Apply one update of a job that is ours; return what it changed."""
    return _only(tasks.apply_listed([update], source, now))


def mark_unknown(tasks: Collection[R], job_id: str, now: float) -> Change[R] | None:
    """Mark one job as one that the server does not know; return what that changed."""
    return _only(tasks.mark_unknown([job_id], now))


def _only(batch: Batch[R]) -> Change[R] | None:
    return batch.changes[0] if batch.changes else None


@pytest.fixture
def tasks() -> TaskCollection:
    """A collection that knows of nothing."""
    return TaskCollection()


def recount(collection: Collection[Task]) -> Counts:
    """Return the counts as they are when one counts."""
    records = [record for job_id in collection.order if (record := collection.get(job_id)) is not None]
    return Counts(
        active=sum(record.active for record in records),
        succeeded=sum(record.status is SUCCEEDED for record in records),
        failed=sum(record.status is FAILED for record in records),
        total=len(records),
    )


# What is held of a job


def test_an_empty_collection_has_nothing(tasks: TaskCollection) -> None:
    """R14: nothing is known, and nothing is active."""
    assert ([], [], 0, 0, Counts()) == (tasks.order, tasks.active, tasks.active_count, len(tasks), tasks.counts)
    assert (None, None, False) == (tasks.get("a"), tasks.touched("a"), "a" in tasks)


def test_a_listed_job_is_held_with_its_snapshot_and_who_brought_it_when(tasks: TaskCollection) -> None:
    """R14: the last snapshot of each, when it was last updated and by what."""
    update = listed("a", QUEUED)
    change = apply_listed(tasks, update, POLL, 100.0)
    assert Change(update, None, POLL) == change
    assert (update, Touch(100.0, POLL), True, 1) == (tasks.get("a"), tasks.touched("a"), "a" in tasks, len(tasks))


@pytest.mark.parametrize("source", [PUSH, POLL, INVOKE])
def test_a_change_says_what_was_before_and_who_brought_it(tasks: TaskCollection, source: Source) -> None:
    """R14: push, poll and invoke are distinguished."""
    before = listed("a", QUEUED)
    apply_listed(tasks, before, INVOKE, 100.0)
    change = apply(tasks, listed("a", RUNNING, at=11.5), source, 101.0)
    assert Change(listed("a", RUNNING, at=11.5), before, source) == change
    assert Touch(101.0, source) == tasks.touched("a")


def test_an_update_that_changes_nothing_is_no_change_and_no_touch(tasks: TaskCollection) -> None:
    """R15: equal updates change nothing, not even who brought the last one."""
    apply_listed(tasks, listed("a", QUEUED), POLL, 100.0)
    assert apply(tasks, listed("a", QUEUED), PUSH, 101.0) is None
    assert apply_listed(tasks, listed("a", QUEUED), POLL, 102.0) is None
    assert Touch(100.0, POLL) == tasks.touched("a")


def test_stale_and_duplicate_updates_are_counted(tasks: TaskCollection) -> None:
    """R15: the diagnostics say how many updates were old and how many came twice."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    assert (0, 0) == (tasks.stale, tasks.duplicates)
    apply(tasks, listed("a", QUEUED, at=9.5), PUSH, 101.0)
    apply(tasks, listed("a", RUNNING), PUSH, 101.0)
    apply_listed(tasks, listed("a", RUNNING), POLL, 101.0)
    assert (1, 2) == (tasks.stale, tasks.duplicates)
    apply(tasks, listed("a", SUCCEEDED, at=11.5), PUSH, 102.0)
    assert (1, 2) == (tasks.stale, tasks.duplicates)


# Active ids


def test_a_job_that_ends_leaves_the_active_set_at_once(tasks: TaskCollection) -> None:
    """R11: a terminal id is no longer asked for."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    apply_listed(tasks, listed("b", QUEUED), POLL, 100.0)
    assert (["a", "b"], 2) == (tasks.active, tasks.active_count)
    apply(tasks, pushed("a", SUCCEEDED), PUSH, 101.0)
    assert (["b"], 1) == (tasks.active, tasks.active_count)


def test_a_job_that_had_ended_when_it_was_listed_is_never_active(tasks: TaskCollection) -> None:
    """R10: only active ids are asked for."""
    apply_listed(tasks, listed("a", FAILED), POLL, 100.0)
    assert ([], 0) == (tasks.active, tasks.active_count)


@pytest.mark.parametrize("one_in", [1, 3, 30])
def test_the_active_ids_are_in_the_order_of_the_list(tasks: TaskCollection, one_in: int) -> None:
    """R10: the most recent come first, for only the most recent N are asked for; however few of all they are."""
    for number in range(60):
        status = SUCCEEDED if number % one_in else RUNNING
        apply_listed(tasks, listed(f"{number:02}", status, created_at=float(number)), POLL, 100.0)
    assert [f"{number:02}" for number in range(59, -1, -1) if number % one_in == 0] == tasks.active


def test_an_update_that_is_only_noted_is_kept_and_counted_as_stale(tasks: TaskCollection) -> None:
    """R15: an open state later than the end changes nothing that is shown; each is one that is too old."""
    apply_listed(tasks, listed("a", SUCCEEDED), POLL, 100.0)
    noted = [apply(tasks, listed("a", RUNNING, at=at), PUSH, 101.0) for at in (11.5, 12.5)]
    record = tasks.get("a")
    assert record is not None
    assert record.overruled is not None
    assert ([None, None], SUCCEEDED, 12.5, 2) == (noted, record.status, record.overruled.at, tasks.stale)
    assert Touch(100.0, POLL) == tasks.touched("a")


def test_two_changes_of_one_job_are_one_from_the_first_before_to_the_last_record() -> None:
    """R20, R28: a flush that comes after both knows what it showed before."""
    queued, running, done = listed("a", QUEUED), listed("a", RUNNING, 11.5), listed("a", SUCCEEDED, 12.5)
    first, second = Change(running, queued, POLL), Change(done, running, PUSH)
    assert Change(done, queued, PUSH) == second.after(first)
    assert Change(done, None, PUSH) == second.after(Change(running, None, POLL))
    assert second is second.after(None)
    assert second is second.after(Change(running, running, POLL))


# Batches


def test_what_one_application_changed_is_one_batch(tasks: TaskCollection) -> None:
    """R19: accepted updates go on, those that changed nothing do not."""
    a, b = listed("a", QUEUED), listed("b", RUNNING)
    batch = tasks.apply_listed([a, b, a], POLL, 100.0)
    assert Batch((Change(a, None, POLL), Change(b, None, POLL)), POLL) == batch
    assert (True, 2) == (bool(batch), batch.new)


def test_only_jobs_that_were_not_known_are_counted_as_new(tasks: TaskCollection) -> None:
    """R10: a search that finds no new job was fruitless, though it brought updates."""
    tasks.apply_listed([listed("a", QUEUED)], POLL, 100.0)
    assert 1 == tasks.apply_listed([listed("a", RUNNING, 11.5), listed("b", QUEUED)], POLL, 101.0).new
    assert Touch(101.0, POLL) == tasks.touched("a")


def test_a_batch_of_nothing_is_false(tasks: TaskCollection) -> None:
    """R15: equal updates change nothing for anybody, and there is nothing to pass on."""
    tasks.apply_listed([listed("a", QUEUED)], POLL, 100.0)
    batches = [
        tasks.apply_listed([listed("a", QUEUED)], POLL, 101.0),
        tasks.apply([listed("a", QUEUED)], PUSH, 101.0),
        tasks.mark_unknown(["foreign"], 101.0),
        tasks.remove(["foreign"]),
    ]
    assert [False] * 4 == [bool(batch) for batch in batches]
    assert Batch((), PUSH) == batches[1]


def test_unknown_ids_are_noticed_and_not_shown(tasks: TaskCollection) -> None:
    """R16, contract: they may be ours from another tab, or somebody else's."""
    tasks.apply_listed([listed("a", QUEUED)], POLL, 99.0)
    batch = tasks.apply([listed("b", RUNNING), listed("a", QUEUED)], PUSH, 100.0)
    assert (Batch((), PUSH, noticed=True), True) == (batch, bool(batch))
    assert (["a"], 100.3) == (tasks.order, tasks.unknown.deadline)
    assert {"b"} == tasks.unknown.begin(100.3)


def test_an_id_is_noticed_once(tasks: TaskCollection) -> None:
    """R16: a hundred frames of one unknown id are one reason to search for it."""
    batches = [tasks.apply([pushed("b", RUNNING, progress)], PUSH, 100.0) for progress in range(3)]
    assert [True, False, False] == [batch.noticed for batch in batches]


def test_only_active_jobs_of_several_are_gone(tasks: TaskCollection) -> None:
    """R11: shown as unknown; what has ended stays as it is."""
    before = listed("a", RUNNING)
    tasks.apply_listed([before, listed("done", SUCCEEDED)], POLL, 100.0)
    batch = tasks.mark_unknown(["a", "done", "a"], 101.0)
    (change,) = batch.changes
    assert POLL is batch.source
    assert (UNKNOWN, before, POLL) == (change.record.status, change.before, change.source)


# Order


def test_the_newest_job_comes_first_and_equals_go_by_id(tasks: TaskCollection) -> None:
    """R27: a fixed order, so that rows do not jump."""
    for job_id, created_at in (("b", 2.0), ("d", 1.0), ("a", 2.0), ("c", 3.0)):
        apply_listed(tasks, listed(job_id, RUNNING, created_at=created_at), POLL, 100.0)
    assert ["c", "a", "b", "d"] == tasks.order


def test_a_job_whose_age_is_not_known_yet_was_just_submitted(tasks: TaskCollection) -> None:
    """R10: a submit answer carries no creation time; the job must not fall out of the rolling window for that."""
    apply_listed(tasks, listed("old", RUNNING, created_at=5.0), POLL, 100.0)
    apply_listed(tasks, pushed("new", QUEUED), INVOKE, 100.0)
    assert ["new", "old"] == tasks.active
    assert {"new": 0, "old": 1} == tasks.positions()


def test_a_job_takes_its_place_when_its_age_becomes_known(tasks: TaskCollection) -> None:
    """R27: the list says when a job was created, and that is where it stands."""
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 100.0)
    apply_listed(tasks, listed("b", RUNNING, created_at=7.0), POLL, 100.0)
    assert ["a", "b"] == tasks.order
    apply_listed(tasks, listed("a", RUNNING, created_at=5.0), POLL, 101.0)
    assert ["b", "a"] == tasks.order
    assert ["b", "a"] == tasks.active


def test_an_order_that_was_read_does_not_change_under_its_reader(tasks: TaskCollection) -> None:
    """R27: whoever kept the order sees whether it differs now."""
    for number in range(5):
        apply_listed(tasks, listed(str(number), RUNNING, created_at=float(number)), POLL, 100.0)
    before = tasks.order
    assert tasks.order is before
    apply_listed(tasks, listed("x", RUNNING, created_at=2.5), POLL, 100.0)
    tasks.remove(["0"])
    assert (["4", "3", "2", "1", "0"], ["4", "3", "x", "2", "1"]) == (before, tasks.order)


def test_an_update_that_moves_nothing_keeps_the_order(tasks: TaskCollection) -> None:
    """R27: a change of status moves no row."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    before = tasks.order
    apply(tasks, listed("a", SUCCEEDED, at=11.5), PUSH, 100.0)
    apply(tasks, listed("a", SUCCEEDED, at=11.5, points=5), PUSH, 100.0)
    assert tasks.order is before


@pytest.mark.parametrize("at_once", [1, 7, 400])
def test_many_jobs_at_once_end_in_the_same_order_as_one_by_one(tasks: TaskCollection, at_once: int) -> None:
    """R27: placing a few by search and many by sorting is the same order."""
    ages = [(number * 7919) % 1009 for number in range(1000)]
    for index, age in enumerate(ages):
        apply_listed(tasks, listed(f"{index:03}", RUNNING, created_at=float(age % 100)), POLL, 100.0)
        if index % at_once == 0:
            assert index + 1 == len(tasks.order)
    expected = sorted((f"{index:03}" for index in range(1000)), key=lambda job_id: (-(ages[int(job_id)] % 100), job_id))
    assert expected == tasks.order
    assert tasks.order == tasks.active


def test_positions_say_how_many_newer_jobs_stand_before_each(tasks: TaskCollection) -> None:
    """R10: that decides how much of the server's list covers an id."""
    for number in range(3):
        apply_listed(tasks, listed(str(number), SUCCEEDED, created_at=float(number)), POLL, 100.0)
    assert {"2": 0, "1": 1, "0": 2} == tasks.positions()


def test_positions_end_where_no_list_call_reaches(tasks: TaskCollection) -> None:
    """R10: no list holds more than 200, so what stands behind has no position."""
    for number in range(250):
        apply_listed(tasks, listed(str(number), SUCCEEDED, created_at=float(number)), POLL, 100.0)
    assert (200, 199, None) == (len(tasks.positions()), tasks.positions()["50"], tasks.positions().get("49"))
    assert {"249": 0, "248": 1} == tasks.positions(2)


# Counts


def test_counts_follow_every_change(tasks: TaskCollection) -> None:
    """R22: active, succeeded, failed and all, as they are."""
    statuses = [QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED, UNKNOWN, FAILED]
    for number, status in enumerate(statuses):
        apply_listed(tasks, listed(str(number), status), POLL, 100.0)
    assert Counts(active=3, succeeded=1, failed=2, total=7) == tasks.counts
    apply(tasks, pushed("0", SUCCEEDED), PUSH, 101.0)
    assert Counts(active=2, succeeded=2, failed=2, total=7) == tasks.counts
    mark_unknown(tasks, "1", 102.0)
    assert Counts(active=1, succeeded=2, failed=2, total=7) == tasks.counts
    tasks.remove(["0", "3"])
    assert Counts(active=1, succeeded=1, failed=1, total=5) == tasks.counts == recount(tasks)


def test_removing_one_of_several_leaves_the_others_counted(tasks: TaskCollection) -> None:
    """R22: a removed job is one less."""
    for number in range(4):
        apply_listed(tasks, listed(str(number), FAILED), POLL, 100.0)
    tasks.remove(["0"])
    assert Counts(failed=3, total=3) == tasks.counts


def test_an_end_the_server_corrects_is_counted_where_it_is_now(tasks: TaskCollection) -> None:
    """R22: one failure less, one success more."""
    for number in range(4):
        apply_listed(tasks, listed(str(number), FAILED), POLL, 100.0)
    apply_listed(tasks, listed("0", SUCCEEDED, at=11.5), POLL, 101.0)
    assert Counts(succeeded=1, failed=3, total=4) == tasks.counts


def test_a_job_that_is_unknown_and_known_by_turns_is_counted_once(tasks: TaskCollection) -> None:
    """R11, R36: under its own status while the server knows it, as unknown while it does not."""
    paused = Task(id="b", dated=Word(UNKNOWN, "paused", None, 10.5), created_at=1.0)
    tasks.apply_listed([listed("a", RUNNING), paused], POLL, 100.0)
    counted = []
    for _ in range(2):
        tasks.mark_unknown(["a", "b"], 101.0)
        counted.append((tasks.by_status[UNKNOWN], tasks.by_status[RUNNING]))
        tasks.apply_listed([listed("a", RUNNING), paused], POLL, 102.0)
        counted.append((tasks.by_status[UNKNOWN], tasks.by_status[RUNNING]))
    assert [(2, 0), (1, 1)] * 2 == counted


# Early updates


def test_an_update_of_an_unknown_id_makes_no_row(tasks: TaskCollection) -> None:
    """R16, contract: events of tasks that are not the user's own do not create rows."""
    assert apply(tasks, pushed("a", RUNNING), PUSH, 100.0) is None
    assert (0, [], 0, None) == (len(tasks), tasks.order, tasks.active_count, tasks.get("a"))


def test_an_update_that_came_before_the_submit_answer_is_applied_when_the_id_is_known(tasks: TaskCollection) -> None:
    """R16: the end overtook the answer to the submit, and the job is shown as ended."""
    apply(tasks, pushed("a", RUNNING, 40), PUSH, 100.0)
    apply(tasks, pushed("a", SUCCEEDED, 100), PUSH, 101.0)
    apply(tasks, pushed("a", RUNNING, 60), PUSH, 102.0)
    change = apply_listed(tasks, pushed("a", QUEUED), INVOKE, 103.0)
    assert change is not None
    assert (SUCCEEDED, None, True, INVOKE) == (change.record.status, change.before, change.ended, change.source)
    assert (0, Counts(succeeded=1, total=1)) == (tasks.active_count, tasks.counts)


def test_an_early_update_is_applied_once(tasks: TaskCollection) -> None:
    """R16: what was kept is gone once it was applied."""
    apply(tasks, pushed("a", SUCCEEDED), PUSH, 100.0)
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 101.0)
    tasks.remove(["a"])
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 102.0)
    assert ["a"] == tasks.active


def test_an_early_update_fills_gaps_but_does_not_rewrite_what_the_answer_says(tasks: TaskCollection) -> None:
    """R16: the answer's own facts hold."""
    apply(tasks, Task(id="a", undated=Word(RUNNING, "running"), points=60, channel="web"), PUSH, 100.0)
    apply_listed(tasks, listed("a", QUEUED, points=50), INVOKE, 101.0)
    record = tasks.get("a")
    assert record is not None
    assert (RUNNING, 50, "web") == (record.status, record.points, record.channel)


def test_only_so_many_early_updates_are_kept_and_the_longest_silent_goes_first(tasks: TaskCollection) -> None:
    """R16: other users' events do not fill the memory; an id that is pushed again stays."""
    for number in range(EARLY_UPDATES_KEPT):
        apply(tasks, pushed(str(number), SUCCEEDED), PUSH, 100.0)
    apply(tasks, pushed("0", SUCCEEDED), PUSH, 101.0)
    apply(tasks, pushed("x", SUCCEEDED), PUSH, 102.0)
    for job_id in ("0", "1", "2", "x"):
        apply_listed(tasks, pushed(job_id, QUEUED), INVOKE, 103.0)
    assert ["1"] == tasks.active


@pytest.mark.parametrize(("asked", "status"), [(129.9, RUNNING), (130.0, QUEUED)])
def test_an_early_update_is_as_old_as_it_is(tasks: TaskCollection, asked: float, status: Status) -> None:
    """R15, R16: a list that was asked for long after it is of the present, one from before that may lag behind it."""
    apply(tasks, pushed("a", RUNNING), PUSH, 100.0)
    (change,) = tasks.apply_listed([listed("a", QUEUED)], POLL, 140.0, asked).changes
    assert status is change.record.status


# Ids the server no longer knows


def test_jobs_that_stand_still_are_given_up_with_what_they_were(tasks: TaskCollection) -> None:
    """R11: their word stays, they are asked about no more; whatever is not active is left as it is."""
    before = Task(id="a", dated=Word(UNKNOWN, "paused", None, 10.5), created_at=1.0)
    tasks.apply_listed([before, listed("done", SUCCEEDED), listed("b", BLOCKED)], POLL, 100.0)
    batch = tasks.give_up(["a", "done", "b", "foreign"], 101.0)
    assert Batch((Change(replace(before, given_up=True), before, POLL),), POLL) == batch
    assert (Touch(101.0, POLL), Touch(100.0, POLL)) == (tasks.touched("a"), tasks.touched("b"))
    assert ([], ["b"], Counts(succeeded=1, total=3)) == (tasks.active, tasks.standing, tasks.counts)


def test_a_gone_job_is_shown_as_unknown_and_not_asked_for(tasks: TaskCollection) -> None:
    """R11: a 404 removes it from the active set; shown as unknown, never as done."""
    before = listed("a", RUNNING)
    apply_listed(tasks, before, POLL, 100.0)
    change = mark_unknown(tasks, "a", 101.0)
    assert change is not None
    assert (UNKNOWN, before, POLL, True) == (change.record.status, change.before, change.source, change.ended)
    assert ([], Counts(total=1), Touch(101.0, POLL)) == (tasks.active, tasks.counts, tasks.touched("a"))


def test_only_an_active_job_can_be_gone(tasks: TaskCollection) -> None:
    """R11: an ended job that the server has cleared away keeps its end; a job nobody knows stays unknown."""
    apply_listed(tasks, listed("done", SUCCEEDED), POLL, 100.0)
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    mark_unknown(tasks, "a", 101.0)
    assert [None, None, None] == [mark_unknown(tasks, job_id, 102.0) for job_id in ("done", "a", "foreign")]
    assert (Counts(succeeded=1, total=2), Touch(101.0, POLL)) == (tasks.counts, tasks.touched("a"))


def test_a_gone_job_that_is_listed_again_is_back(tasks: TaskCollection) -> None:
    """R11: the server knows it after all, though the list says nothing new of it."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    mark_unknown(tasks, "a", 101.0)
    change = apply_listed(tasks, listed("a", RUNNING), POLL, 102.0)
    assert change is not None
    assert (listed("a", RUNNING), UNKNOWN, Touch(102.0, POLL)) == (
        change.record,
        change.before and change.before.status,
        tasks.touched("a"),
    )
    assert (["a"], Counts(active=1, total=1), 0) == (tasks.active, tasks.counts, tasks.duplicates)


def test_a_list_that_was_asked_for_long_after_a_frame_knows_better(tasks: TaskCollection) -> None:
    """R15: it is of the present from when it was asked for; one that may lag behind the frame is not."""
    apply_listed(tasks, listed("a", QUEUED), POLL, 100.0)
    apply(tasks, pushed("a", RUNNING, 60), PUSH, 200.0)
    shown = []
    for number, asked in enumerate((None, 229.9, 230.0)):
        tasks.apply_listed([listed("a", QUEUED, at=11.5 + number)], POLL, 300.0, asked)
        shown.append(getattr(tasks.get("a"), "status", None))
    assert [RUNNING, RUNNING, QUEUED] == shown


def test_a_gone_job_that_a_later_list_holds_is_as_that_list_says(tasks: TaskCollection) -> None:
    """R11, R15: what was pushed long before it was lost no longer counts, what came with its return does."""
    apply_listed(tasks, listed("a", QUEUED), POLL, 100.0)
    apply(tasks, pushed("a", RUNNING, 60), PUSH, 200.0)
    mark_unknown(tasks, "a", 800.0)
    tasks.apply_listed([listed("a", QUEUED)], POLL, 801.0, 801.0)
    shown = [getattr(tasks.get("a"), "status", None)]
    mark_unknown(tasks, "a", 1500.0)
    apply_listed(tasks, pushed("a", RUNNING), INVOKE, 1501.0)
    for asked in (1530.9, 1531.0):
        tasks.apply_listed([listed("a", QUEUED)], POLL, 1540.0, asked)
        shown.append(getattr(tasks.get("a"), "status", None))
    assert [QUEUED, RUNNING, QUEUED] == shown


def test_a_job_whose_word_nobody_understands_goes_and_comes_back_likewise(tasks: TaskCollection) -> None:
    """R11: it is unknown before, in between and after; whether it is asked for is what changes."""
    update = Task(id="a", dated=Word(UNKNOWN, "paused", None, 10.5), created_at=1.0)
    apply_listed(tasks, update, POLL, 100.0)
    active = [tasks.active]
    mark_unknown(tasks, "a", 101.0)
    active.append(tasks.active)
    apply_listed(tasks, update, POLL, 102.0)
    active.append(tasks.active)
    assert [["a"], [], ["a"]] == active
    assert Counts(active=1, total=1) == tasks.counts


def test_replayed_events_do_not_bring_a_gone_job_back(tasks: TaskCollection) -> None:
    """R11, R15: the last events are replayed on every connect; they say nothing new."""
    apply_listed(tasks, listed("a", QUEUED), POLL, 100.0)
    apply(tasks, pushed("a", RUNNING, 40), PUSH, 100.5)
    mark_unknown(tasks, "a", 101.0)
    assert [None, None] == [apply(tasks, pushed("a", RUNNING, progress), PUSH, 102.0) for progress in (10, 40)]
    assert ([], UNKNOWN) == (tasks.active, getattr(tasks.get("a"), "status", None))


def test_the_end_of_a_gone_job_is_an_end(tasks: TaskCollection) -> None:
    """R11, R23: gone was no end, so that success after it is one."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    mark_unknown(tasks, "a", 101.0)
    change = apply(tasks, pushed("a", SUCCEEDED), PUSH, 102.0)
    assert change is not None
    assert (SUCCEEDED, True) == (change.record.status, change.ended)


# Ends


def test_only_the_change_that_ends_a_job_says_so(tasks: TaskCollection) -> None:
    """R23: later updates of an ended job, its result for one, does not end it again."""
    changes = [
        apply_listed(tasks, listed("a", QUEUED), POLL, 100.0),
        apply(tasks, listed("a", RUNNING, at=11.5), PUSH, 101.0),
        apply(tasks, listed("a", SUCCEEDED, at=12.5), PUSH, 102.0),
        apply(tasks, listed("a", SUCCEEDED, at=12.5, result_url="/r.png"), POLL, 103.0),
    ]
    assert [False, False, True, False] == [change.ended for change in changes if change is not None]


def test_a_job_first_listed_when_it_had_ended_has_ended(tasks: TaskCollection) -> None:
    """R23: whoever wants to distinguish history reads `before`."""
    change = apply_listed(tasks, listed("a", FAILED), POLL, 100.0)
    assert change is not None
    assert (None, True) == (change.before, change.ended)


def test_a_frame_that_ends_an_active_task_ends_it_when_it_came(tasks: TaskCollection) -> None:
    """R27, report 10: a frame does not say when a task ended; what says it, or ends nothing, is left as it is."""
    for job_id, status in (("a", RUNNING), ("done", SUCCEEDED)):
        apply_listed(tasks, listed(job_id, status), POLL, 100.0)
    assert 777.0 == tasks.stamped(pushed("a", SUCCEEDED), lambda: 777.0).finished_at
    assert 555.0 == tasks.stamped(listed("a", SUCCEEDED, finished_at=555.0), lambda: 777.0).finished_at
    others = [pushed("a", RUNNING), pushed("done", SUCCEEDED), pushed("foreign", SUCCEEDED)]
    assert others == [tasks.stamped(update, lambda: 777.0) for update in others]


# Ids that show no sign of life


def test_a_submitted_id_the_server_never_knew_gives_no_sign_of_life(tasks: TaskCollection) -> None:
    """R11: for an unknown task a single read says `pending` for ever, which is no sign of life."""
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 100.0)
    for now in (101.0, 400.0, 699.9):
        apply(tasks, pushed("a", QUEUED), POLL, now)
    assert 100.0 == tasks.seen("a")


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("listed", lambda tasks: apply_listed(tasks, listed("a", QUEUED), POLL, 400.0)),
        ("pushed", lambda tasks: apply(tasks, pushed("a", QUEUED), PUSH, 400.0)),
        ("changed", lambda tasks: apply(tasks, pushed("a", QUEUED, 7), POLL, 400.0)),
        ("running", lambda tasks: apply(tasks, pushed("a", RUNNING), POLL, 400.0)),
        ("dated", lambda tasks: apply(tasks, listed("a", QUEUED), POLL, 400.0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sign_of_life_begins_the_ten_minutes_anew(tasks: TaskCollection, name: str, sign: object) -> None:
    """R11: being listed, pushed, changed, running or answered for with a time shows that the server knows it."""
    apply_listed(tasks, listed("a", QUEUED), INVOKE, 100.0)
    assert callable(sign)
    sign(tasks)
    assert 400.0 == tasks.seen("a")


def test_a_long_queue_is_a_sign_of_life_each_time_it_is_read(tasks: TaskCollection) -> None:
    """R11: a single read that is dated proves that the server knows the job, however long it has been waiting."""
    apply_listed(tasks, listed("a", QUEUED), POLL, 100.0)
    for now in range(101, 2000, 5):
        apply(tasks, listed("a", QUEUED), POLL, float(now))
    assert 1996.0 == tasks.seen("a")


def test_a_job_that_runs_without_updates_is_known_to_the_server(tasks: TaskCollection) -> None:
    """R11: only `pending` is what the server says of ids it has never known."""
    apply_listed(tasks, pushed("a", RUNNING), INVOKE, 100.0)
    for now in range(101, 2000, 5):
        apply(tasks, pushed("a", RUNNING), POLL, float(now))
    assert 1996.0 == tasks.seen("a")


# Removing


def test_removed_jobs_are_forgotten_altogether(tasks: TaskCollection) -> None:
    """R14: removing an id takes it out of everything; ids nobody knows are passed over."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    apply_listed(tasks, listed("b", RUNNING), POLL, 100.0)
    assert Batch((), POLL, ("a",)) == tasks.remove(["a", "foreign", "a"])
    assert (["b"], ["b"], 1, Counts(active=1, total=1)) == (tasks.order, tasks.active, len(tasks), tasks.counts)
    assert (None, None) == (tasks.get("a"), tasks.touched("a"))


def test_a_removed_job_that_comes_back_is_new(tasks: TaskCollection) -> None:
    """R14: nothing of its former life is left."""
    apply_listed(tasks, listed("a", SUCCEEDED), POLL, 100.0)
    tasks.remove(["a"])
    change = apply_listed(tasks, listed("a", RUNNING), POLL, 200.0)
    assert Change(listed("a", RUNNING), None, POLL) == change
    assert ["a"] == tasks.order


def test_clearing_forgets_everything_even_early_updates(tasks: TaskCollection) -> None:
    """R33: the next user sees nothing of the last one."""
    apply_listed(tasks, listed("a", RUNNING), POLL, 100.0)
    apply_listed(tasks, listed("b", SUCCEEDED), POLL, 100.0)
    apply(tasks, pushed("c", SUCCEEDED), PUSH, 100.0)
    tasks.clear()
    assert ([], [], 0, 0, Counts()) == (tasks.order, tasks.active, tasks.active_count, len(tasks), tasks.counts)
    assert (None, None) == (tasks.get("a"), tasks.touched("a"))
    apply_listed(tasks, pushed("c", QUEUED), INVOKE, 101.0)
    assert (["c"], Counts(active=1, total=1)) == (tasks.active, tasks.counts)


def test_clearing_forgets_what_was_to_be_searched_for(tasks: TaskCollection) -> None:
    """R33: nothing is searched for on behalf of the last user."""
    apply(tasks, pushed("b", RUNNING), PUSH, 100.0)
    tasks.clear()
    assert tasks.unknown.deadline is None


def test_a_cleared_collection_remembers_no_sign_of_life(tasks: TaskCollection) -> None:
    """R11: an id that is known again starts its ten minutes anew."""
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 100.0)
    tasks.clear()
    assert tasks.seen("a") is None
    apply_listed(tasks, pushed("a", QUEUED), INVOKE, 5000.0)
    assert 5000.0 == tasks.seen("a")


def test_ability_tasks_are_held_likewise() -> None:
    """R14: both collections follow the same rules."""
    tasks = AbilityTaskCollection()
    apply_listed(tasks, AbilityTask(id="a", dated=Word(RUNNING, "running", None, 1.5)), POLL, 100.0)
    apply(tasks, AbilityTask(id="a", dated=Word(FAILED, "error", None, 2.5), error="E"), PUSH, 101.0)
    assert Counts(failed=1, total=1) == tasks.counts


def test_a_blocked_task_is_counted_and_not_asked_about() -> None:
    """R11, R22: nobody looks at it until an admin acts; a list finds what becomes of it."""
    tasks = TaskCollection()
    tasks.apply_listed([Task(id="t", dated=Word(BLOCKED, "blocked", None, 10.0))], Source.POLL, 1.0)
    assert (0, 1, []) == (tasks.active_count, tasks.counts.total, tasks.active)
    tasks.apply_listed([Task(id="t", dated=Word(RUNNING, "processing", 5, 20.0))], Source.POLL, 2.0)
    assert ["t"] == tasks.active


def test_an_end_time_under_an_unfamiliar_word_ends_the_polling() -> None:
    """R11, report 11: the word stays the same, and the job is over."""
    tasks = TaskCollection()
    tasks.apply_listed([Task(id="t", dated=Word(UNKNOWN, "expired", None, 10.0))], Source.POLL, 1.0)
    assert ["t"] == tasks.active
    expired = Task(id="t", dated=Word(UNKNOWN, "expired", None, 11.0), finished_at=11.0)
    tasks.apply_listed([expired], Source.POLL, 2.0)
    assert [] == tasks.active


def ended(kind: type[Task] | type[AbilityTask], job_id: str, at: float) -> Task | AbilityTask:
    """Return a job that failed, with what went into it."""
    word = Word(FAILED, "failed", None, at)
    if kind is Task:
        return Task(id=job_id, dated=word, created_at=at, parameters={"a": 1})
    return AbilityTask(id=job_id, dated=word, created_at=at, request={"a": 1})


@pytest.mark.parametrize("kind", [Task, AbilityTask])
def test_of_the_oldest_ended_jobs_only_the_rows_are_kept(kind: type[Task] | type[AbilityTask]) -> None:
    """R48, report 43: a page that is open for days keeps the newest 2,000 whole; what runs is whole however old."""
    assert 2000 == WHOLE_KEPT
    jobs: Collection[Any] = TaskCollection() if kind is Task else AbilityTaskCollection()
    running = replace(ended(kind, "old", 0.5), dated=Word(RUNNING, "running", None, 0.5))
    jobs.apply_listed([running], POLL, 100.0)
    for number in range(2000 + WHOLE_SLACK):
        jobs.apply_listed([ended(kind, str(number), 1.0 + number)], POLL, 100.0)
    records: list[Any] = [jobs.get(job_id) for job_id in jobs.order]
    whole = [(record.parameters if kind is Task else record.request) is not None for record in records]
    assert [True] * 2000 + [False] * WHOLE_SLACK + [True] == whole
    assert whole == [not record.row_only for record in records]
    assert 2000 + WHOLE_SLACK == jobs.counts.failed


def with_ended(count: int) -> TaskCollection:
    """Return a collection with so many tasks that ended, the job `0` the oldest."""
    tasks = TaskCollection()
    tasks.apply_listed([ended_task(number) for number in range(count)], POLL, 100.0)
    return tasks


def ended_task(number: int) -> Task:
    """Return a task that failed, with what went into it; the greater the number, the newer."""
    return listed(str(number), FAILED, created_at=1.0 + number, parameters={"a": 1})


def is_row(tasks: TaskCollection, job_id: str) -> bool:
    """Return whether only the row of a job is kept."""
    record = tasks.get(job_id)
    assert record is not None
    return record.row_only


def test_an_old_job_that_is_read_anew_is_whole_for_a_while() -> None:
    """R48: whoever opens it sees all of it; only once many more have ended is its row alone kept again."""
    tasks = with_ended(WHOLE_KEPT + WHOLE_SLACK)
    assert is_row(tasks, "0")
    apply_listed(tasks, ended_task(0), POLL, 101.0)
    assert not is_row(tasks, "0")
    tasks.apply_listed([ended_task(9000 + number) for number in range(WHOLE_SLACK)], POLL, 102.0)
    assert is_row(tasks, "0")


def test_an_old_job_that_was_begun_anew_is_whole_until_it_ends() -> None:
    """R48: what runs is whole however old."""
    tasks = with_ended(1)
    tasks.apply_listed([listed("0", RUNNING, at=20.5)], POLL, 100.0, 100.0)
    tasks.apply_listed([ended_task(number) for number in range(1, 1 + WHOLE_KEPT + WHOLE_SLACK)], POLL, 101.0)
    assert [False, True] == [is_row(tasks, job_id) for job_id in "01"]


def test_a_removed_job_is_none_of_the_old_ones() -> None:
    """R14, R48: among those of which only the rows are kept nobody looks for it."""
    tasks = with_ended(1)
    tasks.remove(["0"])
    tasks.apply_listed([ended_task(number) for number in range(1, 1 + WHOLE_KEPT + WHOLE_SLACK)], POLL, 101.0)
    assert [True, False] == [is_row(tasks, str(number)) for number in (WHOLE_SLACK, WHOLE_SLACK + 1)]


def test_tasks_that_stand_still_are_known_apart_newest_first() -> None:
    """R12: until they go on, end, are unknown to the server or removed."""
    tasks = TaskCollection()
    for number, job_id in enumerate(("go", "end", "lose", "drop", "stay", "newest")):
        word = Word(BLOCKED, "blocked", None, 10.0)
        tasks.apply_listed([Task(id=job_id, dated=word, created_at=1.0 + number)], Source.POLL, 1.0)
    assert ["newest", "stay", "drop", "lose", "end", "go"] == tasks.standing
    tasks.apply_listed([Task(id="go", dated=Word(RUNNING, "processing", 5, 20.0))], Source.POLL, 2.0)
    tasks.apply([Task(id="end", undated=Word(FAILED, "failed"))], Source.PUSH, 2.0)
    tasks.mark_unknown(["lose"], 2.0)
    tasks.remove(["drop"])
    assert ["newest", "stay"] == tasks.standing
    tasks.clear()
    assert [] == tasks.standing


def test_a_job_was_listed_once_a_list_has_held_it() -> None:
    """R12: a submit answer or a read by itself is no list; what was removed begins anew."""
    tasks = TaskCollection()
    queued = Task(id="t", dated=Word(QUEUED, "pending", None, 10.0))
    seen = [tasks.was_listed("t")]
    for asked in (None, 2.0, None):
        tasks.apply_listed([queued], Source.POLL, 2.0, asked)
        seen.append(tasks.was_listed("t"))
    tasks.remove(["t"])
    seen.append(tasks.was_listed("t"))
    tasks.apply_listed([queued], Source.INVOKE, 3.0)
    assert [False, False, True, True, False, False] == [*seen, tasks.was_listed("t")]


def test_what_the_server_does_not_know_is_not_counted_as_its_own() -> None:
    """R11: unless it is listed again, or removed here as well."""
    jobs = TaskCollection()
    running = [Task(id=name, dated=Word(Status.RUNNING, "running", None, 1.0)) for name in "abc"]
    jobs.apply_listed(running, Source.POLL, 0.0)
    jobs.mark_unknown(["a", "b"], 1.0)
    counts = [jobs.on_server]
    jobs.apply_listed(running[:1], Source.POLL, 2.0)
    counts.append(jobs.on_server)
    jobs.remove(["b"])
    counts.append(jobs.on_server)
    jobs.mark_unknown(["c"], 3.0)
    jobs.clear()
    assert [1, 2, 2, 0] == [*counts, jobs.on_server]
