"""The routes behind the ``#`` and what they name."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote


@dataclass(frozen=True, slots=True)
class Tasks:
    """``/tasks``: both lists."""


@dataclass(frozen=True, slots=True)
class Detail:
    """``/tasks/<id>``: one task or ability task."""

    job: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """``/admin/abilities``: what can be called."""


@dataclass(frozen=True, slots=True)
class Ability:
    """``/admin/abilities/<id>``: one ability; ``log`` opens the drawer on a record."""

    ability: str
    log: int | None = None


Route = Tasks | Detail | Abilities | Ability
HOME = "/tasks"


def parse_route(text: str) -> Route | None:
    """Return the route a text names, or ``None`` for one that does not exist."""
    path, _, query = text.partition("?")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    match parts:
        case [""] | ["tasks"]:
            return Tasks()
        case ["tasks", job] if job:
            return Detail(job)
        case ["admin", "abilities"]:
            return Abilities()
        case ["admin", "abilities", ability] if ability:
            return Ability(ability, _log(query))
        case _:
            return None


def _log(query: str) -> int | None:
    text = parse_qs(query).get("log", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
