"""The routes: what the part of the address behind the ``#`` names (public, R28). ``views.markup`` writes them."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from app.core.query import NOTHING, Query
from app.core.query_address import format_address, parse_address


@dataclass(frozen=True, slots=True)
class JobListRoute:
    """``/tasks``: both lists, and what is searched for in them; ``problems`` are the parts that mean nothing (R35)."""

    query: Query = NOTHING
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobRoute:
    """``/tasks/<id>``: one task or ability task; ``part`` and ``node`` name a place in its JSON (R39)."""

    job_id: str
    part: str | None = None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class CompareRoute:
    """``/compare``: two jobs side by side; either may still have to be chosen (R42)."""

    first: str | None = None
    second: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedListRoute:
    """``/abilities``: what every user can call (R41)."""


@dataclass(frozen=True, slots=True)
class OfferedRoute:
    """``/abilities/<id>``: one of them; ``again`` is the job whose request fills the form."""

    ability_id: str
    again: str | None = None


@dataclass(frozen=True, slots=True)
class AbilityListRoute:
    """``/admin/abilities``: what can be called."""


@dataclass(frozen=True, slots=True)
class AbilityRoute:
    """``/admin/abilities/<id>``: one ability; ``log_id`` opens its call log on a record, at a place in its JSON."""

    ability_id: str
    log_id: int | None = None
    part: str | None = None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class OverviewRoute:
    """``/admin/overview``: what runs, waits and fails, over all users (R52); ``query`` is the timeline's range."""

    query: str = ""


@dataclass(frozen=True, slots=True)
class CallsRoute:
    """``/admin/calls``: the calls of all abilities (R49); ``query`` is the filter, as the address has it."""

    query: str = ""


@dataclass(frozen=True, slots=True)
class ProblemsRoute:
    """``/admin/problems``: failed calls by cause (R50); ``query`` as in ``CallsRoute``."""

    query: str = ""


@dataclass(frozen=True, slots=True)
class MetricsRoute:
    """``/admin/metrics``: what calls add up to (R51); ``query`` is range and grouping."""

    query: str = ""


@dataclass(frozen=True, slots=True)
class PointsRoute:
    """``/points``: the movements of the user's points (R46)."""


@dataclass(frozen=True, slots=True)
class NotificationsRoute:
    """``/notifications``: the settings of the notifications (R44)."""


@dataclass(frozen=True, slots=True)
class ReadingRoute:
    """``/reading``: in which zone, how dense and with which columns the user reads (R54)."""


AdminRoute = AbilityListRoute | AbilityRoute | OverviewRoute | CallsRoute | ProblemsRoute | MetricsRoute
"""What only admins may see."""
SettingsRoute = NotificationsRoute | ReadingRoute
"""What the user may choose."""
Route = (
    JobListRoute | JobRoute | CompareRoute | PointsRoute | SettingsRoute | OfferedListRoute | OfferedRoute | AdminRoute
)
HOME = "/tasks"


def parse_route(text: str) -> Route | None:
    """Return the route that ``text`` names; ``None`` if there is no such route."""
    path, _, query = text.partition("?")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    match parts:
        case [""] | ["tasks"]:
            parsed = parse_address(query)
            return JobListRoute(parsed.query, parsed.problems)
        case ["tasks", job_id] if job_id:
            return JobRoute(job_id, _text(query, "json"), _text(query, "node"))
        case ["points"]:
            return PointsRoute()
        case ["notifications"]:
            return NotificationsRoute()
        case ["reading"]:
            return ReadingRoute()
        case ["compare"]:
            return CompareRoute(_text(query, "a"), _text(query, "b"))
        case ["abilities"]:
            return OfferedListRoute()
        case ["abilities", ability_id] if ability_id:
            return OfferedRoute(ability_id, _text(query, "again"))
        case ["admin", "abilities"]:
            return AbilityListRoute()
        case ["admin", "abilities", ability_id] if ability_id:
            return AbilityRoute(ability_id, _log_id(query), _text(query, "json"), _text(query, "node"))
        case ["admin", "overview"]:
            return OverviewRoute(query)
        case ["admin", "calls"]:
            return CallsRoute(query)
        case ["admin", "problems"]:
            return ProblemsRoute(query)
        case ["admin", "metrics"]:
            return MetricsRoute(query)
        case _:
            return None


def _text(query: str, name: str) -> str | None:
    return parse_qs(query, keep_blank_values=True).get(name, [None])[0]


def job_list_route(query: Query) -> str:
    """Return the address of both lists under a query."""
    address = format_address(query)
    return f"{HOME}?{address}" if address else HOME


def _log_id(query: str) -> int | None:
    text = parse_qs(query).get("log", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
