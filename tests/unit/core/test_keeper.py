"""Batches of accepted news, and ids that are noticed."""

import pytest

from app.core.collection import Change, TaskCollection, Touch
from app.core.keeper import Batch, Keeper
from app.core.records import Source, Task, Word
from app.core.status import Status


def news(job: str, status: Status, at: float = 10.5) -> Task:
    """Return news of a task."""
    return Task(id=job, dated=Word(status, status.value, None, at), created_at=1.0)


@pytest.fixture
def batches() -> list[Batch[Task]]:
    """What was published."""
    return []


@pytest.fixture
def keeper(batches: list[Batch[Task]]) -> Keeper[Task]:
    """A keeper of tasks that knows of nothing."""
    return Keeper(TaskCollection(), batches.append)


def test_what_one_piece_of_work_changed_is_one_batch(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R19: accepted updates go on, those that changed nothing do not."""
    a, b = news("a", Status.QUEUED), news("b", Status.RUNNING)
    assert 2 == keeper.add([a, b, a], Source.POLL, 100.0)
    assert [Batch((Change(a, None, Source.POLL), Change(b, None, Source.POLL)), Source.POLL)] == batches


def test_only_jobs_that_were_not_known_are_counted_as_new(keeper: Keeper[Task]) -> None:
    """R10: a look that finds nothing new was fruitless, though it brought news."""
    keeper.add([news("a", Status.QUEUED)], Source.POLL, 100.0)
    assert 1 == keeper.add([news("a", Status.RUNNING, 11.5), news("b", Status.QUEUED)], Source.POLL, 101.0)
    assert Touch(101.0, Source.POLL) == keeper.collection.touched("a")


def test_work_that_changed_nothing_is_not_published(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R15: equal updates change nothing for anybody."""
    keeper.add([news("a", Status.QUEUED)], Source.POLL, 100.0)
    batches.clear()
    assert 0 == keeper.add([news("a", Status.QUEUED)], Source.POLL, 101.0)
    keeper.hear([news("a", Status.QUEUED)], Source.PUSH, 101.0)
    keeper.lose(["stranger"], 101.0)
    keeper.drop(["stranger"])
    assert [] == batches


def test_heard_news_says_who_brought_it(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R14: push, poll and invoke are told apart."""
    before, after = news("a", Status.QUEUED), news("a", Status.RUNNING, 11.5)
    keeper.add([before], Source.POLL, 100.0)
    keeper.hear([after], Source.PUSH, 101.0)
    assert Batch((Change(after, before, Source.PUSH),), Source.PUSH) == batches[-1]
    assert Touch(101.0, Source.PUSH) == keeper.collection.touched("a")


def test_unknown_ids_are_noticed_and_not_shown(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R16, contract: they may be ours from another tab, or somebody else's."""
    keeper.add([news("a", Status.QUEUED)], Source.POLL, 99.0)
    batches.clear()
    keeper.hear([news("b", Status.RUNNING), news("a", Status.QUEUED)], Source.PUSH, 100.0)
    assert ([], ["a"], 100.3) == (batches, keeper.collection.order, keeper.unknown.deadline)
    assert {"b"} == keeper.unknown.begin(100.3)


def test_early_news_is_in_the_batch_of_the_submit_answer(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R16: kept, and applied when the id becomes known."""
    keeper.hear([news("a", Status.SUCCEEDED, 12.5)], Source.PUSH, 100.0)
    keeper.add([news("a", Status.QUEUED)], Source.INVOKE, 101.0)
    (change,) = batches[0].changes
    assert (Status.SUCCEEDED, Source.INVOKE, True) == (change.record.status, change.source, change.ended)


def test_lost_jobs_are_told_as_changes(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R11: shown as unknown."""
    before = news("a", Status.RUNNING)
    keeper.add([before, news("done", Status.SUCCEEDED)], Source.POLL, 100.0)
    keeper.lose(["a", "done"], 101.0)
    (change,) = batches[-1].changes
    assert (Status.UNKNOWN, before, Source.POLL) == (change.record.status, change.before, batches[-1].source)
    assert Touch(101.0, Source.POLL) == keeper.collection.touched("a")


def test_dropped_jobs_are_told_by_id(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R14: their rows go."""
    keeper.add([news("a", Status.SUCCEEDED)], Source.POLL, 100.0)
    keeper.drop(["a", "stranger"])
    assert (Batch((), Source.POLL, ("a",)), []) == (batches[-1], keeper.collection.order)


def test_clearing_is_silent_and_complete(keeper: Keeper[Task], batches: list[Batch[Task]]) -> None:
    """R33: nothing of one user is left for the next."""
    keeper.add([news("a", Status.RUNNING)], Source.POLL, 100.0)
    keeper.hear([news("b", Status.RUNNING)], Source.PUSH, 100.0)
    batches.clear()
    keeper.clear()
    assert ([], [], None) == (batches, keeper.collection.order, keeper.unknown.deadline)
