"""How many tasks the server has of each status."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.collection import TaskCollection
from app.core.records import Source, Task, Word
from app.core.status import Status
from app.core.task_totals import MOST_WORDS, TaskTotals

NOW = 1_768_476_000.0


def task(job_id: str, word: str = "completed", status: Status = Status.SUCCEEDED, age_s: float = 60.0) -> Task:
    """A task under one of the server's words."""
    return Task(id=job_id, dated=Word(status, word, None, NOW - age_s), created_at=NOW - age_s)


def undated(job_id: str) -> Task:
    """A task of which the server does not say when it was submitted."""
    return Task(id=job_id, dated=Word(Status.SUCCEEDED, "completed", None, NOW))


def totals(*tasks: Task) -> tuple[TaskCollection, TaskTotals]:
    """The totals of a collection with these tasks."""
    collection = TaskCollection()
    collection.apply_listed(tasks, Source.POLL, 1.0)
    return collection, TaskTotals(collection)


def counts_of(found: TaskTotals) -> Mapping[str, int] | None:
    """The counts as they are now."""
    return found.counts


def learn(collection: TaskCollection, found: TaskTotals, *tasks: Task) -> None:
    """Let the page learn of more."""
    found.note(collection.apply_listed(tasks, Source.POLL, 2.0).changes)


def test_it_asks_with_the_words_that_the_server_uses() -> None:
    """R36: a server is asked for the words it has used, and for the usual ones of the other statuses."""
    _, found = totals(task("a", "done"), task("b", "error", Status.FAILED))
    assert found.words() == {
        "done": Status.SUCCEEDED,
        "error": Status.FAILED,
        "pending": Status.QUEUED,
        "processing": Status.RUNNING,
        "blocked": Status.BLOCKED,
        "cancelled": Status.CANCELLED,
    }
    _, many = totals(*(task(str(n), f"word {n}", Status.UNKNOWN) for n in range(50)))
    assert len(many.words()) == MOST_WORDS + 6


def test_what_is_known_moves_on_and_the_rest_stands() -> None:
    """R36: an end is counted at once, between two answers of the server."""
    collection, found = totals(task("a"), task("b", "processing", Status.RUNNING))
    assert counts_of(found) is None
    found.take([(Status.SUCCEEDED, 300), (Status.RUNNING, 3), (Status.QUEUED, 2)], 305)
    counts = found.counts
    assert counts is not None
    assert (counts["succeeded"], counts["running"], counts["active"]) == (300, 3, 5)
    learn(collection, found, task("b", "completed", age_s=0))
    counts = found.counts
    assert counts is not None
    assert (counts["succeeded"], counts["running"], counts["active"]) == (301, 2, 4)


def test_older_tasks_that_are_read_are_counted_once() -> None:
    """R36: reading on changes no total; a task that comes in does."""
    collection, found = totals(task("a"))
    found.take([(Status.SUCCEEDED, 300)], 300)
    learn(collection, found, task("old", age_s=900))
    assert (found.counts or {})["succeeded"] == 300
    learn(collection, found, task("new", age_s=1))
    assert (found.counts or {})["succeeded"] == 301


def test_the_counts_of_all_words_of_a_status_add_up() -> None:
    """R36: and what the server counted too few of is what is known here."""
    _, found = totals(task("a"), task("b", "processing", Status.RUNNING))
    found.take([(Status.SUCCEEDED, 100), (Status.SUCCEEDED, 200)], 300)
    nothing = dict.fromkeys(("queued", "blocked", "failed", "cancelled", "unknown"), 0)
    assert nothing | {"succeeded": 300, "running": 1, "active": 1} == found.counts


def test_a_task_of_the_same_second_as_the_newest_known_was_counted() -> None:
    """R36: and of more than were counted, each counts as it becomes known."""
    collection, found = totals(task("a"))
    found.take([(Status.SUCCEEDED, 2)], 2)
    for job_id, count in (("b", 2), ("c", 3)):
        learn(collection, found, task(job_id))
        assert (found.counts or {})["succeeded"] == count


def test_a_task_without_a_date_says_nothing_of_age() -> None:
    """R36: the newest one that has a date does; where none has, each that becomes known is new."""
    collection, found = totals(undated("u"), task("a"))
    assert ["u", "a"] == list(collection.order)
    found.take([(Status.SUCCEEDED, 300)], 300)
    learn(collection, found, task("old", age_s=900), undated("v"))
    assert (found.counts or {})["succeeded"] == 301
    collection, found = totals(undated("u"))
    found.take([(Status.SUCCEEDED, 300)], 300)
    learn(collection, found, task("b"))
    assert (found.counts or {})["succeeded"] == 301


def test_what_does_not_add_up_is_not_believed() -> None:
    """R36: a server that ignores the filter, or has words nobody asked for, says no totals."""
    _, found = totals(task("a"), task("b", "processing", Status.RUNNING))
    found.take([(Status.SUCCEEDED, 300)], 301)
    assert counts_of(found) is not None
    found.take([(Status.SUCCEEDED, 300)], 302)
    assert counts_of(found) is None
    found.take([], 5)
    assert counts_of(found) is None
    found.take([(Status.SUCCEEDED, 300)], 300)
    found.clear()
    assert counts_of(found) is None
