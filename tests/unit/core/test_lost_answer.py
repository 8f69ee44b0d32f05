"""Which job a POST made whose answer was lost (R29, report 9)."""

from __future__ import annotations

from app.core.lost_answer import TOLERANCE_S, Before, made_since
from app.core.records import AbilityTask

NOW = 1_768_476_000.0
BEFORE = Before(frozenset({"known"}), NOW)


def test_only_a_new_task_of_the_same_ability_is_it() -> None:
    """R29, report 9: neither one that was known, nor another ability's, nor one submitted before."""
    others = [
        AbilityTask(id="known", ability_id="x", created_at=NOW + 1),
        AbilityTask(id="other", ability_id="y", created_at=NOW + 1),
        AbilityTask(id="before", ability_id="x", created_at=NOW - 60),
    ]
    assert made_since(others, "x", BEFORE) is None
    born = AbilityTask(id="born", ability_id="x", created_at=NOW - 1)
    assert made_since([*others, born], "x", BEFORE) is born


def test_without_a_time_what_was_not_known_is_new() -> None:
    """R29: the server's time may be unknown, and so may the task's."""
    old = AbilityTask(id="old", ability_id="x", created_at=NOW - 60)
    assert made_since([old], "x", Before(frozenset(), None)) is old
    timeless = AbilityTask(id="timeless", ability_id="x", created_at=None)
    assert made_since([timeless], "x", BEFORE) is timeless


def test_of_several_the_first_is_it() -> None:
    """R29: a later one is of somebody's next intention."""
    tasks = [AbilityTask(id=str(at), ability_id="x", created_at=NOW + at) for at in (3, 1, 2)]
    assert made_since(tasks, "x", BEFORE) is tasks[1]


def test_the_two_clocks_may_be_a_little_apart() -> None:
    """R29: the server's time is an estimate, so that a task from just before the POST may be the one."""
    edge = AbilityTask(id="edge", ability_id="x", created_at=NOW - TOLERANCE_S)
    before = AbilityTask(id="before", ability_id="x", created_at=NOW - TOLERANCE_S - 0.001)
    assert made_since([before, edge], "x", BEFORE) is edge
