"""A host of its own for a test: started on a free port, spoken to over real HTTP and WebSocket, ended with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from websockets.sync.client import ClientConnection, connect

from testkit.api_user import KEPT_BRIEFLY, POLL_S

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def looks() -> Iterator[None]:
    """One turn for each look at what is still to come about, now and then, for as long as anybody has patience."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        yield
        time.sleep(POLL_S)


Json = dict[str, Any]


def command(*arguments: object) -> list[str]:
    """The command line of a host."""
    return [sys.executable, "-m", "devserver", *map(str, arguments)]


def refusal(*arguments: object) -> subprocess.CompletedProcess[str]:
    """What a host that is expected not to start leaves behind."""
    return subprocess.run(
        command(*arguments), cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@dataclass
class Host:
    """A running host. ``close()`` may be called any number of times."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]
    """What it printed, the ready line last."""
    client: httpx.Client = field(repr=False)
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def start(cls, *arguments: object) -> Self:
        """Start and wait for the ready line."""
        process = subprocess.Popen(
            command("--port", 0, *arguments),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                url = lines[-1].removeprefix("ready ").rstrip("/")
                client = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False, limits=KEPT_BRIEFLY)
                return cls(process, url, lines, client)
        _, errors = process.communicate()
        raise AssertionError(f"the host did not start: {lines} {errors}")

    @property
    def authority(self) -> str:
        """``127.0.0.1:port``."""
        return self.url.removeprefix("http://")

    def token(self, name: str = "demo") -> str:
        """An access token of a demo user, the same one every time."""
        if name not in self._tokens:
            self._tokens[name] = self.login(name)["accessToken"]
        return self._tokens[name]

    def login(self, name: str = "demo") -> Json:
        """The answer to signing in."""
        answer = self.client.post("/api/auth/login", json={"username": name, "password": name})
        assert answer.status_code == 200, answer.text
        return self.body(answer)

    def forget_tokens(self) -> None:
        """Sign in anew from now on."""
        self._tokens.clear()

    @staticmethod
    def body(answer: httpx.Response) -> Json:
        """The JSON object of an answer."""
        body = answer.json()
        assert isinstance(body, dict)
        return body

    def call(self, method: str, path: str, name: str = "demo", **rest: Any) -> httpx.Response:
        """A request by a demo user."""
        return self.client.request(method, path, headers={"Authorization": f"Bearer {self.token(name)}"}, **rest)

    def get(self, path: str, name: str = "demo", **params: Any) -> Json:
        """The body of a successful GET by a demo user."""
        answer = self.call("GET", path, name, params=params)
        assert answer.status_code == 200, answer.text
        return self.body(answer)

    def post(self, path: str, body: Json, name: str = "demo") -> Json:
        """The body of a successful POST by a demo user."""
        answer = self.call("POST", path, name, json=body)
        assert answer.status_code == 200, answer.text
        return self.body(answer)

    def socket(self, name: str = "demo", **rest: Any) -> ClientConnection:
        """The push socket of a demo user, authenticated by subprotocol as a browser's is."""
        rest.setdefault("subprotocols", ["podi.v1", f"podi.bearer.{self.token(name)}"])
        rest.setdefault("max_queue", None)  # or a replay that nobody reads holds up the closing handshake
        query = rest.pop("query", "")
        socket: ClientConnection = connect(f"ws://{self.authority}/api/notify/v1/stream{query}", proxy=None, **rest)
        return socket

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; answers the exit status and what went to stderr."""
        self.client.close()
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, errors

    def close(self) -> None:
        """End it, if it has not ended."""
        if self.process.poll() is None:
            status, errors = self.end()
            assert (status, errors) == (0, ""), errors[-3000:]
        self.client.close()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def frames_until(socket: ClientConnection, wanted: Callable[[Json], bool]) -> list[Json]:
    """The frames up to and including the first wanted one."""
    frames: list[Json] = []
    while not frames or not wanted(frames[-1]):
        frames.append(json.loads(socket.recv(timeout=PATIENCE_S)))
    return frames


def ends(task_id: str) -> Callable[[Json], bool]:
    """Whether a frame is the terminal one of this task, of either kind."""
    kinds, terminal = {"task.status", "ability-task.status"}, {"completed", "succeeded", "failed"}

    def wanted(frame: Json) -> bool:
        payload = frame["payload"]
        return (frame["type"] in kinds, payload.get("taskId"), payload.get("status") in terminal) == (
            True,
            task_id,
            True,
        )

    return wanted


def settles(task_id: str) -> Callable[[Json], bool]:
    """Whether a frame says what became of this task's points."""

    def wanted(frame: Json) -> bool:
        payload = frame["payload"]
        return bool(frame["type"] == "wallet.points" and payload["taskId"] == task_id and payload["status"] != "frozen")

    return wanted
