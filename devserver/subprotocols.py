"""The two subprotocols by which a browser authenticates its socket: a version, echoed, and a token, which never is."""

from __future__ import annotations

from collections.abc import Iterable

VERSION = "podi.v1"
BEARER_PREFIX = "podi.bearer."


def offered_token(subprotocols: Iterable[str]) -> str | None:
    """The token among the offered subprotocols, if there is one."""
    for offered in subprotocols:
        if offered.startswith(BEARER_PREFIX):
            return offered.removeprefix(BEARER_PREFIX) or None
    return None
