"""Who is signed in: wrong passwords, tokens that run out, signing out, other tabs, and users who are no admins."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from testkit.host import StartHost
from testkit.past import prepare
from testkit.relay import Relay
from testkit.stage import Stage
from tests.e2e.conftest import Users

SHORT_S = 8
# Long enough for a socket to be steady between the renewal of its token and the token's end.
LONGER_S = 12
LOGIN = "POST /api/auth/login"
REFRESH = "POST /api/auth/refresh"
EXPIRED = """() => {
  const { access_token } = JSON.parse(localStorage.getItem("podi.session"));
  return Date.now() / 1000 > JSON.parse(atob(access_token.split(".")[1])).exp + 1;
}"""


def test_wrong_password(stage: Stage) -> None:
    """R33: a wrong password is said at the form, keeps the name, and starts nothing."""
    page = stage.page
    page.locator("input[name=username]").fill("demo")
    page.locator("input[name=password]").fill("wrong")
    page.locator("button[type=submit]").click()
    alert = page.get_by_role("alert").filter(has_text="Username or password is not right")
    expect(alert).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_focused()
    expect(page.locator("input[name=username]")).to_have_value("demo")
    assert "signed-out" == stage.root.get_attribute("data-podi-state")
    # The page's own count: of a socket that ended before, the browser may say so late.
    found = stage.diagnostics()
    assert ([LOGIN], 0, 0) == (stage.api_requests(), found["timers"], found["sockets"])
    page.locator("input[name=password]").fill("demo")
    page.keyboard.press("Enter")
    expect(stage.root).to_have_attribute("data-podi-state", "ready")


def test_sign_out_leaves_nothing_running(stage: Stage, users: Users) -> None:
    """R5, R33: signing out amid work closes the socket, ends every timer, asks nothing and forgets the tokens."""
    users("admin").submit_ability_task(seconds=6)
    stage.sign_in("admin")
    expect(stage.page.locator("[data-podi=queue-status]")).to_be_visible()
    with stage.quiet(2.5):
        stage.sign_out()
        stage.wait_for_diagnostics("d.timers === 0 && d.sockets === 0 && d.activeIds.length === 0")
    left = stage.diagnostics()
    assert (["signed-out"], "off") == (left["pauseReasons"], left["transport"])
    assert [] == stage.page.evaluate("() => Object.keys(localStorage).filter(key => key.includes('session'))")
    expect(stage.page.locator("[data-task-id], [data-podi=balance], [data-podi=sign-out]")).to_have_count(0)


def test_sign_out_under_a_pulled_plug(stage: Stage, relay: Relay) -> None:
    """R5: no reconnect stays pending after signing out while push was being retried."""
    stage.sign_in()
    relay.drop_push()
    stage.sign_out()
    stage.wait_for_diagnostics("d.timers === 0 && d.sockets === 0")


@pytest.fixture
def short_sessions(stage: Stage, relay: Relay, start_host: StartHost, tmp_path: Path) -> Callable[[int], None]:
    """Put a host behind the page whose access tokens are over after so many seconds."""

    def start(seconds: int) -> None:
        relay.lead_to(start_host("--access-seconds", str(seconds), data=prepare(tmp_path)).port)

    return start


def test_tokens_are_renewed_before_they_expire(
    stage: Stage, short_sessions: Callable[[int], None], users: Users
) -> None:
    """R33: a session outlives its access token by one renewal ahead of each expiry; push goes on or comes back."""
    short_sessions(LONGER_S)
    stage.sign_in()
    for _ in range(2):
        with stage.page.expect_request("**/api/auth/refresh", timeout=LONGER_S * 1000):
            pass
    # The socket was opened with the first token and ends with it.
    stage.wait_for_diagnostics("d.reconnects >= 1 && d.transport === 'push'")
    job = users().submit_ability_task(seconds=0.2)
    stage.refresh()
    stage.expect_status(job, "succeeded")
    expect(stage.root).to_have_attribute("data-podi-state", "ready")


def test_an_expired_token_is_renewed_once(stage: Stage, short_sessions: Callable[[int], None]) -> None:
    """R33: when a covered page comes back with an expired token, all its reads share a single refresh."""
    short_sessions(SHORT_S)
    stage.sign_in("admin")
    stage.show("hidden")
    stage.expect_transport("paused")
    stage.page.wait_for_function(EXPIRED)
    before = stage.api_requests().count(REFRESH)
    stage.finished.clear()
    with (
        stage.page.expect_request_finished(lambda request: "/api/tasks/v1" in request.url),
        stage.page.expect_request_finished(lambda request: "/api/ability-tasks" in request.url),
        stage.page.expect_request_finished(lambda request: "/api/wallet/v1/statistics" in request.url),
    ):
        stage.show("visible")
    stage.expect_transport("push")
    statuses = {answer.status for request in stage.finished if (answer := request.response())}
    assert (before + 1, {200}) == (stage.api_requests().count(REFRESH), statuses)


def test_a_refused_refresh_ends_in_the_form(stage: Stage, relay: Relay, start_host: StartHost, tmp_path: Path) -> None:
    """R33, R5: when the backend knows the session no longer, one refresh is tried, then the form says what happened."""
    stage.sign_in()
    before = stage.api_requests().count(REFRESH)
    foreign = start_host(data=prepare(tmp_path))
    relay.lead_to(foreign.port)
    expect(stage.root).to_have_attribute("data-podi-state", "signed-out")
    expect(stage.page.get_by_text("Your session has ended")).to_be_visible()
    with stage.quiet(1.5):
        stage.wait_for_diagnostics("d.timers === 0 && d.sockets === 0")
    assert before + 1 == stage.api_requests().count(REFRESH)
    assert [] == stage.page.evaluate("() => Object.keys(localStorage).filter(key => key.includes('session'))")


def test_two_tabs_one_signs_out(stage: Stage) -> None:
    """R5, R33: a second tab takes up the session; signing out in one ends the other too, and both are silent."""
    stage.sign_in()
    with stage.another_page() as second:
        second.goto(f"{stage.url}/")
        root = second.locator("html")
        expect(root).to_have_attribute("data-podi-state", "ready", timeout=60_000)
        expect(root).to_have_attribute("data-podi-transport", "push")
        # The interpreter's second part comes when there is time for it, whoever is signed in.
        second.wait_for_function("podi.boot.stages.joined")
        second.locator("[data-podi=sign-out]").click()
        expect(root).to_have_attribute("data-podi-state", "signed-out")
        expect(stage.root).to_have_attribute("data-podi-state", "signed-out")
        expect(stage.page.get_by_text("You signed out in another tab")).to_be_visible()
        asked: list[str] = []
        second.on("request", lambda request: asked.append(request.url))
        with stage.quiet(1.5):
            stage.wait_for_diagnostics("d.timers === 0 && d.sockets === 0")
        assert [] == asked


def test_a_user_is_no_admin(stage: Stage) -> None:
    """R28, R30: who is no admin sees no way to the abilities, no queue and no cost, and admin addresses lead home."""
    stage.sign_in("demo")
    expect(stage.page.locator("a[href='#/tasks']").first).to_be_visible()
    expect(stage.page.locator("[href^='#/admin'], [data-podi=queue-status]")).to_have_count(0)
    for route in ("/admin/abilities", "/admin/abilities/baidu_colourize?log=3"):
        stage.go(route)
        expect(stage.page).to_have_url(re.compile("#/tasks$"))
        expect(stage.page.locator(".lists")).to_be_visible()
    assert [] == [request for request in stage.api_requests() if "/api/admin/" in request]


def test_admin_no_more(stage: Stage) -> None:
    """R30: an admin to whom the backend says 403 loses the queue panel and the way to it, and stays signed in."""
    stage.sign_in("admin")
    expect(stage.page.locator("[data-podi=queue-status]")).to_be_visible()
    refusal = '{"detail": "ADMIN_ONLY"}'
    stage.page.route("**/api/admin/**", lambda route: route.fulfill(status=403, body=refusal))
    stage.refresh()
    expect(stage.page.locator("[data-podi=queue-status], [href^='#/admin']")).to_have_count(0)
    expect(stage.root).to_have_attribute("data-podi-state", "ready")
    stage.expect_transport("push")
    stage.page.unroute_all()


def test_queue_trouble_is_said(stage: Stage) -> None:
    """R30: while the queues cannot be read the panel says so, and it recovers by itself."""
    stage.sign_in("admin")
    panel = stage.page.locator("[data-podi=queue-status]")
    expect(panel).to_contain_text("0 running, 0 waiting")
    stage.page.route("**/api/admin/comfyui/**", lambda route: route.fulfill(status=500, body="<h1>no</h1>"))
    stage.refresh()
    expect(panel).to_contain_text("Unavailable just now")
    stage.page.unroute_all()
    expect(panel).not_to_contain_text("Unavailable just now")


def test_a_demo_account_signs_in_with_one_click(stage: Stage) -> None:
    """R33: the bundled host names its demo users on the form."""
    button = stage.page.get_by_role("button", name=re.compile("^demo "))
    button.click()
    expect(stage.page.locator("html")).to_have_attribute("data-podi-state", "ready")
    expect(stage.page.locator(".header__user")).to_have_text("demo")
