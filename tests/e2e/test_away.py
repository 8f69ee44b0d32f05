"""What happened while nobody looked, in a real page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.api_user import ApiUser
from testkit.browser import BOOT_MS, NewPage, SignIn
from testkit.host import StartHost
from testkit.stage import VISIBILITY

COST = 40
"""What the service ability costs."""
AWAY_S = 61
# The device's clock, as the page reads it, so many seconds later: nobody has to wait a minute.
LATER = """seconds => {
  const now = Date.now.bind(Date);
  Date.now = () => now() + seconds * 1000;
}"""
SPEED = 20.0


def test_a_return_says_what_happened(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R45: what ended, failed and still runs, and what it cost; nothing for who saw it; it can be dismissed."""
    host = start_host()
    page = new_page(host.url, bypass_csp=True)
    sign_in(page, "admin")
    away = page.locator("[data-podi=away]")
    expect(away).to_be_attached()
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        working = user.submit_ability_task(seconds=3)
        failing = user.submit_ability_task(seconds=3, outcome="failed")
        long = user.submit_ability_task(seconds=25)
        expect(page.locator(f".row[data-task-id='{long}']")).to_have_attribute("data-status", "running")
        page.evaluate(VISIBILITY, "hidden")
        user.wait_for_end(working, failing)
        page.evaluate(LATER, AWAY_S)
        expect(away).to_be_empty()
        page.evaluate(VISIBILITY, "visible")
        expect(away.locator(".strip__part--succeeded")).to_have_text("1 succeeded")
        expect(away.locator(".strip__part--failed")).to_have_text("1 failed")
        expect(away.locator(".strip__part--running")).to_have_text("1 still running")
        expect(away).to_contain_text(f"{COST} points spent")
        href = away.locator(".strip__part--failed").get_attribute("href")
        assert re.fullmatch(r"#/tasks\?status=failed&since=\d+h", href or "")
        away.locator("[data-action=dismiss-away]").click()
        expect(away).to_be_empty()
        page.evaluate(VISIBILITY, "hidden")
        page.evaluate(VISIBILITY, "visible")
        quick = user.submit_ability_task(seconds=0.2)
        expect(page.locator(f".row[data-task-id='{quick}']")).to_have_attribute("data-status", "succeeded")
        expect(away).to_be_empty()


def test_opening_says_what_happened_since_the_last_visit(
    new_page: NewPage, sign_in: SignIn, start_host: StartHost
) -> None:
    """R45: compared with what the last visit kept; where nothing happened, nothing is shown."""
    host = start_host()
    page = new_page(host.url, bypass_csp=True)
    sign_in(page, "admin")
    away = page.locator("[data-podi=away]")
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        # Only lists that were read are kept; and no second of the job's is spent on waiting for the part that is late.
        expect(away).to_be_attached()
        job = user.submit_ability_task(seconds=6)
        expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "running")
        page.goto("about:blank")
        user.wait_for_end(job)
    page.goto(host.url)
    expect(away.locator(".strip__part--succeeded")).to_have_text("1 succeeded", timeout=BOOT_MS)
    page.reload()
    expect(away).to_be_attached(timeout=BOOT_MS)
    expect(away).to_be_empty()
