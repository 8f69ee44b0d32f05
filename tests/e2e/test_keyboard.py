"""The page without a pointer: keys, the palette, and the sheet of keys."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from app.contexts.notifications import SETTINGS_KEY
from testkit.stage import Stage
from tests.e2e.conftest import Users

NOTIFICATIONS = f"JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('{SETTINGS_KEY}')))"
LATE_IS_THERE = "() => Boolean(window.podi.diagnostics().sharing)"


def test_palette_in_chinese_with_an_input_method(stage: Stage) -> None:
    """R53: what is composed is found once it is written; the Enter that ends a composition takes nothing."""
    stage.sign_in("admin")
    page = stage.page
    page.locator("[data-action=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    dialog = page.get_by_role("dialog", name="命令")
    page.wait_for_function(LATE_IS_THERE)
    page.keyboard.press("Control+k")
    expect(dialog).to_be_visible()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "zong", "selectionStart": 4, "selectionEnd": 4})
    session.send("Input.insertText", {"text": "总览"})
    expect(dialog.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/admin/overview$"))
    expect(dialog).to_have_count(0)
    session.detach()
    page.locator("[data-action=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))


def test_keys_lead_through_the_page_and_never_into_a_field(stage: Stage, users: Users) -> None:
    """R53: jumps, rows, search; typed letters are text; the sheet lists all of it and closes with Escape."""
    user = users()
    stage.sign_in()
    page = stage.page
    job = user.submit_ability_task(seconds=1)
    stage.refresh()
    expect(stage.row(job)).to_be_visible()
    page.locator("[data-podi=balance]").click()
    expect(page).to_have_url(re.compile("#/points$"))
    page.wait_for_function(LATE_IS_THERE)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("#/tasks$"))
    page.keyboard.press("/")
    page.keyboard.type("gp")
    expect(page.locator("main input[type=search]")).to_have_value("gp")
    expect(page).to_have_url(re.compile("#/tasks"))
    page.locator("main input[type=search]").fill("")
    page.locator("main input[type=search]").blur()
    # Until the list is back in the layout, none of its rows can take the keyboard.
    expect(page.locator("[data-slot=tasks-panel]")).to_have_attribute("data-state", "ready")
    page.keyboard.press("j")
    page.wait_for_function("() => document.activeElement.closest('[data-key]')")


def test_keys_act_on_the_job_in_sight_and_on_nothing_that_is_hidden(stage: Stage, users: Users) -> None:
    """R53, R41, R44: ``r`` runs a task again; ``b`` finds no bell on a job that has ended, and asks for nothing."""
    user = users()
    first = user.submit_task(seconds=0.2)
    stage.sign_in()
    stage.go(f"/tasks/{first}")
    page = stage.page
    expect(page.locator(".job")).to_have_attribute("data-status", "succeeded")
    page.wait_for_function(LATE_IS_THERE)
    expect(page.locator("button[data-podi=run-again]")).to_be_visible()
    kept = page.evaluate(NOTIFICATIONS)
    page.keyboard.press("b")
    page.keyboard.press("r")
    expect(page).not_to_have_url(re.compile(first))
    expect(page).to_have_url(re.compile("#/tasks/"))
    assert page.evaluate(NOTIFICATIONS) == kept
