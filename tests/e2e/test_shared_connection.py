"""Three windows of one browser on one connection, in real pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from app.core.status import parse_status
from testkit.api_user import ApiUser
from testkit.browser import BOOT_MS, NewPage, SignIn
from testkit.host import Host
from testkit.stage import VISIBILITY

SPEED = 20.0
SHARING = "() => window.podi.diagnostics().sharing ?? {}"
ROWS = "() => [...document.querySelectorAll('.row[data-task-id]')].map(({ dataset: d }) => [d.taskId, d.status])"


class Windows:
    """Pages of one context, the sockets that they opened, and what they asked of the API."""

    def __init__(self, first: Page, url: str) -> None:
        self.url = url
        self.pages: list[Page] = []
        # With the page that opened it.
        self.sockets: list[tuple[Page, WebSocket]] = []
        self.asked: list[str] = []
        self._watch(first)

    def open(self) -> Page:
        """Open another window, which finds the session."""
        page = self.pages[0].context.new_page()
        self._watch(page)
        page.goto(self.url)
        expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
        return page

    def expect_shared(self, count: int) -> None:
        """Wait until every visible window is live, so many share, and one socket is open."""
        for page in self.pages:
            expect(page.locator("[data-slot=connection-age]")).to_contain_text(f"shared by {count} windows")
        self.expect_sockets(1)

    def expect_sockets(self, count: int) -> None:
        """Wait until so many sockets are open."""
        until(self.pages[0], lambda: len(self.alive) == count)

    @property
    def alive(self) -> list[WebSocket]:
        """The sockets that are not closed; those of a closed page are, whether or not that was still reported."""
        return [socket for page, socket in self.sockets if not (page.is_closed() or socket.is_closed())]

    @property
    def roles(self) -> list[str]:
        """The part of each page."""
        return [str(sharing(page).get("role")) for page in self.pages]

    def wanted(self) -> int:
        """How often all pages wanted to know of ability tasks."""
        asked = [page.evaluate("() => window.podi.diagnostics().requests") for page in self.pages]
        return sum(count for one in asked for route, count in one.items() if "/api/ability-tasks" in route)

    def polls(self) -> int:
        """How often they asked the host."""
        return sum("/api/ability-tasks" in url for url in self.asked)

    def leave(self, page: Page) -> None:
        """Close a window."""
        self.pages.remove(page)
        page.close()

    def expect_ended(self, job: str) -> None:
        """Wait until every window shows that a job has ended."""
        for page in self.pages:
            expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")

    def expect_lists_of(self, user: ApiUser, jobs: set[str]) -> None:
        """Wait until every window shows what the database has, these jobs among it, which have ended."""
        have = {
            str(job[name]): parse_status(str(job["status"])).value
            for path, name, query in (
                ("/api/tasks/v1", "taskId", {"userId": "", "page": 0, "size": 50}),
                ("/api/ability-tasks", "id", {"limit": 200}),
            )
            for job in user.get(path, **query)["items"]
        }
        assert jobs <= have.keys()
        for page in self.pages:
            until(page, lambda page=page: self._shown(page).items() <= have.items())  # type: ignore[misc]
            assert jobs <= self._shown(page).keys()

    def _shown(self, page: Page) -> dict[str, str]:
        """The status of every job that is drawn; rows that are scrolled out of view are not."""
        return dict(page.evaluate(ROWS))

    def _watch(self, page: Page) -> None:
        self.pages.append(page)
        page.on("websocket", lambda socket: self.sockets.append((page, socket)))
        page.on("request", lambda request: self.asked.append(request.url))


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Let pages work until something holds."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


@pytest.fixture
def windows(new_page: NewPage, sign_in: SignIn, host: Host) -> Windows:
    """Three windows that share."""
    page = new_page(host.url, goto=False, bypass_csp=True)
    found = Windows(page, host.url)
    page.goto(host.url)
    sign_in(page)
    until(page, lambda: sharing(page).get("role") == "holder")
    found.open()
    found.open()
    found.expect_shared(3)
    return found


def sharing(page: Page) -> dict[str, Any]:
    """What a page says of its part."""
    found: dict[str, Any] = page.evaluate(SHARING)
    return found


def test_three_windows_have_one_connection(windows: Windows, host: Host) -> None:
    """R43: one socket at the host, all rows live in all windows; another takes over when the holder is closed."""
    assert ["follower", "follower", "holder"] == sorted(windows.roles)
    with ApiUser(host.url, speed=SPEED) as user:
        job = user.submit_ability_task(seconds=1)
        windows.expect_ended(job)
        windows.leave(windows.pages[windows.roles.index("holder")])
        later = user.submit_ability_task(seconds=1)
        windows.expect_shared(2)
        windows.expect_ended(later)
        windows.expect_lists_of(user, {job, later})
        windows.leave(windows.pages[0])
        expect(windows.pages[0].locator("[data-slot=connection-word]")).to_have_text("Live")
        windows.expect_sockets(1)


def test_three_windows_cost_the_polls_of_one(new_page: NewPage, sign_in: SignIn, host: Host) -> None:
    """R43, R8: without push, what three windows ask of a running job is asked of the host half as often at most."""
    page = new_page(host.url, goto=False, bypass_csp=True)
    windows = Windows(page, f"{host.url}/?podi.disable_ws=true")
    page.goto(windows.url)
    sign_in(page)
    windows.open()
    windows.open()
    for each in windows.pages:
        until(each, lambda each=each: sharing(each).get("windows") == 3)  # type: ignore[misc]
    with ApiUser(host.url, speed=SPEED) as user:
        job = user.submit_ability_task(seconds=25)
        for each in windows.pages:
            # Without push it is listed when it is asked for.
            each.locator("[data-podi=refresh]").click()
            expect(each.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "running")
        wanted, asked = windows.wanted(), windows.polls()
        until(page, lambda: windows.wanted() >= wanted + 18)
        assert 0 < windows.polls() - asked <= 9


def test_a_hidden_holder_hands_over(windows: Windows, host: Host) -> None:
    """R43, R17: the hidden window has no socket and asks nothing; shown again it is live without one of its own."""
    first = windows.pages[windows.roles.index("holder")]
    second, third = (page for page in windows.pages if page is not first)
    first.evaluate(VISIBILITY, "hidden")
    expect(first.locator("html")).to_have_attribute("data-podi-transport", "paused")
    for page in (second, third):
        expect(page.locator("[data-slot=connection-age]")).to_contain_text("shared by 3 windows")
    windows.expect_sockets(1)
    assert "follower" == sharing(first).get("role")
    with ApiUser(host.url, speed=SPEED) as user:
        job = user.submit_ability_task(seconds=0.5)
        expect(third.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")
        first.evaluate(VISIBILITY, "visible")
        windows.expect_shared(3)
        windows.expect_lists_of(user, {job})


def test_signing_out_ends_it_and_another_user_shares_anew(windows: Windows, sign_in: SignIn, host: Host) -> None:
    """R43, R33: no socket, channel or lock is left; the next user's windows have one connection again."""
    windows.pages[1].locator("[data-podi=sign-out]").click()
    for page in windows.pages:
        expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out")
    windows.expect_sockets(0)
    windows.pages[0].wait_for_function("async () => (await navigator.locks.query()).held.length === 0")
    assert ["alone"] * 3 == windows.roles
    sign_in(windows.pages[0], "admin")
    windows.expect_shared(3)
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=0.2)
        windows.expect_ended(job)
        windows.expect_lists_of(user, {job})


def test_a_stolen_lock_and_nonsense_on_the_channel(windows: Windows, host: Host) -> None:
    """R43: whatever another script does with them, all windows are live with one socket within a moment."""
    windows.pages[1].evaluate(
        """async () => {
          const { held } = await navigator.locks.query();
          await navigator.locks.request(held[0].name, { steal: true }, () => {});
          const channel = new BroadcastChannel(held[0].name);
          for (const value of [1, null, "x", ["{}"], ['{"kind":"beat"}'], ['{"kind":"closed","number":1,"page":"x"}']])
            channel.postMessage(value);
          channel.close();
        }"""
    )
    windows.expect_shared(3)
    with ApiUser(host.url, speed=SPEED) as user:
        job = user.submit_ability_task(seconds=0.2)
        windows.expect_ended(job)
        windows.expect_lists_of(user, {job})


def test_a_browser_without_locks(new_page: NewPage, sign_in: SignIn, host: Host) -> None:
    """R43: every page works alone, and its diagnostics say why."""
    page = new_page(host.url, goto=False, bypass_csp=True)
    page.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    windows = Windows(page, host.url)
    page.goto(host.url)
    sign_in(page)
    windows.open()
    for each in windows.pages:
        until(each, lambda each=each: sharing(each).get("alone") == "no locks")  # type: ignore[misc]
        expect(each.locator("[data-slot=connection-word]")).to_have_text("Live")
    windows.expect_sockets(2)
