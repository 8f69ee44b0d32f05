"""Facts as a definition list: each has its place in the markup, and one that is not known is hidden."""

from collections.abc import Mapping

from app.ports import Values
from app.views.markup import escape
from app.views.texts import Texts
from app.views.values import hidden_unless


def fact_markup(texts: Texts, name: str, slot: str, description: str) -> str:
    """Return one fact, hidden until it is known; ``description`` is the markup of its ``dd``."""
    return (
        f'<div class="fact" data-slot="{slot}-fact" hidden><dt>{texts.escaped(f"fact.{name}")}</dt>{description}</div>'
    )


def fact_values(facts: Mapping[str, str | None]) -> Values:
    """Return what the facts show, by slot."""
    values: dict[str, str | None] = {}
    for slot, value in facts.items():
        values[slot] = value or ""
        values[f"{slot}-fact@hidden"] = hidden_unless(value)
    return values


def zone_markup(texts: Texts) -> str:
    """Return the line below facts that says in which time zone their moments are (R54); nothing if it is not known."""
    zone = texts.zone
    return f'<p class="facts__zone muted" data-podi="time-zone">{escape(zone)}</p>' if zone else ""
