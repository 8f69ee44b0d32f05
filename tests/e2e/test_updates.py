"""How updates reach the page: by push, by polling when push is away, and not at all while nobody looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from testkit.relay import Push, Relay
from testkit.stage import Stage, staged
from tests.e2e.conftest import Users

FIRST_POLL = """after => performance.getEntriesByType("resource")
  .find(({ name, startTime }) => name.includes("/api/ability-tasks") && startTime > after)?.startTime"""
MOVING = re.compile(r"^[1-9]\d?$")


@pytest.mark.pushes_all
@pytest.mark.usefixtures("other_host")
def test_live_push(stage: Stage, users: Users) -> None:
    """R1, R22, R27: frames alone move a task's and an ability task's row from running to done, without a poll.

    On a host of its own: for jobs that other journeys left at work, the lists would be searched.
    """
    user = users()
    stage.record()
    task = user.submit_task(seconds=8)
    ability_task = user.submit_ability_task(seconds=6)
    stage.sign_in()
    expect(stage.row(task)).to_have_attribute("data-kind", "task")
    expect(stage.row(ability_task)).to_have_attribute("data-kind", "ability-task")
    expect(stage.row(task).get_by_role("progressbar")).to_have_attribute("aria-valuenow", MOVING)
    stage.wait_for_diagnostics("d.trusted.includes('tasks')")
    with stage.sockets[0].expect_event("framereceived", lambda frame: task in str(frame)):
        # By then no poll is on its way any more that was sent before (R8).
        pass
    before = len(stage.api_requests())
    stage.expect_status(ability_task, "succeeded")
    stage.expect_status(task, "succeeded")
    assert ["running", "succeeded"] == stage.shown(task)[-2:]
    assert ["running", "succeeded"] == stage.shown(ability_task)[-2:]
    polls = [request for request in stage.api_requests()[before:] if request == "GET /api/tasks/v1"]
    assert ([], True, 1) == (polls, "tasks" in stage.diagnostics()["trusted"], len(stage.sockets))
    stage.expect_transport("push")


@pytest.mark.pushes_all
def test_plug_pulled_and_back(stage: Stage, users: Users, relay: Relay) -> None:
    """R3, R8, R12: within a second of push going away polling takes over, and push takes over again once it is back."""
    user = users()
    job = user.submit_ability_task(seconds=7)
    stage.sign_in()
    stage.expect_status(job, "running")
    stage.record()
    cut_at = stage.page.evaluate("() => { performance.clearResourceTimings(); return performance.now(); }")
    relay.push(Push.CUT)
    stage.expect_transport("polling")
    stage.page.wait_for_function(FIRST_POLL, arg=cut_at)
    missed = user.submit_ability_task(seconds=0.2)
    stage.expect_status(job, "succeeded")
    (word, lost_at), *_ = stage.page.evaluate("() => window.seen.transports")
    polled_at = stage.page.evaluate(FIRST_POLL, cut_at)
    assert "polling" == word
    assert polled_at <= lost_at + 1000
    relay.push(Push.CARRIED)
    stage.expect_transport("push", 40_000)
    stage.expect_status(missed, "succeeded")
    assert stage.diagnostics()["reconnects"] >= 1
    listed = len(stage.api_requests())
    fresh = user.submit_ability_task(seconds=0.5)
    stage.expect_status(fresh, "succeeded")
    assert len(stage.api_requests()) <= listed + 6


def test_disabled_push(chromium: Browser, main_relay: Relay) -> None:
    """R7, R8: with push switched off no socket is ever constructed, and polling alone brings the updates."""
    with staged(chromium, main_relay, query="?podi.disable_ws=true") as stage:
        stage.page.evaluate(
            """() => { window.constructed = 0; window.WebSocket = new Proxy(window.WebSocket, {
            construct(target, given) { window.constructed += 1; return Reflect.construct(target, given); } }); }"""
        )
        stage.sign_in("admin", transport="polling")
        stage.refresh()
        stage.go("/admin/abilities/volcengine_seedream")
        stage.page.locator("[name=prompt]").fill("koi")
        job = stage.submit()
        stage.go("/tasks")
        expect(stage.row(job)).to_have_attribute("data-status", re.compile("succeeded|failed"))
        assert (0, []) == (stage.page.evaluate("() => window.constructed"), stage.sockets)
        assert 0 == stage.diagnostics()["frames"]


def test_hidden_silence_visible_refresh(stage: Stage, users: Users) -> None:
    """R17: a hidden page closes its socket and asks nothing; shown again it refreshes at once, then push is back."""
    user = users()
    job = user.submit_ability_task(seconds=6)
    stage.sign_in()
    stage.expect_status(job, "running")
    with stage.quiet(2.5):
        stage.show("hidden")
        stage.expect_transport("paused")
        stage.wait_for_diagnostics("d.sockets === 0")
    assert ["hidden"] == stage.diagnostics()["pauseReasons"]
    with (
        stage.page.expect_request(lambda request: "/api/tasks/v1" in request.url, timeout=1000),
        stage.page.expect_request(lambda request: "/api/ability-tasks" in request.url, timeout=1000),
    ):
        stage.show("visible")
    stage.expect_transport("push")
    stage.expect_status(job, "succeeded")


@pytest.mark.parametrize("way", ["button", "online"])
def test_manual_refresh_tries_push_again(stage: Stage, relay: Relay, way: str) -> None:
    """R4, R32: the refresh button, and the network coming back, try an absent push at once instead of waiting."""
    stage.sign_in()
    relay.push(Push.CUT)
    stage.expect_transport("polling")
    stage.wait_for_diagnostics("d.reconnects >= 2")
    relay.push(Push.CARRIED)
    if way == "button":
        stage.refresh()
    else:
        stage.page.evaluate("() => dispatchEvent(new Event('online'))")
    stage.expect_transport("push", 1500)
    expect(stage.page.locator("[data-podi=connection]")).to_have_attribute("data-transport", "push")


def test_leaving_closes_the_socket(stage: Stage) -> None:
    """R5, R17: `pagehide` closes the socket and leaves no retry; a page back from the cache is live again."""
    stage.sign_in()
    with stage.quiet(1.0):
        stage.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        stage.wait_for_diagnostics("d.sockets === 0")
    assert ["leaving"] == stage.diagnostics()["pauseReasons"]
    stage.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    stage.expect_transport("push")


def test_offline(stage: Stage, users: Users) -> None:
    """R17, R32: without a network the badge says so and nothing is asked; with it what was missed is caught up on."""
    stage.sign_in()
    user = users()
    with stage.quiet(1.0):
        stage.context.set_offline(offline=True)
        stage.expect_transport("offline")
        expect(stage.page.locator("[data-podi=connection]")).to_contain_text("Offline")
    missed = user.submit_ability_task(seconds=0.1)
    stage.context.set_offline(offline=False)
    stage.expect_transport("push")
    stage.expect_status(missed, "succeeded")
