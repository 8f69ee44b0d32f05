"""The routes: what the part of the address behind the ``#`` names (public, R28). ``views.markup`` writes them."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from app.core.query import NOTHING, Query
from app.core.query_address import format_address, parse_address


@dataclass(frozen=True, slots=True)
class JobListRoute:
    """``/tasks``: both lists, and what is looked for in them; ``problems`` are the parts that mean nothing (R35)."""

    query: Query = NOTHING
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobRoute:
    """``/tasks/<id>``: one task or ability task."""

    job_id: str


@dataclass(frozen=True, slots=True)
class AbilityListRoute:
    """``/admin/abilities``: what can be called."""


@dataclass(frozen=True, slots=True)
class AbilityRoute:
    """``/admin/abilities/<id>``: one ability; ``log_id`` opens its call log on a record."""

    ability_id: str
    log_id: int | None = None


AdminRoute = AbilityListRoute | AbilityRoute
"""What only admins may see."""
Route = JobListRoute | JobRoute | AbilityListRoute | AbilityRoute
HOME = "/tasks"


def parse_route(text: str) -> Route | None:
    """Return the route that ``text`` names; ``None`` if there is no such route."""
    path, _, query = text.partition("?")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    match parts:
        case [""] | ["tasks"]:
            reading = parse_address(query)
            return JobListRoute(reading.query, reading.problems)
        case ["tasks", job_id] if job_id:
            return JobRoute(job_id)
        case ["admin", "abilities"]:
            return AbilityListRoute()
        case ["admin", "abilities", ability_id] if ability_id:
            return AbilityRoute(ability_id, _log_id(query))
        case _:
            return None


def job_list_route(query: Query) -> str:
    """Return the address of both lists under a query."""
    address = format_address(query)
    return f"{HOME}?{address}" if address else HOME


def _log_id(query: str) -> int | None:
    text = parse_qs(query).get("log", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
