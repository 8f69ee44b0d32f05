"""How the user wants to read, kept per user."""

from __future__ import annotations

from app.contexts.reading import ReadingChanged, keep_reading, kept_reading
from app.core.reading import Reading
from testkit.scene import Scene


def test_each_user_has_choices_of_their_own() -> None:
    """R54: kept in this browser; the page is called."""
    scene = Scene()
    bus, store = scene.monitor.bus, scene.world.store
    changes = scene.events(ReadingChanged)
    keep_reading(store, bus, "u1", Reading(compact=True))
    assert [ReadingChanged()] == changes
    assert [Reading(compact=True), Reading(), Reading()] == [kept_reading(store, user) for user in ("u1", "u2", None)]
