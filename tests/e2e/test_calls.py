"""Calling an ability from the page, what refuses a call, and what becomes of hostile data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver.models import AbilityLog, AbilityTask, Task
from testkit.api_user import PICTURE
from testkit.host import Host, StartHost
from testkit.past import prepare
from testkit.relay import Relay
from testkit.stage import Stage
from tests.e2e.conftest import SPEED, Users

TEXT = "dashscope_caption"
QUEUED = "comfyui_koutu"
QUEUE_LIMIT = 10
SLOW = {"simulate": {"seconds": 600, "outcome": "succeeded"}}


def take_a_while(route: Route) -> None:
    """Let what is submitted take three seconds: a job that is over in an instant may never be seen running."""
    if route.request.method != "POST":
        route.fallback()
        return
    body: dict[str, Any] = route.request.post_data_json or {}
    metadata = {**body.get("metadata", {}), "simulate": {"seconds": 3 * SPEED, "outcome": "succeeded"}}
    route.continue_(post_data={**body, "metadata": metadata})


def open_ability(stage: Stage, ability: str) -> None:
    """Go to an ability's page."""
    stage.go(f"/admin/abilities/{ability}")
    expect(stage.page.locator("[data-podi=invoke-task]")).to_be_visible()


def test_a_call_as_a_task(stage: Stage, users: Users) -> None:
    """R29, R31: the form submits an ability task that shows at once, with its callback and trace id to be copied."""
    stage.sign_in("admin")
    open_ability(stage, TEXT)
    page = stage.page
    page.locator("[name=imageUrl]").fill(PICTURE)
    page.locator("form summary").click()
    page.locator("[name=callbackUrl]").fill(f"{stage.url}/api/callback")
    page.locator("[name=traceId]").fill("trace-4711")
    stage.record()
    page.route("**/api/ability-tasks", take_a_while)
    job = stage.submit()
    page.unroute("**/api/ability-tasks")
    expect(page.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()
    stage.page.wait_for_function("job => window.seen.rows[job]", arg=job)
    assert stage.shown(job)[0] in {"queued", "running"}
    stage.go(f"/tasks/{job}")
    expect(page.locator("#fact-trace")).to_have_text("trace-4711")
    expect(page.locator("#fact-callback")).to_have_attribute("href", f"{stage.url}/api/callback")
    expect(page.locator("wa-copy-button[from=fact-trace]")).to_be_visible()
    expect(page.locator("wa-copy-button[from=fact-callback]")).to_be_visible()
    asked = users("admin").get(f"/api/ability-tasks/{job}")
    assert "trace-4711" == asked["request_payload"]["metadata"]["traceId"]
    expect(page.locator(".job")).to_have_attribute("data-status", "succeeded")


def test_a_call_that_is_waited_for(stage: Stage) -> None:
    """R29: the other button calls at once: it says that it is busy, then shows the result, its log record and cost."""
    stage.sign_in("admin")
    open_ability(stage, TEXT)
    page = stage.page
    expect(page.locator("[data-slot=log-count]")).to_have_text(re.compile(r"^\d+ records$"))
    count = page.locator("[data-slot=log-count]").inner_text()
    page.locator("[name=imageUrl]").fill(PICTURE)
    page.locator("[data-podi=invoke]").click()
    expect(page.locator("[data-podi=invoke]")).to_be_disabled()
    result = page.locator("[data-slot=result]")
    expect(result).to_have_attribute("data-status", re.compile("succeeded|failed"))
    expect(page.locator("[data-podi=invoke]")).to_be_enabled()
    expect(page.locator("[data-slot=log-count]")).not_to_have_text(count)
    if result.get_attribute("data-status") == "succeeded":
        result.locator("[data-slot=result-log]").click()
        marked = stage.drawer.locator("[data-highlight]")
        expect(marked).to_be_in_viewport()
        expect(marked).to_contain_text("0.01")


def test_a_picture_that_is_missing(stage: Stage) -> None:
    """R29: an ability that requires a picture asks for it, though it declares no field; nothing is sent without."""
    stage.sign_in("admin")
    open_ability(stage, "baidu_colourize")
    page = stage.page
    inputs = page.locator("[name=inputs]")
    inputs.fill('{"strength": 3}')
    for button in ("invoke", "invoke-task"):
        page.locator(f"[data-podi={button}]").click()
        expect(page.locator("[name=imageUrl]:invalid")).to_be_focused()
    expect(inputs).to_have_value('{"strength": 3}')
    assert not [sent for sent in stage.api_requests() if sent.startswith("POST /api/abilit")]
    page.locator("[name=imageUrl]").fill(PICTURE)
    assert stage.submit()


def test_a_full_queue(stage: Stage, other_host: Host, users: Users) -> None:
    """R29, R30: a full ComfyUI queue refuses a call with 429; the page says so, with the limit, and shows the queue."""
    admin = users("admin")
    refused = 0
    while not refused:
        answer = admin.post("/api/ability-tasks", {"abilityId": QUEUED, "imageUrl": PICTURE, "metadata": SLOW})
        refused = answer.status_code == 429
        assert refused or answer.status_code == 200
    stage.sign_in("admin")
    panel = stage.page.locator("[data-podi=queue-status]")
    full = panel.locator(".server[data-full]")
    expect(full).to_contain_text("comfyui_upscale_121")
    expect(full).to_contain_text(f"of {QUEUE_LIMIT}")
    open_ability(stage, QUEUED)
    stage.page.locator("[name=imageUrl]").fill(PICTURE)
    stage.page.locator("[data-podi=invoke-task]").click()
    error = stage.page.locator("form [data-slot=error]")
    expect(error).to_contain_text(f"queue is full (limit {QUEUE_LIMIT})")
    expect(stage.page.locator("[data-podi=invoke-task]")).to_be_enabled()


def test_what_the_form_itself_refuses(stage: Stage) -> None:
    """R29: inputs that are no JSON object are named at the form, and nothing is sent."""
    stage.sign_in("admin")
    open_ability(stage, "baidu_colourize")
    stage.page.locator("[name=imageUrl]").fill(PICTURE)
    stage.page.locator("[name=inputs]").fill("not json")
    stage.page.locator("[data-podi=invoke-task]").click()
    expect(stage.page.locator("form [data-slot=error]")).to_contain_text("has to be a JSON object")
    assert "POST /api/ability-tasks" not in stage.api_requests()


MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b id=hostile>bold</b>'
SCRIPT = "javascript:window.pwned=1"


def hostile(session: Session) -> None:
    """Write markup into every text and a script into every address of the newest rows."""
    for task in session.scalars(select(Task)):
        task.action = MARKUP[:120]
        task.channel = MARKUP[:60]
        task.error_message = MARKUP
        task.result_url = SCRIPT
        task.workflow_params = {"imageUrl": SCRIPT, MARKUP: MARKUP}
    for job in session.scalars(select(AbilityTask)):
        job.request_payload = job.request_payload | {
            "callbackUrl": SCRIPT,
            "executorId": MARKUP,
            "metadata": {"traceId": MARKUP},
        }
        job.callback_url = SCRIPT
        job.error_message = MARKUP
        job.result_payload = {
            "status": "succeeded",
            "images": [{"url": SCRIPT}, {"url": "data:text/html,<script>parent.pwned=1</script>"}],
            "videos": [{"url": SCRIPT}],
            "texts": [MARKUP],
            "raw": {MARKUP: MARKUP, "url": SCRIPT},
        }
    for log in session.scalars(select(AbilityLog)):
        log.source = MARKUP[:32]
        log.error_message = MARKUP
        log.request_id = "<b id=hostile>x</b>"
        log.billing_unit = "<b id=hosti"
        log.currency = "<b>"
        log.stored_url = SCRIPT
        log.request_payload = {MARKUP: MARKUP}
        log.response_payload = {"status_code": 200, MARKUP: SCRIPT}
        log.callback_response = MARKUP


@pytest.mark.parametrize("user", ["demo", "admin"])
def test_hostile_data_ends_as_text(
    stage: Stage, relay: Relay, start_host: StartHost, tmp_path: Path, users: Users, user: str
) -> None:
    """R27, R28, R31: markup in every text and `javascript:` in every address end as text, never as element or link."""
    host = start_host(data=prepare(tmp_path, hostile))
    relay.lead_to(host.port)
    page = stage.page

    def nothing_happened() -> None:
        bad = page.locator("#hostile, [href^='javascript:' i], [src^='javascript:' i], #app script, [onerror]")
        expect(bad).to_have_count(0)
        assert page.evaluate("() => window.pwned ?? null") is None

    stage.sign_in(user)
    expect(page.locator("[data-kind=task]").first).to_contain_text("<img src=x")
    expect(page.locator("[data-kind=ability-task]").first).to_be_visible()
    nothing_happened()
    for kind in ("task", "ability-task"):
        page.locator(f"[data-kind={kind}] a").first.click()
        expect(page.locator(".job[data-state=ready]")).to_be_visible()
        for disclosure in page.locator("details summary").all():
            if disclosure.is_visible():
                disclosure.click()
        nothing_happened()
        stage.go("/tasks")
    if user == "admin":
        open_ability(stage, TEXT)
        page.locator("button[data-slot=open-logs]").click()
        stage.drawer.locator("[data-log-id] button").first.click()
        record = stage.drawer.locator("#log-record")
        expect(record).to_contain_text("<b id=hostile>")
        for disclosure in record.locator("details summary").all():
            if disclosure.is_visible():
                disclosure.click()
        nothing_happened()
        page.keyboard.press("Escape")
        expect(stage.drawer).to_be_hidden()
