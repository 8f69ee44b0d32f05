"""Somebody who uses the host's API beside the page: another tab, a script, a colleague."""

from __future__ import annotations

import time
from typing import Any, Literal, Self
from uuid import uuid4

import httpx

Json = dict[str, Any]
Outcome = Literal["succeeded", "failed"]

PICTURE = "https://img.example/source.png"
SERVICE_ABILITY = "volcengine_seedream"
ENDED = {"succeeded", "failed", "completed", "cancelled"}
POLL_S = 0.05
KEPT_BRIEFLY = httpx.Limits(keepalive_expiry=1.0)
"""No connection is used again after so long: the host closes one that is idle for 5 s, perhaps at that very moment."""


class ApiUser:
    """One signed-in user of a host. ``speed`` is the host's, so that durations here are real seconds."""

    def __init__(self, url: str, name: str = "demo", *, speed: float = 20.0) -> None:
        self._speed = speed
        self._client = httpx.Client(base_url=url, timeout=20.0, trust_env=False, limits=KEPT_BRIEFLY)
        answer = self._client.post("/api/auth/login", json={"username": name, "password": name})
        answer.raise_for_status()
        self.token = str(answer.json()["accessToken"])
        self._client.headers["authorization"] = f"Bearer {self.token}"

    def close(self) -> None:
        """Use it no more."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, path: str, **query: Any) -> Json:
        """The body of a successful GET."""
        body: Json = self.read(path, **query).json()
        return body

    def read(self, path: str, **query: Any) -> httpx.Response:
        """The answer to a successful GET, of whatever type. Raises ``httpx.HTTPStatusError``."""
        answer = self._client.get(path, params=query)
        answer.raise_for_status()
        return answer

    def post(self, path: str, body: Json) -> httpx.Response:
        """The answer to a POST, whatever it is."""
        return self._client.post(path, json=body)

    def submit_task(
        self, *, seconds: float, outcome: Outcome = "succeeded", action: str = "wenshengtu", points: int = 20
    ) -> str:
        """Submit a traditional task that takes so many real seconds; its id."""
        task = f"tsk_{uuid4().hex[:16]}"
        order = {
            "taskId": task,
            "action": action,
            "userId": "",
            "channel": "web",
            "workflowParams": {"simulate": self._simulated(seconds, outcome)},
            "points": points,
        }
        self.post("/api/tasks/v1/submit", order).raise_for_status()
        return task

    def submit_ability_task(
        self,
        *,
        seconds: float,
        outcome: Outcome = "succeeded",
        ability: str = SERVICE_ABILITY,
        error: str | None = None,
        trace: str | None = None,
        **more: Any,
    ) -> str:
        """Submit an ability task that takes so many real seconds; its id."""
        simulated = self._simulated(seconds, outcome) | ({"error": error} if error else {})
        metadata = {"simulate": simulated} | ({"traceId": trace} if trace else {})
        order = {"abilityId": ability, "inputs": {"prompt": "koi"}, "imageUrl": PICTURE, "metadata": metadata, **more}
        answer = self.post("/api/ability-tasks", order)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def wait_for_end(self, *jobs: str) -> None:
        """Wait until the server says that jobs have ended; ``submit_task`` and ``submit_ability_task`` gave their ids.

        It asks now and then: whoever asks without a pause takes the processor from the page and the host.
        """
        waiting = set(jobs)
        while waiting:
            for path, name in (("/api/ability-tasks", "id"), ("/api/tasks/v1", "taskId")):
                waiting -= {item[name] for item in self.get(path)["items"] if item["status"] in ENDED}
            time.sleep(POLL_S if waiting else 0)

    def points(self) -> Json:
        """What the wallet holds."""
        return self.get("/api/wallet/v1/statistics", userId="")

    def _simulated(self, seconds: float, outcome: Outcome) -> Json:
        return {"seconds": seconds * self._speed, "outcome": outcome}
