"""Every page passes axe-core's rules, in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from testkit.api_user import ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import Host

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(
        """async () => {
            const { violations } = await axe.run(document, { resultTypes: ["violations"] });
            return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
                `${id}: ${html.slice(0, 160)} ${failureSummary}`));
        }"""
    )
    return found


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_pass_axe(
    new_page: NewPage, host: Host, sign_in: SignIn, theme: Literal["light", "dark"], width: int
) -> None:
    """Sign-in, lists, a task, the abilities, an ability, its log with an opened record, points and notifications."""
    page = new_page(host.url, bypass_csp=True, colour_scheme=theme, viewport=(width, 844), reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out", timeout=60_000)
    assert violations(page) == []
    sign_in(page, "admin")
    expect(page.locator("[data-podi=queue-status] .server").first).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/admin/abilities")
    expect(page.locator("[data-ability-id]").first).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/admin/abilities/comfyui_koutu")
    page.locator("input[name=imageUrl]").fill(f"{host.url}/static/icons/logo.svg")
    page.locator("[data-podi=invoke-task]").click()
    # One that runs for as long as it is looked at: the form's own may have ended by then.
    with ApiUser(host.url, "admin", speed=1.0) as user:
        user.submit_ability_task(seconds=20, ability="comfyui_koutu")
    expect(page.locator("[data-slot=running] [data-task-id]").first).to_be_visible()
    assert violations(page) == []

    page.locator("[data-slot=open-logs]").click()
    page.locator("[data-log-id] button").first.click()
    expect(page.locator("[data-slot=record]")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.goto(f"{host.url}/#/points")
    expect(page.locator("[data-podi=points-ledger] [data-movement]").first).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/notifications")
    expect(page.locator("[data-podi=tell-settings]")).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/tasks")
    page.locator("[data-kind=ability-task] a").first.click()
    expect(page.locator(".job[data-state=ready]")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_admins_pages_pass_axe(
    new_page: NewPage, host: Host, sign_in: SignIn, theme: Literal["light", "dark"], width: int
) -> None:
    """R49 to R52: overview, all calls with an opened one, problems and metrics with their tables."""
    page = new_page(host.url, bypass_csp=True, colour_scheme=theme, viewport=(width, 844), reduced_motion="reduce")
    sign_in(page, "admin")
    page.goto(f"{host.url}/#/admin/overview")
    expect(page.locator("[data-podi=executors] tbody tr").first).to_be_visible(timeout=20_000)
    page.locator("[data-podi=timeline] summary").click()
    assert violations(page) == []

    page.goto(f"{host.url}/#/admin/calls?status=failed&cause=x")
    expect(page.locator("[data-podi=calls] .state--empty")).to_be_visible()
    assert violations(page) == []

    page.locator("[data-action=drop-filter]").click()
    page.locator("[data-podi=calls] [data-log-id] button").first.click()
    expect(page.locator("#log-record")).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/admin/problems?since=30d")
    expect(page.locator(".problem").first).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/admin/metrics?since=30d")
    expect(page.locator("[data-podi=metrics-groups] tbody tr").first).to_be_visible()
    for summary in page.locator(".chart__table summary").all():
        summary.click()
    assert violations(page) == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_a_job_s_pages_pass_axe(
    new_page: NewPage, host: Host, sign_in: SignIn, theme: Literal["light", "dark"], width: int
) -> None:
    """R38 to R42: a job with its JSON open, two jobs compared, and the form that everybody has."""
    page = new_page(host.url, bypass_csp=True, colour_scheme=theme, viewport=(width, 844), reduced_motion="reduce")
    sign_in(page, "admin")
    page.locator("[data-kind=ability-task] a").first.click()
    expect(page.locator(".job[data-state=ready]")).to_be_visible()
    page.locator("[data-slot=request-disclosure] summary").click()
    page.locator(".row--tree button").nth(1).click()
    expect(page.locator("[data-slot=request-node]")).to_be_visible()
    assert violations(page) == []

    page.locator("[data-slot=compare]").click()
    page.locator("[data-slot=choices] a").first.click()
    expect(page.locator("[data-slot=both]")).to_be_visible()
    assert violations(page) == []

    page.goto(f"{host.url}/#/abilities/comfyui_koutu")
    expect(page.locator("[data-podi=invoke-task]")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_dialogs_and_choices_pass_axe(
    new_page: NewPage, host: Host, sign_in: SignIn, theme: Literal["light", "dark"], width: int
) -> None:
    """R35, R40, R41, R53, R54: palette, keys, saved views, what is run again together, the viewer, and how to read."""
    page = new_page(host.url, bypass_csp=True, colour_scheme=theme, viewport=(width, 844), reduced_motion="reduce")
    sign_in(page, "admin")
    page.wait_for_function("() => Boolean(window.podi.diagnostics().sharing)")
    page.keyboard.press("Control+k")
    expect(page.locator(".dialog--palette [role=option]").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator(".dialog--keys")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.goto(f"{host.url}/#/tasks?status=succeeded&kind=task")
    if width < 640:
        page.locator("[data-action=filter-fold]").click()
    page.locator("[data-action=views]").click()
    expect(page.locator(".views__form")).to_be_visible()
    assert violations(page) == []
    page.locator("[data-action=run-these-again]").first.click()
    expect(page.locator("[data-action=bulk-begin]")).to_be_visible()
    assert violations(page) == []
    page.locator("[data-action=bulk-cancel]").click()

    page.goto(f"{host.url}/#/reading")
    expect(page.locator("[data-podi=reading-settings]")).to_be_visible()
    page.locator("[data-slot=density-compact]").check()
    assert violations(page) == []

    page.goto(f"{host.url}/#/tasks?status=succeeded")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    assert violations(page) == []
    page.locator("[data-kind=ability-task][data-status=succeeded]:has(img:not([hidden])) a").first.click()
    page.locator("[data-action=view-picture]").first.click()
    expect(page.locator("dialog.viewer")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog.viewer")).to_have_count(0)
    assert violations(page) == []
