"""How a user wants to read, as text for the store. ``static/shell.js`` reads the same text before Python runs."""

import json

from app.core.display_preferences import COLUMNS, DisplayPreferences

# Characters; a longer text is not one of ours, nor is a longer name one of a time zone.
LARGEST = 2_000
LONGEST_ZONE = 60


def write_preferences(preferences: DisplayPreferences) -> str:
    """Return the text to keep."""
    kept = {"zone": preferences.zone, "relative": preferences.relative, "compact": preferences.compact}
    return json.dumps({**kept, "hidden": sorted(preferences.hidden)})


def read_preferences(text: str | None) -> DisplayPreferences:
    """Return the choices in a text; the usual ones if there are none, or none that can be read."""
    if text is None or len(text) > LARGEST:
        return DisplayPreferences()
    try:
        kept = json.loads(text)
        zone, hidden = str(kept["zone"]), frozenset(map(str, kept["hidden"])) & frozenset(COLUMNS)
        return DisplayPreferences(zone[:LONGEST_ZONE], kept["relative"] is True, kept["compact"] is True, hidden)
    except (ValueError, TypeError, KeyError):
        return DisplayPreferences()
