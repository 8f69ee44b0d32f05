"""Names and values that travel inside the page."""

from app.core import events
from app.core.events import Flush


def test_the_public_event_names_are_those_of_the_requirements() -> None:
    """R19: names live in one constants module, and scripts on the page rely on them."""
    expected = ("podi:task-status", "podi:ability-task-status", "podi:wallet-points", "podi:ability-log-created")
    assert expected == (
        events.TASK_STATUS,
        events.ABILITY_TASK_STATUS,
        events.WALLET_POINTS,
        events.ABILITY_LOG_CREATED,
    )


def test_an_empty_flush_says_nothing() -> None:
    """R20: whatever a flush does not mention did not change."""
    assert Flush(tasks={}, ability_tasks={}, removed=frozenset(), moves=(), logs=()) == Flush()
