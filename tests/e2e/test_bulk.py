"""Many jobs run again from a filtered list: each once, and stopped by a full queue."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from testkit.stage import Stage
from tests.e2e.conftest import Users

SUBMIT_TASK = "/api/tasks/v1/submit"
FULL = '{"detail": "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=2, current=2)"}'


def asked(stage: Stage, jobs: list[str]) -> None:
    """Look for these jobs in the list and ask to run them again."""
    for job in jobs:
        stage.go(f"/tasks/{job}")
        expect(stage.page.locator(".job")).to_have_attribute("data-status", "succeeded")
    stage.go("/tasks?kind=task&status=succeeded&since=1h")
    stage.page.locator("[data-podi=run-these-again]").click()


def test_bulk_run_again_once(stage: Stage, users: Users) -> None:
    """R41: nothing is sent before the question is answered; a double click submits each job once, under a new id."""
    user = users()
    first = [user.submit_task(seconds=0.2) for _ in range(2)]
    stage.sign_in()
    known = len(stage.requests)
    asked(stage, first)
    strip = stage.page.locator("[data-podi=bulk]")
    expect(strip).to_contain_text(re.compile(r"As last paid: \d+ points"))
    begin = strip.locator("[data-action=bulk-begin]")
    expect(begin).to_be_focused()
    count = int(re.sub(r"\D", "", begin.inner_text()))
    assert count >= len(first)
    begin.dblclick()
    expect(strip).to_contain_text(f"{count} of {count} submitted.")
    sent = [one for one in stage.requests[known:] if one.method == "POST" and one.url.endswith(SUBMIT_TASK)]
    ids = {str((one.post_data_json or {})["taskId"]) for one in sent}
    assert (count, count) == (len(sent), len(ids - set(first)))
    strip.locator("[data-action=bulk-close]").click()
    expect(strip).to_be_empty()


def test_bulk_stopped_by_a_full_queue(stage: Stage, users: Users) -> None:
    """R41: the strip says how far it came, on whichever page; going on sends the rest, and nothing twice."""
    user = users()
    first = [user.submit_task(seconds=0.2) for _ in range(3)]
    stage.sign_in()
    posts: list[str] = []

    def answer(route: Route) -> None:
        posts.append(str((route.request.post_data_json or {})["taskId"]))
        if len(posts) == 2:
            route.fulfill(status=429, content_type="application/json", headers={"Retry-After": "1"}, body=FULL)
        else:
            route.continue_()

    asked(stage, first)
    page = stage.page
    page.route(f"**{SUBMIT_TASK}", answer)
    strip = page.locator("[data-podi=bulk]")
    begin = strip.locator("[data-action=bulk-begin]")
    count = int(re.sub(r"\D", "", begin.inner_text()))
    begin.click()
    expect(strip).to_contain_text(f"Stopped by a full queue: 1 of {count} submitted.")
    stage.go("/points")
    expect(strip).to_contain_text("Stopped by a full queue")
    assert 2 == len(posts)
    strip.get_by_role("button", name="Go on").click()
    expect(strip).to_contain_text(f"{count} of {count} submitted.")
    assert count + 1 == len(posts)
    page.unroute(f"**{SUBMIT_TASK}")
