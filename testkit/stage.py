"""One page, booted once and used by many journeys: each signs in, does its part and leaves the page signed out.

A boot costs seconds, a sign-in a fraction of one. The page is on a relay, so that a journey may have a host of its own
behind the same address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, WebSocket, expect

from testkit.browser import BOOT_MS, PATIENCE_MS, Faults
from testkit.host import Host
from testkit.relay import Relay

NUMBER = re.compile(r"^\d+$")
SIZE = {"width": 1280, "height": 800}
STATISTICS = "/api/wallet/v1/statistics"
DIAGNOSTICS = "() => window.podi.diagnostics()"
# Notes what rows and the page's transport have shown, with the page's own clock: a busy test sees less than happened.
RECORD = """() => {
  const seen = (window.seen = { rows: {}, transports: [] });
  const root = document.documentElement;
  const note = row => {
    const words = (seen.rows[row.dataset.taskId] ??= []);
    if (words.at(-1) !== row.dataset.status) words.push(row.dataset.status);
  };
  const look = () => document.querySelectorAll(".row[data-task-id]").forEach(note);
  const mark = () => seen.transports.push([root.dataset.podiTransport, performance.now()]);
  window.recorder?.forEach(one => one.disconnect());
  const rows = new MutationObserver(look), transport = new MutationObserver(mark);
  rows.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-status"] });
  transport.observe(root, { attributeFilter: ["data-podi-transport"] });
  window.recorder = [rows, transport];
  look();
}"""
# Headless Chromium shows every page, also one behind another tab, and freezing a page by its life cycle does not change
# its visibility. So the page gets what a browser gives it when its tab is covered: the two properties and the event.
VISIBILITY = """state => {
  for (const [name, value] of [["hidden", state === "hidden"], ["visibilityState", state]])
    Object.defineProperty(document, name, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Stage:
    """The page, what went over its wire, and the few moves that every journey makes."""

    def __init__(self, context: BrowserContext, url: str, faults: Faults) -> None:
        self.context = context
        self.url = url
        self.faults = faults
        self.requests: list[Request] = []
        self.finished: list[Request] = []
        self.sockets: list[WebSocket] = []
        # How often a condition is looked at: with each frame, or so many milliseconds where the page has no frames.
        self.polling: float | Literal["raf"] = "raf"
        self.page = context.new_page()
        self.page.on("request", self._asked)
        self.page.on("requestfinished", self._answered)
        self.page.on("websocket", self._connected)

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _answered(self, request: Request) -> None:
        self.finished.append(request)

    def _connected(self, socket: WebSocket) -> None:
        self.sockets.append(socket)

    @property
    def root(self) -> Locator:
        """`<html>`."""
        return self.page.locator("html")

    @property
    def drawer(self) -> Locator:
        """The log drawer."""
        return self.page.locator("[data-podi=log-drawer]")

    def boot(self, query: str = "") -> None:
        """Load the page and wait for the form, or the lists."""
        self.page.goto(f"{self.url}/{query}")
        expect(self.page.locator("html:not([data-podi-state=booting])")).to_be_attached(timeout=BOOT_MS)

    def sign_in(self, user: str = "demo", *, transport: str | None = "push") -> None:
        """Sign in through the form and wait until updates come."""
        expect(self.root).to_have_attribute("data-podi-state", "signed-out", timeout=BOOT_MS)
        self.page.locator("input[name=username]").fill(user)
        self.page.locator("input[name=password]").fill(user)
        self.page.locator("button[type=submit]").click()
        expect(self.root).to_have_attribute("data-podi-state", "ready")
        if transport:
            self.expect_transport(transport)
        expect(self.page.locator("[data-podi=balance]")).to_have_text(NUMBER)

    def sign_out(self) -> None:
        """Sign out through the button."""
        self.page.locator("[data-podi=sign-out]").click()
        expect(self.root).to_have_attribute("data-podi-state", "signed-out")

    def expect_transport(self, transport: str, timeout_ms: float = PATIENCE_MS) -> None:
        """Wait until updates come this way."""
        expect(self.root).to_have_attribute("data-podi-transport", transport, timeout=timeout_ms)

    def go(self, route: str) -> None:
        """Follow a link to a route."""
        self.page.evaluate("route => { location.hash = route }", route)

    def submit(self) -> str:
        """Submit the form as an ability task; the id that the host gave it."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok) as answer:
            self.page.locator("[data-podi=invoke-task]").click()
        return str(answer.value.json()["id"])

    def row(self, job: str) -> Locator:
        """The row of a task in a list."""
        return self.page.locator(f".row[data-task-id='{job}']")

    def expect_status(self, job: str, status: str, timeout_ms: float = PATIENCE_MS) -> None:
        """Wait until a row has this status."""
        expect(self.row(job)).to_have_attribute("data-status", status, timeout=timeout_ms)

    def record(self) -> None:
        """From here on, note what rows and the transport show."""
        self.page.evaluate(RECORD)

    def shown(self, job: str) -> list[str]:
        """The statuses that a row has shown since `record`, in order."""
        words: list[str] = self.page.evaluate("job => window.seen.rows[job] ?? []", job)
        return words

    def refresh(self) -> None:
        """Ask the page to read everything anew, as its user would."""
        self.page.locator("[data-podi=refresh]").click()

    def catch_up(self) -> None:
        """Wait until what the connection replayed is history: the points have been read anew since.

        Twice, because the first of these reads may have been under way before it was asked for.
        """
        for _ in range(2):
            known = set(self.requests)
            self.refresh()
            while not any(STATISTICS in request.url and request not in known for request in self.finished):
                self.page.wait_for_event("requestfinished")
        self.diagnostics()

    def balance(self) -> int:
        """The balance that is shown."""
        return int(self.page.locator("[data-podi=balance]").inner_text())

    def diagnostics(self) -> dict[str, Any]:
        """What the page says of itself."""
        found: dict[str, Any] = self.page.evaluate(DIAGNOSTICS)
        return found

    def wait_for_diagnostics(self, condition: str, timeout_ms: float = PATIENCE_MS) -> None:
        """Wait until a JavaScript condition on `d`, the diagnostics, holds."""
        self.page.wait_for_function(
            f"() => {{ const d = window.podi.diagnostics(); return {condition} }}",
            timeout=timeout_ms,
            polling=self.polling,
        )

    def show(self, state: Literal["visible", "hidden"]) -> None:
        """Cover the page, or uncover it."""
        self.page.evaluate(VISIBILITY, state)

    @contextmanager
    def quiet(self, seconds: float) -> Iterator[None]:
        """See that nothing is asked of the host in the `seconds` after the block: silence is what is waited for.

        Pictures of rows that were drawn before are loaded by the browser when it comes to it.
        """
        yield
        before = len(self.requests), len(self.sockets)
        self.page.wait_for_timeout(seconds * 1000)
        asked = [request.url for request in self.requests[before[0] :] if "/api/assets/" not in request.url]
        asked += [socket.url for socket in self.sockets[before[1] :]]
        assert not asked, f"asked meanwhile: {asked}"

    @contextmanager
    def another_page(self) -> Iterator[Page]:
        """Return another page of the same browser, closed after the block, lest the next test sign it in too."""
        page = self.context.new_page()
        try:
            yield page
        finally:
            page.close()

    def api_requests(self, condition: Callable[[Request], bool] = lambda _: True) -> list[str]:
        """Method and path of the requests to the API so far."""
        return [
            f"{request.method} {request.url.removeprefix(self.url).partition('?')[0]}"
            for request in self.requests
            if request.url.startswith(f"{self.url}/api/") and condition(request)
        ]

    def clear(self) -> None:
        """Leave the page as the next journey wants to find it: signed out, visible, English, on its first route."""
        self.show("visible")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        self.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        if self.root.get_attribute("data-podi-state") == "ready":
            # Where the journey had a host of its own, the usual one is about to end the session by itself.
            self.page.keyboard.press("Escape")
            self.page.evaluate("() => document.querySelector('[data-podi=sign-out]')?.click()")
        expect(self.root).to_have_attribute("data-podi-state", "signed-out")
        self.page.evaluate("() => { localStorage.clear(); location.hash = '/tasks' }")
        self.page.mouse.move(1279, 799)
        self.requests.clear()
        self.finished.clear()
        self.sockets.clear()


@contextmanager
def staged(
    chromium: Browser,
    served: Relay | Host,
    *,
    query: str = "",
    ignoring: tuple[str, ...] = (),
    script: Path | None = None,
) -> Iterator[Stage]:
    """Boot a page, after a script of the test's own if there is one.

    `evaluate` needs the policy out of the way, so another page shows that it is kept.
    """
    context = chromium.new_context(
        bypass_csp=True,
        locale="en-US",
        color_scheme="light",
        viewport=SIZE,  # type: ignore[arg-type]
        accept_downloads=True,
    )
    if script is not None:
        context.add_init_script(path=script)
    faults = Faults(served.url, ignoring)
    faults.watch(context)
    try:
        stage = Stage(context, served.url, faults)
        stage.boot(query)
        yield stage
    finally:
        context.close()
