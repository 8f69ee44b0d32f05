"""The calls of all abilities, for whichever page of the admins watches them."""

from collections.abc import Callable

from app.api.admin import AdminApi
from app.core.trust import Kind
from app.hooks.calls import Calls
from app.monitor import Monitor


def all_calls(monitor: Monitor, changed: Callable[[], None]) -> Calls:
    """Return the calls; nothing is read before they are watched. ``changed`` is called after every read."""
    return Calls(
        monitor.refresh_context,
        AdminApi(monitor.api),
        lambda: monitor.trust.trusted(Kind.LOGS),
        changed,
        lambda: monitor.server_now,
    )
