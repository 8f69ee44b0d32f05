"""The log of an ability: what a call leaves in it, its light, its address and its export."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Download, Page, expect

from testkit.api_user import SERVICE_ABILITY
from testkit.stage import Stage
from tests.e2e.conftest import LONG_LOG, Users

ABILITY = "baidu_colourize"
# An export on the main thread would freeze the page for its whole duration; a busy machine holds a beat up for less.
LONGEST_FREEZE_MS = 1500
csv.field_size_limit(10_000_000)


def open_drawer(stage: Stage, ability: str) -> None:
    """Go to an ability and open its log."""
    stage.go(f"/admin/abilities/{ability}")
    stage.page.locator("button[data-slot=open-logs]").click()
    expect(stage.drawer).to_be_visible()
    expect(stage.drawer.locator("[data-log-id]").first).to_be_visible()


@pytest.mark.pushes_all
@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_log_highlight(stage: Stage, users: Users, outcome: Literal["succeeded", "failed"]) -> None:
    """R28, R29: a call that ends, well or badly, brings its record into the drawer, marked, in view, with its cost."""
    stage.sign_in("admin")
    open_drawer(stage, ABILITY)
    expect(stage.drawer.locator("[data-highlight]")).to_have_count(0)
    rows = stage.drawer.locator(".rows--logs")
    rows.evaluate("element => { element.scrollTop = 600 }")
    admin = users("admin")
    job = admin.submit_ability_task(seconds=1, outcome=outcome, ability=ABILITY, error="provider says no")
    marked = stage.drawer.locator("[data-log-id][data-highlight]")
    expect(marked).to_have_attribute("data-status", outcome)
    expect(marked).to_have_count(1)
    expect(marked).to_be_in_viewport(ratio=1)
    log = admin.get(f"/api/ability-tasks/{job}")["log_id"]
    assert log is not None
    expect(marked).to_have_attribute("data-log-id", str(log))
    if outcome == "failed":
        expect(marked).to_contain_text("provider says no")
    else:
        expect(marked).to_contain_text("0.05")
    marked.locator("button").click()
    expect(stage.drawer.locator("#log-record")).to_contain_text(str(log))
    expect(stage.drawer.locator("[data-slot=log-response-rows]")).to_contain_text("status_code")
    expect(stage.drawer.locator("[data-slot=log-request-rows] .row").first).to_be_visible()
    assert stage.page.url.endswith(f"#/admin/abilities/{ABILITY}?log={log}")


def test_a_log_address_opens_the_drawer_on_its_record(stage: Stage, users: Users) -> None:
    """R28: `#/admin/abilities/<id>?log=<logId>` opens the drawer with that record opened and in view."""
    page = users("admin").get(f"/api/admin/abilities/{ABILITY}/logs", limit=20)
    log = page["items"][-1]["id"]
    stage.sign_in("admin")
    stage.go(f"/admin/abilities/{ABILITY}?log={log}")
    expect(stage.drawer.locator(f"[data-log-id='{log}']")).to_be_in_viewport()
    expect(stage.drawer.locator("#log-record")).to_have_attribute("data-record", str(log))
    stage.page.keyboard.press("Escape")
    expect(stage.drawer).to_be_hidden()
    assert stage.page.url.endswith(f"#/admin/abilities/{ABILITY}")


def test_a_log_address_beyond_the_newest_page_is_searched(stage: Stage, users: Users) -> None:
    """R28, report 6: an old record is found and shown; one that is not there is said to be missing."""
    path = f"/api/admin/abilities/{SERVICE_ABILITY}/logs"
    log = users("admin").get(path, limit=1, offset=700)["items"][0]["id"]
    stage.sign_in("admin")
    stage.go(f"/admin/abilities/{SERVICE_ABILITY}?log={log}")
    expect(stage.drawer.locator(f"[data-log-id='{log}']")).to_be_in_viewport(timeout=15_000)
    expect(stage.drawer.locator("[data-slot=log-response-rows] .row").first).to_be_visible()
    expect(stage.drawer.locator("[data-slot=older]")).to_be_enabled()
    stage.go(f"/admin/abilities/{SERVICE_ABILITY}?log=999999999")
    expect(stage.drawer.locator("[data-slot=logs-search]")).to_contain_text("999999999", timeout=15_000)


def exported(page: Page, form: str) -> Path:
    """The file that an export downloads."""
    with page.expect_download(timeout=60_000) as download:
        page.locator(f"button[data-form={form}]").click()
    assert download.value.suggested_filename.endswith(f".{form}")
    return download.value.path()


@pytest.mark.pushes_all
def test_export_while_the_lists_stay_live(stage: Stage, users: Users) -> None:
    """R28: 5,000 records are exported in a worker as CSV and JSON Lines, each once, while push still moves the page."""
    stage.sign_in("admin")
    admin = users("admin")
    open_drawer(stage, SERVICE_ABILITY)
    total = admin.get(f"/api/admin/abilities/{SERVICE_ABILITY}/logs", limit=1)["total"]
    assert total >= LONG_LOG
    stage.page.evaluate(
        """() => { window.longest = 0; let last = performance.now();
        window.beat = setInterval(() => { const now = performance.now();
          window.longest = Math.max(window.longest, now - last); last = now; }, 20); }"""
    )
    frames = stage.diagnostics()["frames"]
    with stage.page.expect_download(timeout=90_000) as download:
        stage.page.locator("button[data-form=csv]").click()
        expect(stage.drawer.locator("progress[data-slot=export-bar]")).to_be_visible()
        job = admin.submit_ability_task(seconds=0.5, ability=ABILITY)
        stage.wait_for_diagnostics(f"d.frames > {frames}")
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        ids = [int(row["id"]) for row in csv.DictReader(file)]
    assert len(ids) == len(set(ids)) >= total
    expect(stage.drawer.locator("[data-slot=export-text]")).to_contain_text("exported")

    lines = exported(stage.page, "jsonl").read_text("utf-8").splitlines()
    again = [json.loads(line)["id"] for line in lines]
    assert len(again) == len(set(again)) >= total
    assert set(ids) <= set(again)
    assert stage.page.evaluate("() => { clearInterval(window.beat); return window.longest }") < LONGEST_FREEZE_MS
    stage.page.keyboard.press("Escape")
    stage.go("/tasks")
    stage.expect_status(job, "succeeded")


def test_an_export_can_be_cancelled(stage: Stage) -> None:
    """R28: an export that is cancelled ends its worker, downloads nothing and can be started anew."""
    stage.sign_in("admin")
    open_drawer(stage, SERVICE_ABILITY)
    downloads: list[Download] = []

    def downloaded(download: Download) -> None:
        downloads.append(download)

    stage.page.on("download", downloaded)
    with stage.page.expect_worker() as worker:
        stage.page.locator("button[data-form=csv]").click()
    cancel = stage.page.locator("button[data-action=export-cancel]")
    with worker.value.expect_event("close"):
        cancel.click()
    expect(cancel).to_be_hidden()
    expect(stage.page.locator("button[data-form=csv]")).to_be_enabled()
    stage.page.wait_for_function("() => !document.querySelector('[data-slot=export-bar]').checkVisibility()")
    assert ([], []) == ([worker for worker in stage.page.workers if "export" in worker.url], downloads)
    stage.page.remove_listener("download", downloaded)
