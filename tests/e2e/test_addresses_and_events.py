"""What embedders rely on: routes, the events on `window`, and what the page says of itself."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from testkit.stage import Stage
from tests.e2e.conftest import Users

EVENTS = ("podi:task-status", "podi:ability-task-status", "podi:wallet-points", "podi:ability-log-created")
LISTEN = """names => {
  window.received = [];
  window.deaf?.abort();
  window.deaf = new AbortController();
  for (const name of names)
    addEventListener(name, event => window.received.push({ at: performance.now(), name, plain:
      Object.getPrototypeOf(event.detail) === Object.prototype, detail: structuredClone(event.detail) }),
      { signal: window.deaf.signal });
}"""
PROMISED = {
    *("version", "transport", "frames", "unknown", "malformed", "stale", "duplicates", "reconnects", "requests"),
    *("activeIds", "pauseReasons", "trusted", "timers", "sockets"),
}
FLUSH_MS = 500
JITTER_MS = 60


@pytest.mark.pushes_all
def test_events_reach_any_script(stage: Stage, users: Users) -> None:
    """R19, R20: on `window` at most twice a second, the latest of each id, its end never left out."""
    user = users()
    stage.sign_in()
    stage.catch_up()
    stage.page.evaluate(LISTEN, EVENTS)
    task = user.submit_task(seconds=6)
    failing = user.submit_ability_task(seconds=1.5, outcome="failed")
    stage.expect_status(failing, "failed")
    stage.expect_status(task, "succeeded")
    stage.page.wait_for_function(
        "task => window.received.some(({ detail }) => detail.taskId === task && detail.status === 'succeeded')",
        arg=task,
    )
    received = stage.page.evaluate("() => window.received")
    stage.page.evaluate("() => window.deaf.abort()")
    assert set(EVENTS) == {one["name"] for one in received}
    assert all(one["plain"] for one in received)

    of_task = [one for one in received if one["name"] == EVENTS[0] and one["detail"]["taskId"] == task]
    progress = [one["detail"]["progress"] or 0 for one in of_task]
    assert progress == sorted(progress)
    assert ["running", "succeeded"] == list(dict.fromkeys(one["detail"]["status"] for one in of_task))[-2:]
    gaps = [later["at"] - earlier["at"] for earlier, later in pairwise(of_task)]
    assert min(gaps) >= FLUSH_MS - JITTER_MS
    words = [one["detail"]["status"] for one in received if one["detail"].get("taskId") == failing]
    assert "failed" in words
    moves = [one["detail"] for one in received if one["name"] == "podi:wallet-points"]
    assert {"frozen", "released"} <= {move["status"] for move in moves if move["taskId"] == failing}
    logs = [one["detail"] for one in received if one["name"] == "podi:ability-log-created"]
    assert failing in {log.get("taskId") for log in logs}


def test_unknown_routes_lead_home(stage: Stage) -> None:
    """R27: an address that does not exist shows the lists, under the lists' own address."""
    stage.sign_in("admin")
    for route in ("/nowhere", "/admin", "/tasks/a/b", "/%00"):
        stage.go(route)
        expect(stage.page).to_have_url(re.compile("#/tasks$"))
        expect(stage.page.locator(".lists")).to_be_visible()


def test_an_unknown_task(stage: Stage) -> None:
    """R11, R27: the page of an id that nobody knows says so, instead of showing it as queued or done."""
    stage.sign_in()
    stage.go(f"/tasks/{'0' * 32}")
    expect(stage.page.get_by_text("There is no task with this id")).to_be_visible()
    expect(stage.page.locator(".job")).to_have_attribute("data-state", "missing")


def test_an_unknown_ability(stage: Stage) -> None:
    """R28: the page of an ability that does not exist says so and leads back to the others."""
    stage.sign_in("admin")
    stage.go("/admin/abilities/not-there")
    expect(stage.page.get_by_text("There is no ability with this id")).to_be_visible()
    stage.page.get_by_role("link", name="All abilities").click()
    expect(stage.page.locator("[data-ability-id]").first).to_be_visible()


def test_diagnostics_say_and_keep_secrets(stage: Stage) -> None:
    """R1, R33: `podi.diagnostics()` holds what is promised, as a plain object, and never a token."""
    stage.sign_in()
    found = stage.diagnostics()
    assert PROMISED <= set(found)
    assert (1, "push", []) == (found["sockets"], found["transport"], found["pauseReasons"])
    tokens = stage.page.evaluate("() => JSON.parse(localStorage.getItem('podi.session'))")
    text = json.dumps(found)
    assert tokens["access_token"] not in text
    assert tokens["refresh_token"] not in text
    assert "eyJ" not in text


def test_a_page_begins_at_its_top(stage: Stage) -> None:
    """R27, R31: taking the keyboard moves nothing under the header; where the page before was scrolled to is over."""
    stage.page.set_viewport_size({"width": 390, "height": 844})
    stage.sign_in("admin")
    stage.page.wait_for_function("() => (scrollTo(0, 90), scrollY > 50)")
    for route in ("/admin/abilities", "/tasks"):
        stage.page.evaluate("() => document.activeElement.blur()")
        stage.go(route)
        stage.page.wait_for_function("() => document.activeElement.id === 'app'")
        assert 0 == stage.page.evaluate("() => scrollY")
