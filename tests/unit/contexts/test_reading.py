"""How the user wants to read, kept per user."""

from __future__ import annotations

from app.contexts.reading import ReadingChanged, keep_reading, kept_reading
from app.core.bus import Bus
from app.core.reading import Reading
from testkit.world import MemoryStore


def test_each_user_has_choices_of_their_own() -> None:
    """R54: kept in this browser; the page is told."""
    errors: list[BaseException] = []
    bus, store, told = Bus(errors.append), MemoryStore(), []
    bus.subscribe(ReadingChanged, told.append)
    keep_reading(store, bus, "u1", Reading(compact=True))
    assert [ReadingChanged()] == told
    assert [Reading(compact=True), Reading(), Reading()] == [kept_reading(store, user) for user in ("u1", "u2", None)]
    assert errors == []
