"""Firefox and Safari's engine, driven by their own protocols, with no package but the one for sockets.

Firefox speaks WebDriver BiDi, WebKitGTK's driver the classic WebDriver over HTTP. Both run where their Debian packages
are installed (`make browsers` installs them).
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from websockets.sync.client import ClientConnection, connect

START_S = 30.0
POLL_S = 0.1
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class EngineFailed(Exception):
    """The browser did not start, or refused what it was asked."""


class Engine(Protocol):
    """What a journey does in a browser."""

    def goto(self, url: str) -> None:
        """Go to an address."""

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""


def until(engine: Engine, expression: str, within_s: float = 90.0) -> Any:
    """Wait until an expression is truthy, and return it."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if value := engine.run(expression):
            return value
        time.sleep(POLL_S)
    raise AssertionError(f"not within {within_s:.0f} s: {expression}")


class Firefox:
    """One tab of a Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._ask("session.new", {"capabilities": {}})
        self._tab = self._ask("browsingContext.create", {"type": "tab"})["context"]

    def goto(self, url: str) -> None:
        """Go to an address."""
        self._ask("browsingContext.navigate", {"context": self._tab, "url": url, "wait": "none"})
        time.sleep(POLL_S)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        text = f"JSON.stringify([({expression})])"
        given = {"expression": text, "target": {"context": self._tab}, "awaitPromise": True}
        answer = self._ask("script.evaluate", given)
        if answer["type"] != "success":
            raise EngineFailed(str(answer)[:400])
        return json.loads(answer["result"]["value"])[0]

    def _ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=START_S))
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise EngineFailed(f"{method}: {answer['message'][:400]}")
                return dict(answer["result"])


class WebKit:
    """One window of WebKitGTK's browser."""

    def __init__(self, address: str) -> None:
        self._address = address
        options = {"binary": _webkit_browser(), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}}
        self._session = ""
        self._session = self._ask("POST", "/session", {"capabilities": wanted})["sessionId"]

    def goto(self, url: str) -> None:
        """Go to an address."""
        self._ask("POST", f"/session/{self._session}/url", {"url": url})

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        script = {"script": f"return JSON.stringify([({expression})])", "args": []}
        return json.loads(self._ask("POST", f"/session/{self._session}/execute/sync", script))[0]

    def close(self) -> None:
        """Close the window."""
        self._ask("DELETE", f"/session/{self._session}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as error:
            raise EngineFailed(f"{method} {path}: {error.read().decode()[:400]}") from error


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A Firefox with a profile of its own."""
    with ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(prefix="podi-firefox-", ignore_cleanup_errors=True))
        command = ["firefox-esr", "--headless", "--profile", profile, "--remote-debugging-port", "0", "--no-remote"]
        process = stack.enter_context(_process(command, {"HOME": profile}))
        address = _line(process, re.compile(r"WebDriver BiDi listening on (ws://\S+)"))
        yield Firefox(stack.enter_context(connect(f"{address}/session", max_size=None, open_timeout=START_S)))


@contextmanager
def webkit() -> Iterator[WebKit]:
    """A WebKitGTK window on a virtual screen."""
    port = 4700 + os.getpid() % 1000
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="podi-webkit-", ignore_cleanup_errors=True))
        environment = {"HOME": home, "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        # Its sandbox needs what a container does not give.
        environment["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        stack.enter_context(_process(["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"], environment))
        engine = _when_up(port)
        try:
            yield engine
        finally:
            engine.close()


ENGINES: dict[str, tuple[Callable[[], AbstractContextManager[Engine]], str]] = {
    "firefox": (firefox, "firefox-esr"),
    "webkit": (webkit, "WebKitWebDriver"),
}


def installed(name: str) -> bool:
    """Whether this engine is on this machine."""
    return shutil.which(ENGINES[name][1]) is not None


def _when_up(port: int) -> WebKit:
    deadline = time.monotonic() + START_S
    while True:
        try:
            return WebKit(f"http://127.0.0.1:{port}")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)


def _webkit_browser() -> str:
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    if not found:
        raise EngineFailed("WebKitGTK's MiniBrowser is not installed")
    return str(found[-1])


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # Its group, which is its own: a screen and the browsers on it end with what started them.
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal_)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        if process.stderr:
            process.stderr.close()


def _line(process: subprocess.Popen[str], pattern: re.Pattern[str]) -> str:
    assert process.stderr
    for line in process.stderr:
        if match := pattern.search(line):
            return match[1]
    raise EngineFailed(f"it ended with {process.poll()} before it was ready")
