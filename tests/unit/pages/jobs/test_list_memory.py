"""What the lists remember of how they were left."""

from __future__ import annotations

import pytest

from app.pages.jobs.list_memory import ListMemory

ORDERS = (("t2", "t1"), ("a1",))


@pytest.mark.parametrize(("job", "order"), [("t1", ("t2", "t1")), ("a1", ("a1",)), ("t9", None)])
def test_a_jobs_neighbours_are_those_of_its_list(job: str, order: tuple[str, ...] | None) -> None:
    """R38: the list that was filtered and has the job; a job that was not in it has none."""
    assert order == ListMemory("/tasks?q=koi", {}, ORDERS).filtered_order(job)


def test_without_a_filter_there_is_no_list_to_walk_through() -> None:
    """R38: nothing was searched for."""
    assert None is ListMemory("/tasks", {}, ORDERS).filtered_order("t1")


def test_another_user_finds_nothing_of_it() -> None:
    """R33, R35: neither address nor position nor jobs."""
    memory = ListMemory("/tasks?q=koi", {"tasks": ("t1", 3.0)}, ORDERS)
    memory.clear()
    assert ListMemory() == memory
