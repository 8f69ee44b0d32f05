"""Readers of other kinds: a screen reader of a list, an outage and a refused sign-in; a reader with a wrong clock."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faults.act import Act
from tests.faults.test_answers import polling
from tests.faults.test_connections import LONG_S

ROWS = 30
PLACES = """() => Array.from(document.querySelectorAll("[data-slot=tasks] .row[data-task-id]"),
  row => [Number(row.ariaPosInSet), Number(row.ariaSetSize), row.getBoundingClientRect().top])"""
# Notes whatever a screen reader would speak by itself.
SPOKEN = """() => {
  window.spoken = [];
  const live = "[role=status], [role=alert], [aria-live]";
  window.speaker = new MutationObserver(records => {
    const changed = records.map(({ target }) => (target instanceof Element ? target : target.parentElement));
    const places = new Set(changed.map(one => one?.closest(live)));
    for (const place of places) if (place?.textContent.trim()) spoken.push(place.textContent.trim());
  });
  speaker.observe(document.body, { childList: true, characterData: true, subtree: true });
}"""
HUSHED = "() => (speaker.disconnect(), spoken)"
LOGIN = "/api/auth/login"
HTML = "<!doctype html><title>Forbidden</title>"
OTHER_REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "too many attempts": ({"status": 429, "body": {"detail": "RATE_LIMITED"}}, "Too many attempts"),
    "a firewall": ({"status": 403, "body": HTML}, "could not sign you in just now"),
}


@pytest.mark.case(62, "a screen reader counts a list of which a part is drawn")
def test_sizes_for_a_screen_reader(act: Act) -> None:
    """R54, report 38: each row says which of how many it is, while more come and when all have ended."""
    act.sign_in()
    act.many = True
    act.injects(f"a window of 600 pixels, {ROWS} tasks")
    act.page.set_viewport_size({"width": 1280, "height": 600})
    user = act.api()
    for _ in range(ROWS):
        user.submit_task(seconds=0.1)
    act.everything_is_true()
    places = sorted(act.page.evaluate(PLACES), key=lambda place: place[2])
    act.page.set_viewport_size({"width": 1280, "height": 4000})
    assert {ROWS} == {size for _, size, _ in places}
    assert list(range(1, len(places) + 1)) == [place for place, _, _ in places]
    assert len(places) < ROWS


@pytest.mark.case(63, "two minutes without an answer, for a screen reader")
def test_an_outage_is_spoken_of_once(timed: Act) -> None:
    """R13, R54, report 37: what has changed is said once, however the age of the data goes on."""
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=LONG_S)
    timed.page.locator("[data-podi=refresh]").click()
    timed.expect_active(1)
    timed.page.evaluate(SPOKEN)
    polling(timed)
    timed.arm("status", path="/api/**", method="GET", status=500, always=True)
    timed.advance(120)
    spoken: list[str] = timed.page.evaluate(HUSHED)
    assert len(spoken) <= 8, spoken
    # Once for each of the two lists.
    assert 2 == spoken.count("Showing earlier data; trying again."), spoken
    timed.over()
    timed.everything_is_true(lasting=[job])


@pytest.mark.case(64, "a sign-in that is refused for another reason than the password")
@pytest.mark.parametrize("why", list(OTHER_REASONS))
def test_a_sign_in_refused_by_others(act: Act, why: str) -> None:
    """R33, report 34: nobody is sent to look for another password; the next attempt is as good as any."""
    answer, words = OTHER_REASONS[why]
    act.arm("status", path=LOGIN, method="POST", **answer)
    act.page.locator("input[name=username]").fill("demo")
    act.page.locator("input[name=password]").fill("demo")
    act.page.locator("button[type=submit]").click()
    expect(act.page.locator("form [role=alert]")).to_contain_text(words)
    act.over()
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()


@pytest.mark.case(65, "a device whose clock is wrong from the beginning")
@pytest.mark.parametrize("ahead_s", [3600, -600])
def test_a_wrong_clock(timed: Act, ahead_s: int) -> None:
    """R27, R33, report 10: a task runs for as long as it does, and the session is not over for it."""
    timed.injects(f"the device's clock: {ahead_s} s")
    timed.page.clock.set_system_time(timed.page.evaluate("() => Date.now()") / 1000 + ahead_s)
    timed.sign_in()
    job = timed.api().submit_task(seconds=LONG_S)
    timed.expect_status(job, "running")
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance(4)
    elapsed = timed.stage.row(job).locator("[data-slot=elapsed]").inner_text()
    assert re.fullmatch(r"0:[0-5]\d", elapsed), elapsed
    assert [] == timed.asked("POST /api/auth/refresh")
    timed.page.clock.set_system_time(timed.page.evaluate("() => Date.now()") / 1000 - ahead_s)
    timed.everything_is_true(lasting=[job])
