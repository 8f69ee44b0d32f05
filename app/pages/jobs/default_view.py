"""The list that a user begins with where the address names none (R35). ``pages.jobs.saved_views`` chooses it."""

from app.pages.route import HOME
from app.ports import Store

KEY = "podi.default-view"
NO_ROUTE = frozenset({"", "/"})


def default_view_key(user: str) -> str:
    """Return under which key the address of a user's view to begin with is kept."""
    return f"{KEY}.{user}"


def begin_at(route: str, store: Store, user: str) -> str:
    """Return where to begin: at ``route``, or where it names nothing, at the user's own view if there is one."""
    address = store.get(default_view_key(user)) if route in NO_ROUTE else None
    return f"{HOME}?{address}" if address else route
