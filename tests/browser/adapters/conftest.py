"""A page with nothing but the adapters, booted once; tests drive them in Python and check what the browser did."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from testkit.browser import BOOT_MS
from testkit.host import ROOT
from testkit.site import POLICY, FileHandler, serving
from testkit.socket_server import serving_sockets

RECORDS = 450


class ApiHandler(FileHandler):
    """The page's files, and an API that shows what it was asked, refuses, stalls and pages through logs."""

    protocol_version = "HTTP/1.1"
    # The sockets' server has another port, and a worker has the policy that came with its file.
    policy = POLICY.replace("connect-src 'self'", "connect-src *")
    tokens: ClassVar[list[str]] = []

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        """Answer a file or the API."""
        route = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(route.query).items()}
        match route.path:
            case "/api/echo":
                self._answer(200, {"method": self.command, "headers": dict(self.headers.items())})
            case "/api/refused":
                self._answer(503, {"detail": "BUSY"}, {"Retry-After": "7"})
            case "/api/stalled":
                time.sleep(float(query["seconds"]))
                self._answer(200, {})
            case "/api/cut":
                self.close_connection = True
            case "/api/half":
                self.close_connection = True
                self._answer(200, {"items": []}, promised=1000)
            case path if path.startswith("/api/admin/"):
                self._logs(query)
            case _:
                super().do_GET()

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        """Show what was sent."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(200, {"method": self.command, "body": body, "type": self.headers["Content-Type"]})

    def _logs(self, query: dict[str, str]) -> None:
        token = self.headers["Authorization"]
        if token != "Bearer good":
            self._answer(401, {"detail": "INVALID_TOKEN"})
            return
        first, limit = int(query["offset"]), int(query["limit"])
        if "slow" in self.path:
            time.sleep(0.3)
        if "broken" in self.path and first >= 400:
            self._answer(404, {})
            return
        items = [{"id": number} for number in range(first, min(first + limit, RECORDS))]
        self._answer(200, {"total": RECORDS, "items": items})

    def _answer(self, status: int, body: object, headers: dict[str, str] | None = None, promised: int = 0) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(promised or len(content)))
        self.end_headers()
        self.wfile.write(content)


class Python:
    """Runs Python in the page."""

    def __init__(self, page: Page, url: str, sockets: str) -> None:
        self.page = page
        self.url = url
        self.sockets = sockets
        self.console: list[str] = []
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))

    def __call__(self, code: str) -> Any:
        """Run the body of a coroutine and return its value."""
        return json.loads(self.page.evaluate("code => window.run(code)", code))


@pytest.fixture(scope="session")
def adapters_context(chromium: Browser) -> Iterator[BrowserContext]:
    """Where the adapters' pages are: `evaluate` needs the policy switched off."""
    context = chromium.new_context(bypass_csp=True, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture(scope="session")
def booted_python(adapters_context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Python]:
    """The page, booted."""
    site = tmp_path_factory.mktemp("adapters")
    shutil.copytree(Path(__file__).parents[1] / "pages" / "adapters", site, dirs_exist_ok=True)
    for name in ("app", "static"):
        (site / name).symlink_to(ROOT / name)
    with serving(site, ApiHandler) as url, serving_sockets() as sockets:
        page = adapters_context.new_page()
        python = Python(page, url, sockets)
        page.goto(url)
        page.locator("html[data-ready]").wait_for(state="attached", timeout=BOOT_MS)
        yield python
        page.goto("about:blank")


@pytest.fixture
def python(booted_python: Python) -> Python:
    """Runs Python in the page. What was written to the console is forgotten before each test."""
    booted_python.console.clear()
    return booted_python
