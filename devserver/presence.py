"""Who is signed in right now, as far as the host knows: a live socket, or a request within the last minute."""

from __future__ import annotations

import time
from collections.abc import Callable

from devserver.push import Hub

PRESENT_SECONDS = 60.0


class Presence:
    """Remembers when each user was last received from."""

    def __init__(self, hub: Hub, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._monotonic = monotonic
        self._seen: dict[str, float] = {}

    def saw(self, user_id: str) -> None:
        """A request of this user has come in."""
        self._seen[user_id] = self._monotonic()

    def present(self) -> list[str]:
        """Ids of the users who are here, sorted."""
        oldest = self._monotonic() - PRESENT_SECONDS
        return sorted(self._hub.listening() | {user for user, seen in self._seen.items() if seen >= oldest})
