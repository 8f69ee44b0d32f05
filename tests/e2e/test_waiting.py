"""Why a job waits, in a real page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.api_user import ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import StartHost

SPEED = 20.0
USUAL_S = 3
BEFORE = 6


def test_a_job_says_how_long_it_takes_still(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R47: from the jobs like it, until it takes longer than those; nothing once it has ended."""
    host = start_host()
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        before = [user.submit_ability_task(seconds=USUAL_S) for _ in range(BEFORE)]
        user.wait_for_end(*before)
        page = new_page(host.url, bypass_csp=True)
        sign_in(page, "admin")
        # The part that is late is there: no second of the job's is spent on waiting for it.
        expect(page.locator("[data-podi=away]")).to_be_attached()
        job = user.submit_ability_task(seconds=10)
        page.evaluate("job => { location.hash = `/tasks/${job}` }", job)
        waiting = page.locator("[data-podi=waiting]")
        expect(waiting).to_have_text(re.compile(r"ends within \d s"))
        expect(waiting).to_have_text("longer than usual")
        expect(page.locator(".job")).to_have_attribute("data-status", "succeeded")
        expect(waiting).to_be_hidden()
