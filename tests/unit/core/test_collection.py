"""The jobs the page knows, and what news does to them."""

import pytest

from app.core.collection import (
    EARLY_NEWS_KEPT,
    AbilityTaskCollection,
    Change,
    Collection,
    Counts,
    TaskCollection,
    Touch,
)
from app.core.records import AbilityTask, Source, Task, Word
from app.core.status import Status

QUEUED, RUNNING, BLOCKED, SUCCEEDED, FAILED, CANCELLED, UNKNOWN = Status
PUSH, POLL, INVOKE = Source
TEN_MINUTES_S = 600.0


def listed(job: str, status: Status, at: float = 10.5, created_at: float | None = 1.0, **facts: object) -> Task:
    """Return a task as the server's list tells it."""
    return Task(id=job, dated=Word(status, status.value, None, at), created_at=created_at, **facts)  # type: ignore[arg-type]


def pushed(job: str, status: Status, progress: int | None = None) -> Task:
    """Return what a `task.status` frame, or a single read, tells."""
    return Task(id=job, undated=Word(status, status.value, progress))


@pytest.fixture
def tasks() -> TaskCollection:
    """A collection that knows of nothing."""
    return TaskCollection()


def recount(collection: Collection[Task]) -> Counts:
    """Return the counts as they are when one counts."""
    records = [record for job in collection.order if (record := collection.get(job)) is not None]
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


def test_a_listed_job_is_held_with_its_snapshot_and_who_told_it_when(tasks: TaskCollection) -> None:
    """R14: the last snapshot of each, when it was last updated and by what."""
    news = listed("a", QUEUED)
    change = tasks.add(news, POLL, 100.0)
    assert Change(news, None, POLL) == change
    assert (news, Touch(100.0, POLL), True, 1) == (tasks.get("a"), tasks.touched("a"), "a" in tasks, len(tasks))


@pytest.mark.parametrize("source", [PUSH, POLL, INVOKE])
def test_a_change_says_what_was_before_and_who_brought_it(tasks: TaskCollection, source: Source) -> None:
    """R14: push, poll and invoke are told apart."""
    before = listed("a", QUEUED)
    tasks.add(before, INVOKE, 100.0)
    change = tasks.hear(listed("a", RUNNING, at=11.5), source, 101.0)
    assert Change(listed("a", RUNNING, at=11.5), before, source) == change
    assert Touch(101.0, source) == tasks.touched("a")


def test_news_that_changes_nothing_is_no_change_and_no_touch(tasks: TaskCollection) -> None:
    """R15: equal updates change nothing, not even who told it last."""
    tasks.add(listed("a", QUEUED), POLL, 100.0)
    assert tasks.hear(listed("a", QUEUED), PUSH, 101.0) is None
    assert tasks.add(listed("a", QUEUED), POLL, 102.0) is None
    assert Touch(100.0, POLL) == tasks.touched("a")


def test_stale_and_duplicate_news_is_counted(tasks: TaskCollection) -> None:
    """R15: the diagnostics tell how much news was old and how much came twice."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    assert (0, 0) == (tasks.stale, tasks.duplicates)
    tasks.hear(listed("a", QUEUED, at=9.5), PUSH, 101.0)
    tasks.hear(listed("a", RUNNING), PUSH, 101.0)
    tasks.add(listed("a", RUNNING), POLL, 101.0)
    assert (1, 2) == (tasks.stale, tasks.duplicates)
    tasks.hear(listed("a", SUCCEEDED, at=11.5), PUSH, 102.0)
    assert (1, 2) == (tasks.stale, tasks.duplicates)


# Active ids


def test_a_job_that_ends_leaves_the_active_set_at_once(tasks: TaskCollection) -> None:
    """R11: a terminal id is no longer asked for."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.add(listed("b", QUEUED), POLL, 100.0)
    assert (["a", "b"], 2) == (tasks.active, tasks.active_count)
    tasks.hear(pushed("a", SUCCEEDED), PUSH, 101.0)
    assert (["b"], 1) == (tasks.active, tasks.active_count)


def test_a_job_that_had_ended_when_it_was_listed_is_never_active(tasks: TaskCollection) -> None:
    """R10: only active ids are asked for."""
    tasks.add(listed("a", FAILED), POLL, 100.0)
    assert ([], 0) == (tasks.active, tasks.active_count)


def test_the_active_ids_are_in_the_order_of_the_list(tasks: TaskCollection) -> None:
    """R10: the most recent come first, for only the most recent N are asked for."""
    for number in range(60):
        tasks.add(listed(f"{number:02}", SUCCEEDED if number % 3 else RUNNING, created_at=float(number)), POLL, 100.0)
    assert [job for job in tasks.order if int(job) % 3 == 0] == tasks.active
    assert "57" == tasks.active[0]


# Order


def test_the_newest_job_comes_first_and_equals_are_told_apart_by_id(tasks: TaskCollection) -> None:
    """R27: a fixed order, so that rows do not jump."""
    for job, created_at in (("b", 2.0), ("d", 1.0), ("a", 2.0), ("c", 3.0)):
        tasks.add(listed(job, RUNNING, created_at=created_at), POLL, 100.0)
    assert ["c", "a", "b", "d"] == tasks.order


def test_a_job_whose_age_is_not_known_yet_was_just_submitted(tasks: TaskCollection) -> None:
    """R10: a submit answer carries no creation time; the job must not fall out of the rolling window for that."""
    tasks.add(listed("old", RUNNING, created_at=5.0), POLL, 100.0)
    tasks.add(pushed("new", QUEUED), INVOKE, 100.0)
    assert ["new", "old"] == tasks.active
    assert {"new": 0, "old": 1} == tasks.positions()


def test_a_job_takes_its_place_when_its_age_becomes_known(tasks: TaskCollection) -> None:
    """R27: the list tells when a job was created, and that is where it stands."""
    tasks.add(pushed("a", QUEUED), INVOKE, 100.0)
    tasks.add(listed("b", RUNNING, created_at=7.0), POLL, 100.0)
    assert ["a", "b"] == tasks.order
    tasks.add(listed("a", RUNNING, created_at=5.0), POLL, 101.0)
    assert ["b", "a"] == tasks.order
    assert ["b", "a"] == tasks.active


def test_an_order_that_was_read_does_not_change_under_its_reader(tasks: TaskCollection) -> None:
    """R27: whoever kept the order can tell whether it differs now."""
    for number in range(5):
        tasks.add(listed(str(number), RUNNING, created_at=float(number)), POLL, 100.0)
    before = tasks.order
    assert tasks.order is before
    tasks.add(listed("x", RUNNING, created_at=2.5), POLL, 100.0)
    tasks.remove(["0"])
    assert (["4", "3", "2", "1", "0"], ["4", "3", "x", "2", "1"]) == (before, tasks.order)


def test_news_that_moves_nothing_keeps_the_order(tasks: TaskCollection) -> None:
    """R27: a change of status moves no row."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    before = tasks.order
    tasks.hear(listed("a", SUCCEEDED, at=11.5), PUSH, 100.0)
    tasks.hear(listed("a", SUCCEEDED, at=11.5, points=5), PUSH, 100.0)
    assert tasks.order is before


@pytest.mark.parametrize("at_once", [1, 7, 400])
def test_many_jobs_at_once_end_in_the_same_order_as_one_by_one(tasks: TaskCollection, at_once: int) -> None:
    """R27: placing a few by search and many by sorting is the same order."""
    ages = [(number * 7919) % 1009 for number in range(1000)]
    for index, age in enumerate(ages):
        tasks.add(listed(f"{index:03}", RUNNING, created_at=float(age % 100)), POLL, 100.0)
        if index % at_once == 0:
            assert index + 1 == len(tasks.order)
    expected = sorted((f"{index:03}" for index in range(1000)), key=lambda job: (-(ages[int(job)] % 100), job))
    assert expected == tasks.order
    assert tasks.order == tasks.active


def test_positions_tell_how_many_newer_jobs_stand_before_each(tasks: TaskCollection) -> None:
    """R10: that decides how much of the server's list covers an id."""
    for number in range(3):
        tasks.add(listed(str(number), SUCCEEDED, created_at=float(number)), POLL, 100.0)
    assert {"2": 0, "1": 1, "0": 2} == tasks.positions()


def test_positions_end_where_no_list_call_reaches(tasks: TaskCollection) -> None:
    """R10: no list holds more than 200, so what stands behind has no position."""
    for number in range(250):
        tasks.add(listed(str(number), SUCCEEDED, created_at=float(number)), POLL, 100.0)
    assert (200, 199, None) == (len(tasks.positions()), tasks.positions()["50"], tasks.positions().get("49"))
    assert {"249": 0, "248": 1} == tasks.positions(2)


# Counts


def test_counts_follow_every_change(tasks: TaskCollection) -> None:
    """R22: active, succeeded, failed and all, as they are."""
    statuses = [QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED, UNKNOWN, FAILED]
    for number, status in enumerate(statuses):
        tasks.add(listed(str(number), status), POLL, 100.0)
    assert Counts(active=3, succeeded=1, failed=2, total=7) == tasks.counts
    tasks.hear(pushed("0", SUCCEEDED), PUSH, 101.0)
    assert Counts(active=2, succeeded=2, failed=2, total=7) == tasks.counts
    tasks.lose("1", POLL, 102.0)
    assert Counts(active=1, succeeded=2, failed=2, total=7) == tasks.counts
    tasks.remove(["0", "3"])
    assert Counts(active=1, succeeded=1, failed=1, total=5) == tasks.counts == recount(tasks)


def test_removing_one_of_several_leaves_the_others_counted(tasks: TaskCollection) -> None:
    """R22: a removed job is one less."""
    for number in range(4):
        tasks.add(listed(str(number), FAILED), POLL, 100.0)
    tasks.remove(["0"])
    assert Counts(failed=3, total=3) == tasks.counts


def test_an_end_the_server_corrects_is_counted_where_it_is_now(tasks: TaskCollection) -> None:
    """R22: one failure less, one success more."""
    for number in range(4):
        tasks.add(listed(str(number), FAILED), POLL, 100.0)
    tasks.add(listed("0", SUCCEEDED, at=11.5), POLL, 101.0)
    assert Counts(succeeded=1, failed=3, total=4) == tasks.counts


# Early news


def test_news_of_an_unknown_id_makes_no_row(tasks: TaskCollection) -> None:
    """R16, contract: events of tasks that are not the user's own do not create rows."""
    assert tasks.hear(pushed("a", RUNNING), PUSH, 100.0) is None
    assert (0, [], 0, None) == (len(tasks), tasks.order, tasks.active_count, tasks.get("a"))


def test_news_that_came_before_the_submit_answer_is_applied_when_the_id_is_known(tasks: TaskCollection) -> None:
    """R16: the end overtook the answer to the submit, and the job is shown as ended."""
    tasks.hear(pushed("a", RUNNING, 40), PUSH, 100.0)
    tasks.hear(pushed("a", SUCCEEDED, 100), PUSH, 101.0)
    tasks.hear(pushed("a", RUNNING, 60), PUSH, 102.0)
    change = tasks.add(pushed("a", QUEUED), INVOKE, 103.0)
    assert change is not None
    assert (SUCCEEDED, None, True, INVOKE) == (change.record.status, change.before, change.ended, change.source)
    assert (0, Counts(succeeded=1, total=1)) == (tasks.active_count, tasks.counts)


def test_early_news_is_applied_once(tasks: TaskCollection) -> None:
    """R16: what was kept is gone once it was applied."""
    tasks.hear(pushed("a", SUCCEEDED), PUSH, 100.0)
    tasks.add(pushed("a", QUEUED), INVOKE, 101.0)
    tasks.remove(["a"])
    tasks.add(pushed("a", QUEUED), INVOKE, 102.0)
    assert ["a"] == tasks.active


def test_early_news_fills_gaps_but_does_not_rewrite_what_the_answer_says(tasks: TaskCollection) -> None:
    """R16: the answer's own facts hold."""
    tasks.hear(Task(id="a", undated=Word(RUNNING, "running"), points=60, channel="web"), PUSH, 100.0)
    tasks.add(listed("a", QUEUED, points=50), INVOKE, 101.0)
    record = tasks.get("a")
    assert record is not None
    assert (RUNNING, 50, "web") == (record.status, record.points, record.channel)


def test_only_so_much_early_news_is_kept_and_the_longest_silent_goes_first(tasks: TaskCollection) -> None:
    """R16: other users' events do not fill the memory; an id that is told of again stays."""
    for number in range(EARLY_NEWS_KEPT):
        tasks.hear(pushed(str(number), SUCCEEDED), PUSH, 100.0)
    tasks.hear(pushed("0", SUCCEEDED), PUSH, 101.0)
    tasks.hear(pushed("x", SUCCEEDED), PUSH, 102.0)
    for job in ("0", "1", "2", "x"):
        tasks.add(pushed(job, QUEUED), INVOKE, 103.0)
    assert ["1"] == tasks.active


# Ids the server does not know


def test_a_lost_job_is_shown_as_unknown_and_not_asked_for(tasks: TaskCollection) -> None:
    """R11: a 404 removes it from the active set; shown as unknown, never as done."""
    before = listed("a", RUNNING)
    tasks.add(before, POLL, 100.0)
    change = tasks.lose("a", POLL, 101.0)
    assert change is not None
    assert (UNKNOWN, before, POLL, True) == (change.record.status, change.before, change.source, change.ended)
    assert ([], Counts(total=1), Touch(101.0, POLL)) == (tasks.active, tasks.counts, tasks.touched("a"))


def test_only_an_active_job_can_be_lost(tasks: TaskCollection) -> None:
    """R11: an ended job that the server has cleared away keeps its end; a job nobody knows stays unknown."""
    tasks.add(listed("done", SUCCEEDED), POLL, 100.0)
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.lose("a", POLL, 101.0)
    assert [None, None, None] == [tasks.lose(job, POLL, 102.0) for job in ("done", "a", "stranger")]
    assert (Counts(succeeded=1, total=2), Touch(101.0, POLL)) == (tasks.counts, tasks.touched("a"))


def test_a_lost_job_that_is_listed_again_is_back(tasks: TaskCollection) -> None:
    """R11: the server knows it after all, though it tells nothing new."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.lose("a", POLL, 101.0)
    change = tasks.add(listed("a", RUNNING), POLL, 102.0)
    assert change is not None
    assert (listed("a", RUNNING), UNKNOWN, Touch(102.0, POLL)) == (
        change.record,
        change.before and change.before.status,
        tasks.touched("a"),
    )
    assert (["a"], Counts(active=1, total=1), 0) == (tasks.active, tasks.counts, tasks.duplicates)


def test_a_job_whose_word_nobody_understands_is_lost_and_found_likewise(tasks: TaskCollection) -> None:
    """R11: it is unknown before, in between and after; whether it is asked for is what changes."""
    news = Task(id="a", dated=Word(UNKNOWN, "paused", None, 10.5), created_at=1.0)
    tasks.add(news, POLL, 100.0)
    active = [tasks.active]
    tasks.lose("a", POLL, 101.0)
    active.append(tasks.active)
    tasks.add(news, POLL, 102.0)
    active.append(tasks.active)
    assert [["a"], [], ["a"]] == active
    assert Counts(active=1, total=1) == tasks.counts


def test_replayed_events_do_not_bring_a_lost_job_back(tasks: TaskCollection) -> None:
    """R11, R15: the last events are replayed on every connect; they say nothing new."""
    tasks.add(listed("a", QUEUED), POLL, 100.0)
    tasks.hear(pushed("a", RUNNING, 40), PUSH, 100.5)
    tasks.lose("a", POLL, 101.0)
    assert [None, None] == [tasks.hear(pushed("a", RUNNING, progress), PUSH, 102.0) for progress in (10, 40)]
    assert ([], UNKNOWN) == (tasks.active, getattr(tasks.get("a"), "status", None))


def test_an_end_told_of_a_lost_job_is_news_of_its_end(tasks: TaskCollection) -> None:
    """R11, R23: lost was no end, so that success after it is told as one."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.lose("a", POLL, 101.0)
    change = tasks.hear(pushed("a", SUCCEEDED), PUSH, 102.0)
    assert change is not None
    assert (SUCCEEDED, True) == (change.record.status, change.ended)


# Ends


def test_only_the_change_that_ends_a_job_says_so(tasks: TaskCollection) -> None:
    """R23: later news of an ended job, its result for one, does not end it again."""
    changes = [
        tasks.add(listed("a", QUEUED), POLL, 100.0),
        tasks.hear(listed("a", RUNNING, at=11.5), PUSH, 101.0),
        tasks.hear(listed("a", SUCCEEDED, at=12.5), PUSH, 102.0),
        tasks.hear(listed("a", SUCCEEDED, at=12.5, result_url="/r.png"), POLL, 103.0),
    ]
    assert [False, False, True, False] == [change.ended for change in changes if change is not None]


def test_a_job_first_heard_of_when_it_had_ended_has_ended(tasks: TaskCollection) -> None:
    """R23: whoever wants to tell history from news looks at `before`."""
    change = tasks.add(listed("a", FAILED), POLL, 100.0)
    assert change is not None
    assert (None, True) == (change.before, change.ended)


# Ids that show no sign of life


def test_a_submitted_id_the_server_never_heard_of_is_forgotten_after_ten_minutes(tasks: TaskCollection) -> None:
    """R11: for an unknown task a single read says `pending` for ever, which is no sign of life."""
    tasks.add(pushed("a", QUEUED), INVOKE, 100.0)
    for now in (101.0, 400.0, 699.9):
        tasks.hear(pushed("a", QUEUED), POLL, now)
    assert [] == tasks.forgotten(["a"], 699.9, TEN_MINUTES_S)
    assert ["a"] == tasks.forgotten(["a"], 700.0, TEN_MINUTES_S)


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("listed", lambda tasks: tasks.add(listed("a", QUEUED), POLL, 400.0)),
        ("pushed", lambda tasks: tasks.hear(pushed("a", QUEUED), PUSH, 400.0)),
        ("changed", lambda tasks: tasks.hear(pushed("a", QUEUED, 7), POLL, 400.0)),
        ("running", lambda tasks: tasks.hear(pushed("a", RUNNING), POLL, 400.0)),
        ("dated", lambda tasks: tasks.hear(listed("a", QUEUED), POLL, 400.0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sign_of_life_begins_the_ten_minutes_anew(tasks: TaskCollection, name: str, sign: object) -> None:
    """R11: being listed, pushed, changed, running or answered for with a time shows that the server knows it."""
    tasks.add(listed("a", QUEUED), INVOKE, 100.0)
    assert callable(sign)
    sign(tasks)
    assert [] == tasks.forgotten(["a"], 999.9, TEN_MINUTES_S)
    assert ["a"] == tasks.forgotten(["a"], 1000.0, TEN_MINUTES_S)


def test_a_long_queue_is_a_sign_of_life_each_time_it_is_read(tasks: TaskCollection) -> None:
    """R11: a single read that is dated proves that the server knows the job, however long it has been waiting."""
    tasks.add(listed("a", QUEUED), POLL, 100.0)
    for now in range(101, 2000, 5):
        tasks.hear(listed("a", QUEUED), POLL, float(now))
    assert [] == tasks.forgotten(["a"], 2000.0, TEN_MINUTES_S)


def test_a_job_that_runs_without_news_is_known_to_the_server(tasks: TaskCollection) -> None:
    """R11: only `pending` is what the server says of ids it has never heard of."""
    tasks.add(pushed("a", RUNNING), INVOKE, 100.0)
    for now in range(101, 2000, 5):
        tasks.hear(pushed("a", RUNNING), POLL, float(now))
    assert [] == tasks.forgotten(["a"], 2000.0, TEN_MINUTES_S)


def test_only_the_asked_and_active_are_forgotten(tasks: TaskCollection) -> None:
    """R11: an ended job stays, and so does one that nobody has asked about since."""
    for job in ("a", "b", "done", "lost"):
        tasks.add(pushed(job, QUEUED), INVOKE, 100.0)
    tasks.hear(pushed("done", SUCCEEDED), PUSH, 100.0)
    tasks.lose("lost", POLL, 100.0)
    assert ["a"] == tasks.forgotten(["a", "done", "lost", "stranger"], 9000.0, TEN_MINUTES_S)


# Removing


def test_removed_jobs_are_forgotten_altogether(tasks: TaskCollection) -> None:
    """R14: removing an id takes it out of everything; ids nobody knows are passed over."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.add(listed("b", RUNNING), POLL, 100.0)
    assert ["a"] == tasks.remove(["a", "stranger", "a"])
    assert (["b"], ["b"], 1, Counts(active=1, total=1)) == (tasks.order, tasks.active, len(tasks), tasks.counts)
    assert (None, None) == (tasks.get("a"), tasks.touched("a"))


def test_a_removed_job_that_comes_back_is_new(tasks: TaskCollection) -> None:
    """R14: nothing of its former life is left."""
    tasks.add(listed("a", SUCCEEDED), POLL, 100.0)
    tasks.remove(["a"])
    change = tasks.add(listed("a", RUNNING), POLL, 200.0)
    assert Change(listed("a", RUNNING), None, POLL) == change
    assert ["a"] == tasks.order


def test_clearing_forgets_everything_even_early_news(tasks: TaskCollection) -> None:
    """R33: the next user sees nothing of the last one."""
    tasks.add(listed("a", RUNNING), POLL, 100.0)
    tasks.add(listed("b", SUCCEEDED), POLL, 100.0)
    tasks.hear(pushed("c", SUCCEEDED), PUSH, 100.0)
    tasks.clear()
    assert ([], [], 0, 0, Counts()) == (tasks.order, tasks.active, tasks.active_count, len(tasks), tasks.counts)
    assert (None, None) == (tasks.get("a"), tasks.touched("a"))
    tasks.add(pushed("c", QUEUED), INVOKE, 101.0)
    assert (["c"], Counts(active=1, total=1)) == (tasks.active, tasks.counts)


def test_a_cleared_collection_remembers_no_sign_of_life(tasks: TaskCollection) -> None:
    """R11: an id that is known again starts its ten minutes anew."""
    tasks.add(pushed("a", QUEUED), INVOKE, 100.0)
    tasks.clear()
    tasks.add(pushed("a", QUEUED), INVOKE, 5000.0)
    assert [] == tasks.forgotten(["a"], 5001.0, TEN_MINUTES_S)


def test_ability_tasks_are_held_likewise() -> None:
    """R14: both collections follow the same rules."""
    tasks = AbilityTaskCollection()
    tasks.add(AbilityTask(id="a", dated=Word(RUNNING, "running", None, 1.5)), POLL, 100.0)
    tasks.hear(AbilityTask(id="a", dated=Word(FAILED, "error", None, 2.5), error="E"), PUSH, 101.0)
    assert Counts(failed=1, total=1) == tasks.counts
