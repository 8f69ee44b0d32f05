"""Windows of one browser, booted once: what befalls them, and what has to be true of all together (R43)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route, WebSocket, expect

from app.core.status import parse_status
from testkit.api_user import ApiUser
from testkit.browser import BOOT_MS, Faults
from testkit.host import Host
from testkit.stage import VISIBILITY

SHARING = "() => window.podi.diagnostics().sharing ?? {}"
ROWS = "() => [...document.querySelectorAll('.row[data-task-id]')].map(({ dataset: d }) => [d.taskId, d.status])"
# Headless Chromium freezes no page, for all are visible (docs/decisions/one-connection.md). A request that the page
# waits for in its main thread lets that stand still as a freeze does; the socket's worker goes on.
STAND_STILL = """() => {
  setTimeout(() => {
    const request = new XMLHttpRequest();
    request.open("GET", "stand-still", false);
    request.send();
  }, 0);
}"""
STANDING_STILL = "**/stand-still"
CRASH = "chrome://crash"
ROB = """async () => {
  const { held } = await navigator.locks.query();
  await navigator.locks.request(held[0].name, { steal: true }, () => {});
  const channel = new BroadcastChannel(held[0].name);
  for (const value of [1, null, "x", ["{}"], ['{"kind":"beat"}'], ['{"kind":"closed","number":1,"page":"x"}']])
    channel.postMessage(value);
  channel.close();
}"""
CHECK_EVERY_MS = 50
PATIENCE_S = 30.0


class Windows:
    """Pages of one context, the sockets that they opened, and what they asked of the API."""

    def __init__(self, context: BrowserContext, url: str, faults: Faults) -> None:
        self.context = context
        self.url = url
        self.faults = faults
        self.pages: list[Page] = []
        # With the page that opened it.
        self.sockets: list[tuple[Page, WebSocket]] = []
        self.asked: list[str] = []
        # Which window got which answer, and how long after it was opened.
        self.answered: list[str] = []
        # The requests that pages wait for and stand still.
        self._still: dict[Page, Route] = {}

    def watch(self, page: Page) -> None:
        """Count a window among these, from before it is booted."""
        self.pages.append(page)
        page.on("websocket", lambda socket: self.sockets.append((page, socket)))
        page.on("request", lambda request: self.asked.append(request.url))
        number, begun = len(self.pages), time.monotonic()

        def answered(answer: Response) -> None:
            self.answered.append(f"window {number}, {time.monotonic() - begun:.1f} s: {answer.status} {answer.url}")

        page.on("response", answered)

    # What befalls them

    def open(self) -> Page:
        """Open another window, and wait for the form or the lists."""
        page = self.context.new_page()
        self.watch(page)
        page.goto(self.url)
        expect(page.locator("html:not([data-podi-state=booting])")).to_be_attached(timeout=BOOT_MS)
        return page

    def sign_in(self, user: str) -> None:
        """Sign in, in the first window; the others find the session."""
        page = self.pages[0]
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(user)
        page.locator("button[type=submit]").click()
        for each in self.pages:
            expect(each.locator("html")).to_have_attribute("data-podi-state", "ready")

    def sign_out(self, page: Page) -> None:
        """Sign out in one window, and so in all."""
        page.locator("[data-podi=sign-out]").click()
        for each in self.pages:
            expect(each.locator("html")).to_have_attribute("data-podi-state", "signed-out")

    def leave(self, page: Page) -> None:
        """Close a window."""
        self.pages.remove(page)
        page.close()

    def crash(self, page: Page) -> None:
        """Let a window's process die: it says nothing to anybody."""
        try:
            page.goto(CRASH, wait_until="commit")
        except Error:
            self.leave(page)
        else:
            raise AssertionError("the window did not crash")

    def stand_still(self, page: Page) -> None:
        """Let a window's thread stand still until `go_on`; nothing can be asked of it meanwhile."""
        page.route(STANDING_STILL, lambda route: self._still.update({page: route}))
        page.evaluate(STAND_STILL)
        other = next(each for each in self.pages if each is not page)
        until(other, lambda: page in self._still)

    def go_on(self, page: Page) -> None:
        """Let it go on."""
        self._still.pop(page).fulfill(body="")
        page.unroute(STANDING_STILL)

    def recover(self) -> None:
        """Let all go on, and uncover them."""
        for page in tuple(self._still):
            self.go_on(page)
        for page in self.pages:
            self.show(page)

    def rob(self) -> None:
        """Let a script take the lock away, and say nonsense on the channel."""
        self.watched[-1].evaluate(ROB)

    def hand_to(self, page: Page) -> None:
        """Let a window hold: the others are covered until it does."""
        others = [each for each in self.pages if each is not page]
        for each in others:
            self.hide(each)
        until(page, lambda: sharing(page).get("role") == "holder")
        for each in others:
            self.show(each)

    def hide(self, page: Page) -> None:
        """Cover a window."""
        page.evaluate(VISIBILITY, "hidden")

    def show(self, page: Page) -> None:
        """Uncover it."""
        page.evaluate(VISIBILITY, "visible")

    # What they say

    @property
    def watched(self) -> list[Page]:
        """The windows that do not stand still."""
        return [page for page in self.pages if page not in self._still]

    @property
    def alive(self) -> list[WebSocket]:
        """The sockets of windows that do not stand still; those of a closed window are closed, reported or not."""
        return [socket for page, socket in self.sockets if page in self.watched and not socket.is_closed()]

    @property
    def roles(self) -> list[str]:
        """The part of each window."""
        return [str(sharing(page).get("role")) for page in self.watched]

    @property
    def holder(self) -> Page:
        """The window that holds."""
        return self.watched[self.roles.index("holder")]

    def wanted(self) -> int:
        """How often all windows wanted to know of ability tasks."""
        asked = [page.evaluate("() => window.podi.diagnostics().requests") for page in self.pages]
        return sum(count for one in asked for route, count in one.items() if "/api/ability-tasks" in route)

    def polls(self) -> int:
        """How often they asked the host."""
        return sum("/api/ability-tasks" in url for url in self.asked)

    # What has to be true

    def expect_shared(self, count: int) -> None:
        """Wait until every window that is looked at is live, so many share, and one socket is open."""
        for page in self.watched:
            expect(page.locator("[data-slot=connection-age]")).to_contain_text(f"shared by {count} windows")
        self.expect_sockets(1)

    def expect_sockets(self, count: int) -> None:
        """Wait until so many sockets are open."""
        until(self.watched[0], lambda: len(self.alive) == count)

    def expect_ended(self, job: str) -> None:
        """Wait until every window shows that a job has ended."""
        for page in self.watched:
            expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")

    def expect_lists_of(self, user: ApiUser, jobs: set[str], patience_s: float = PATIENCE_S) -> None:
        """Wait until every window shows what the database has, these jobs among it."""
        for page in self.watched:
            until(page, partial(_agree, page, user, jobs), patience_s)


def _agree(page: Page, user: ApiUser, jobs: set[str]) -> bool:
    rows = shown(page)
    return jobs <= rows.keys() and rows.items() <= truth(user).items()


def truth(user: ApiUser) -> dict[str, str]:
    """The status of every job of a user, as the database has it."""
    return {
        str(job[name]): parse_status(str(job["status"])).value
        for path, name, query in (
            ("/api/tasks/v1", "taskId", {"userId": "", "page": 0, "size": 50}),
            ("/api/ability-tasks", "id", {"limit": 200}),
        )
        for job in user.get(path, **query)["items"]
    }


def sharing(page: Page) -> dict[str, Any]:
    """What a window says of its part."""
    found: dict[str, Any] = page.evaluate(SHARING)
    return found


def shown(page: Page) -> dict[str, str]:
    """The status of every job that is drawn; rows that are scrolled out of view are not."""
    return dict(page.evaluate(ROWS))


def until(page: Page, condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Let windows work until something holds."""
    for _ in range(round(patience_s * 1000 / CHECK_EVERY_MS)):
        if condition():
            return
        page.wait_for_timeout(CHECK_EVERY_MS)
    raise AssertionError(condition)


@contextmanager
def windowed(chromium: Browser, host: Host, *, script: Path | None = None) -> Iterator[Windows]:
    """Make a context in which windows can be opened, each after a script of the test's own if there is one."""
    context = chromium.new_context(bypass_csp=True, locale="en-US", viewport={"width": 1280, "height": 800})
    if script is not None:
        context.add_init_script(path=script)
    faults = Faults(host.url, ())
    faults.watch(context)
    try:
        yield Windows(context, host.url, faults)
    finally:
        context.close()
