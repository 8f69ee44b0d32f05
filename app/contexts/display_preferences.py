"""How the user wants to read, kept per user and shared by all pages of the browser (R54)."""

from dataclasses import dataclass

from app.core.bus import Bus
from app.core.display_preferences import DisplayPreferences
from app.ports import Store
from app.wire.display_preferences import read_preferences, write_preferences

KEY = "podi.reading."


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    """On the bus: the user has chosen to read otherwise, in this page."""


def kept_preferences(store: Store, user: str | None) -> DisplayPreferences:
    """Return how a user wants to read; as usual if nobody is signed in."""
    return DisplayPreferences() if user is None else read_preferences(store.get(KEY + user))


def keep_preferences(store: Store, bus: Bus, user: str, preferences: DisplayPreferences) -> None:
    """Keep other choices, and have this page know."""
    store.set(KEY + user, write_preferences(preferences))
    bus.publish(PreferencesChanged())
