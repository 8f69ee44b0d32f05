"""How the user wants to read, kept per user and shared by all pages of the browser (R54)."""

from dataclasses import dataclass

from app.core.bus import Bus
from app.core.reading import Reading
from app.ports import Store
from app.wire.reading import read_reading, write_reading

KEY = "podi.reading."


@dataclass(frozen=True, slots=True)
class ReadingChanged:
    """On the bus: the user has chosen to read otherwise, in this page."""


def kept_reading(store: Store, user: str | None) -> Reading:
    """Return how a user wants to read; as usual if nobody is signed in."""
    return Reading() if user is None else read_reading(store.get(KEY + user))


def keep_reading(store: Store, bus: Bus, user: str, reading: Reading) -> None:
    """Keep other choices, and have this page know."""
    store.set(KEY + user, write_reading(reading))
    bus.publish(ReadingChanged())
