"""How the user wants to read, kept per user."""

from __future__ import annotations

from app.contexts.display_preferences import PreferencesChanged, keep_preferences, kept_preferences
from app.core.display_preferences import DisplayPreferences
from testkit.scene import Scene


def test_each_user_has_choices_of_their_own() -> None:
    """R54: kept in this browser; the page is called."""
    scene = Scene()
    bus, store = scene.monitor.bus, scene.world.store
    changes = scene.events(PreferencesChanged)
    keep_preferences(store, bus, "u1", DisplayPreferences(compact=True))
    assert [PreferencesChanged()] == changes
    assert [DisplayPreferences(compact=True), DisplayPreferences(), DisplayPreferences()] == [
        kept_preferences(store, user) for user in ("u1", "u2", None)
    ]
