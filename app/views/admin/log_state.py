"""The state of a list of the admins' that is made of the log over all abilities."""

from typing import Literal

LogState = Literal["absent", "ready", "error", "loading", "empty"]


def log_state(*, absent: bool, shown: int, total: int | None, failing: bool) -> LogState:
    """Return the value of ``data-state``: whether the server has the log, and something of it is to be shown."""
    if absent:
        return "absent"
    if shown:
        return "ready"
    if total is None:
        return "error" if failing else "loading"
    return "empty"
