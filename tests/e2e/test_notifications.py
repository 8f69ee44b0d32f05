"""Notifications of ends in a real page: once, from a page that is hidden too, and silence without a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from testkit.api_user import ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import StartHost
from testkit.stage import VISIBILITY
from testkit.windows import until

SPEED = 20.0
EVERY_S = 1.5
# What the API is asked; a picture of a result is not.
API = re.compile(r"/api/(?!assets)")
ENDED = re.compile("succeeded|failed")
# So many ends have been reported, by whichever page.
CLAIMED = """(number) => Object.keys(localStorage)
  .filter((key) => key.startsWith("podi.told."))
  .some((key) => Object.keys(JSON.parse(localStorage[key]).told).length === number)"""
# Notifications are kept in place of being shown: a page without a screen cannot look at them.
NOTIFICATIONS = """
window.notified = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static requestPermission() {
    window.asked = (window.asked ?? 0) + 1;
    Notification.permission = "granted";
    return Promise.resolve("granted");
  }
  constructor(title, options) {
    super();
    window.notified.push({ title, ...options });
    window.latest = this;
  }
  close() {}
};"""


def _prepare(page: Page) -> list[str]:
    """Keep notifications, let a hidden page look more often than each minute, and note what the API is asked."""
    page.add_init_script(NOTIFICATIONS)

    def settings(route: Route) -> None:
        answer = route.fetch()
        changed = answer.text().replace("[podi]\n", f"[podi]\npolling = {{ hidden_every_s = {EVERY_S} }}\n", 1)
        route.fulfill(response=answer, body=changed)

    page.route("**/pyscript.toml", settings)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if API.search(request.url) else None)
    return asked


def _reported(page: Page) -> list[dict[str, Any]]:
    reported: list[dict[str, Any]] = page.evaluate("window.notified")
    return reported


def _have_reported(pages: Sequence[Page], number: int) -> bool:
    return number <= sum(len(_reported(page)) for page in pages)


def test_a_hidden_page_notifies_of_a_marked_job(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R44: permission is asked in the click; the tab shows it too; a click on the notification leads to the job."""
    host = start_host()
    page = new_page(host.url, goto=False, bypass_csp=True)
    asked = _prepare(page)
    page.goto(host.url)
    sign_in(page, "admin")
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=12)
        expect(page).to_have_title(re.compile(r"^\(1 running\) "))
        page.locator(f".row[data-task-id='{job}'] a").click()
        bell = page.locator("[data-podi=bell]")
        expect(bell).to_have_attribute("aria-pressed", "false")
        assert page.evaluate("window.asked ?? 0") == 0
        bell.click()
        expect(bell).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("window.asked") == 1
        page.locator(".brand").click()

        page.evaluate(VISIBILITY, "hidden")
        del asked[:]
        expect(page).to_have_title(re.compile(r"^\(1 ended\) "))
        assert {re.sub(r"\?.*", "", url.removeprefix(host.url)) for url in asked} == {"/api/ability-tasks"}
        icon = page.locator("link[rel=icon]").get_attribute("href") or ""
        assert icon.startswith("data:image/svg+xml,")
        (reported,) = _reported(page)
        assert (job, True) == (reported["tag"], reported["silent"])
        assert reported["body"].startswith("Succeeded · ")
        assert "koi" not in str(reported)
        page.evaluate("window.latest.dispatchEvent(new Event('click'))")
        expect(page).to_have_url(re.compile(f"#/tasks/{job}$"))
        page.evaluate(VISIBILITY, "visible")
        expect(page).not_to_have_title(re.compile(r"^\("))
        expect(page.locator("[data-podi=bill]")).to_contain_text("40 deducted")
        assert len(_reported(page)) == 1


def test_a_hidden_page_without_a_mark_is_silent(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R17, R44: nothing is asked for what is not marked, whatever the settings are; the return notifies once."""
    host = start_host()
    page = new_page(host.url, goto=False, bypass_csp=True)
    asked = _prepare(page)
    page.goto(host.url)
    sign_in(page, "admin")
    page.locator("[data-slot=notifications]").click()
    page.get_by_role("radio", name="All").check()
    assert page.evaluate("window.asked") == 1
    expect(page.get_by_text("lets this page notify you")).to_be_visible()
    page.locator(".brand").click()
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=4, outcome="failed")
        expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "running")
        page.evaluate(VISIBILITY, "hidden")
        expect(page.locator("html")).to_have_attribute("data-podi-transport", "paused")
        del asked[:]
        user.wait_for_end(job)
        assert ([], []) == (asked, _reported(page))
        page.evaluate(VISIBILITY, "visible")
        expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "failed")
        page.wait_for_function("window.notified.length === 1")
        page.locator("[data-podi=refresh]").click()
        page.reload()
        expect(page.locator("[data-podi=away]")).to_be_attached(timeout=60_000)
        assert _reported(page) == []


@pytest.mark.pushes_all
def test_two_pages_notify_of_it_once(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R44: over both pages of a browser, whichever of them is hidden, and again when both are looked at."""
    host = start_host()
    first = new_page(host.url, goto=False, bypass_csp=True)
    second = first.context.new_page()
    for page in (first, second):
        _prepare(page)
        page.goto(host.url)
    sign_in(first, "admin")
    first.locator("[data-slot=notifications]").click()
    first.get_by_role("radio", name="All").check()
    first.locator(".brand").click()
    expect(second.locator("html")).to_have_attribute("data-podi-state", "ready")
    # What one page chose is chosen in the other, which asks nobody again.
    second.locator("[data-slot=notifications]").click()
    expect(second.get_by_role("radio", name="All")).to_be_checked()
    second.evaluate("Notification.permission = 'granted'")
    second.locator(".brand").click()
    jobs: list[str] = []
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        for hidden in ([], [first], [first, second]):
            running = [user.submit_ability_task(seconds=6), user.submit_task(seconds=6)]
            jobs += running
            for page in (first, second):
                page.bring_to_front()
                for job in running:
                    expect(page.locator(f".row[data-task-id='{job}']")).to_be_attached()
            for page in hidden:
                page.evaluate(VISIBILITY, "hidden")
            if second in hidden:
                user.wait_for_end(*running)
            else:
                for job in running:
                    expect(second.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", ENDED)
            for page in (first, second):
                page.evaluate(VISIBILITY, "visible")
                page.bring_to_front()
                for job in running:
                    expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", ENDED)
            for page in (first, second):
                page.locator("[data-podi=refresh]").click()
                page.wait_for_function(CLAIMED, arg=len(jobs))
            # Whoever has claimed one reports it next.
            until(first, partial(_have_reported, (first, second), len(jobs)))
            reported = [tag["tag"] for page in (first, second) for tag in _reported(page)]
            assert sorted(jobs) == sorted(reported)


def test_a_choice_in_one_page_is_made_in_the_other(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R44: the settings page that is open follows the other page, and a mark that was set there is set here."""
    host = start_host()
    first = new_page(host.url, goto=False, bypass_csp=True)
    second = first.context.new_page()
    for page in (first, second):
        _prepare(page)
        page.goto(host.url)
    sign_in(first, "admin")
    expect(second.locator("html")).to_have_attribute("data-podi-state", "ready")
    for page in (first, second):
        page.locator("[data-slot=notifications]").click()
        expect(page.get_by_role("radio", name="All")).to_be_visible()
    first.get_by_role("radio", name="Failures").check()
    expect(second.get_by_role("radio", name="Failures")).to_be_checked()
    second.get_by_role("radio", name="Nothing").check()
    expect(first.get_by_role("radio", name="Nothing")).to_be_checked()
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=25)
        for page in (first, second):
            page.goto(f"{host.url}/#/tasks/{job}")
            expect(page.locator("[data-podi=bell]")).to_have_attribute("aria-pressed", "false")
        first.locator("[data-podi=bell]").click()
        expect(second.locator("[data-podi=bell]")).to_have_attribute("aria-pressed", "true")


def test_an_admin_is_notified_of_a_limit_once(new_page: NewPage, sign_in: SignIn, start_host: StartHost) -> None:
    """R44, R51: set on the page of notifications; shown in a strip and a notification, which lead to the problems."""
    host = start_host()
    page = new_page(host.url, goto=False, bypass_csp=True)
    page.add_init_script(NOTIFICATIONS)
    page.goto(host.url)
    sign_in(page, "admin")
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        failing = [user.submit_ability_task(seconds=0.2, outcome="failed", ability="baidu_colourize") for _ in range(5)]
        user.wait_for_end(*failing)
    page.locator("[data-slot=notifications]").click()
    page.locator("[name=last]").fill("5")
    page.locator("[name=last]").press("Tab")
    assert page.evaluate("window.asked ?? 0") == 0
    page.get_by_role("checkbox", name="Calls fail").check()
    assert page.evaluate("window.asked") == 1
    strip = page.locator("[data-podi=alarms] a")
    expect(strip).to_have_text("5 of the last 5 calls failed", timeout=20_000)
    page.wait_for_function("window.notified.length")
    (reported,) = _reported(page)
    assert ("podi.limit.failures", "Your limit is 20%.") == (reported["tag"], reported["body"])
    strip.click()
    expect(page).to_have_url(re.compile("#/admin/problems$"))
    page.reload()
    expect(page.locator("[data-podi=alarms] a")).to_be_visible(timeout=60_000)
    assert [] == _reported(page)
