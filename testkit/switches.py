"""The host's fault switches (docs/faults.md), as a test uses them."""

from __future__ import annotations

from typing import Any

import httpx

Json = dict[str, Any]


class Switches:
    """Arms faults, and reads the truth from the backend's own database, past everything that is armed."""

    def __init__(self, url: str) -> None:
        # A connection that is used again may be closed by a host that restarts, at that moment.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=f"{url}/__faults__", timeout=60.0, trust_env=False, limits=limits)
        self.orders: list[Json] = []
        """What has been armed since the list was last emptied."""

    def close(self) -> None:
        """Use them no more; what is armed stays so."""
        self._client.close()

    def arm(self, fault: str, **order: Any) -> int:
        """Arm a fault, or do it at once with `at="now"`; its number."""
        wanted = {"fault": fault, **order}
        self.orders.append(wanted)
        return int(self._ask("POST", "/armed", wanted)["id"])

    def fired(self, number: int, times: int = 1) -> int:
        """Wait until one has struck so often, and answer how often it has."""
        struck = self._ask("GET", f"/armed/{number}?until_fired={times}&timeout_s=20")["fired"]
        assert struck >= times, f"it struck {struck} times, not {times}"
        return int(struck)

    def count(self, number: int) -> int:
        """How often one has struck so far."""
        return int(self._ask("GET", f"/armed/{number}")["fired"])

    def disarm(self, number: int) -> None:
        """Take one back."""
        self._ask("DELETE", f"/armed/{number}")

    def clear(self) -> None:
        """Take all back and end what hangs."""
        self._ask("DELETE", "/armed")

    def keep(self, checkpoint: str) -> None:
        """Keep the database as it is now."""
        self._ask("POST", "/checkpoints", {"name": checkpoint})

    def restart(self, checkpoint: str) -> None:
        """Restart the backend with the database of a checkpoint."""
        self.arm("restart", at="now", checkpoint=checkpoint)

    def sockets(self) -> list[Json]:
        """The sockets that the host has open."""
        found: list[Json] = self._ask("GET", "/sockets")["items"]
        return found

    def truth(self) -> Json:
        """Tasks, ability tasks and users, from the database."""
        return self._ask("GET", "/truth")

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: Json = answer.json()
        return found
