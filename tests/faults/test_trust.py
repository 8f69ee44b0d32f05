"""Whose word counts: push that carries half, lists that lag, answers of somebody else's, and a server that is well."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faults.act import Act
from tests.faults.test_answers import polling
from tests.faults.test_connections import LONG_S, REFRESH, shows
from tests.faults.test_sessions import PATH, signed_out

CALLS = "/api/ability-tasks"
HTML = "<!doctype html><title>Forbidden</title>"
# What has been true for so long is shown (R8).
SOON_S = 2.0
# One of a kind is read once a second (R9); the refresh, the end and what is looked for cost a few reads more.
READS_A_SECOND, READS_BESIDES = 1.0, 6
WORK_S = 8.0
UNSAID = {"calls": "ability-task.status", "tasks": '"task.status"', "points": "wallet.points"}
FOREIGN: dict[str, tuple[dict[str, Any], ...]] = {
    "a firewall on the renewal": ({"path": PATH, "status": 403, "body": HTML},),
    "an ingress without its backend": (
        {"path": f"{CALLS}/*", "method": "GET", "status": 404, "body": "default backend - 404"},
        {"path": CALLS, "method": "GET", "status": 404, "body": "default backend - 404"},
    ),
    "a firewall on the admin's routes": ({"path": "/api/admin/**", "status": 403, "body": HTML},),
}


def over(job: str) -> str:
    """In JavaScript: the row of a job shows an end."""
    row = f"document.querySelector(`[data-task-id='{job}']`)"
    return f"() => ['succeeded', 'failed'].includes({row}?.dataset.status)"


@pytest.mark.case(66, "push that leaves out one kind, and carries the others")
@pytest.mark.parametrize("kind", list(UNSAID))
def test_half_pushed(timed: Act, kind: str) -> None:
    """R8, R24: a kind that push has not carried is read, as soon as without push."""
    timed.arm("drop", at="frame", containing=UNSAID[kind], always=True)
    timed.sign_in()
    user = timed.api()
    jobs = [user.submit_task(seconds=WORK_S), user.submit_ability_task(seconds=WORK_S)]
    timed.page.locator("[data-podi=refresh]").click()
    timed.expect_active(2)
    since = timed.now()
    timed.work_is_over()
    for job in jobs:
        timed.advance_until(shows(job, "succeeded"), SOON_S)
    users = timed.switches.truth()["users"].values()
    (total,) = (user["totalPoints"] for user in users if user["username"] == "demo")
    balance = f"() => document.querySelector('[data-podi=balance]').textContent === '{total}'"
    timed.advance_until(balance, SOON_S)
    most = (timed.now() - since) * READS_A_SECOND + READS_BESIDES
    for path in (f"GET {CALLS}*", "GET /api/tasks/v1*", "GET /api/wallet/v1/statistics"):
        assert sum(at >= since for at in timed.asked(path)) <= most
    timed.everything_is_true()


@pytest.mark.case(67, "a list that lags behind a task that was submitted here")
def test_a_lagging_list(timed: Act) -> None:
    """R12, report 13: it lacks what has ended since, which stays where it is."""
    timed.sign_in("admin")
    old = timed.api().get(CALLS, limit=200)
    timed.stage.go("/admin/abilities/volcengine_seedream")
    timed.page.locator("[name=prompt]").fill("koi")
    timed.arm("status", path=CALLS, method="GET", status=200, body=old, always=True)
    job = timed.stage.submit()
    timed.stage.go("/tasks")
    timed.work_is_over()
    timed.advance_until(over(job), 10)
    for _ in range(3):
        timed.page.locator("[data-podi=refresh]").click()
        timed.advance(3)
        assert timed.status(job) in {"succeeded", "failed"}
    timed.over()
    timed.everything_is_true()


@pytest.mark.case(68, "an answer that is not the API's")
@pytest.mark.parametrize("whose", list(FOREIGN))
def test_somebody_elses_answer(timed: Act, whose: str) -> None:
    """R11, R30, R33, report 28: it ends no session, takes no role away and makes no job unknown."""
    timed.sign_in("admin")
    job = timed.api().submit_ability_task(seconds=LONG_S)
    timed.page.locator("[data-podi=refresh]").click()
    timed.expect_active(1)
    polling(timed)
    for order in FOREIGN[whose]:
        timed.arm("status", **order, always=True)
    if whose == "a firewall on the renewal":
        timed.arm("expired-token", at="now", sockets=False)
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance(20)
    assert timed.status(job) in {"queued", "running"}
    expect(timed.stage.root).to_have_attribute("data-podi-state", "ready")
    expect(timed.page.locator("[href='#/admin/abilities']").first).to_be_attached()
    timed.over()
    timed.everything_is_true(lasting=[job])


@pytest.mark.case(69, "a renewed token that everything refuses")
def test_renewed_in_vain(timed: Act) -> None:
    """R33, report 30: three renewals, then the form; not one after the other for ever."""
    timed.sign_in()
    timed.arm("status", path="/api/**", method="GET", status=401, body={"detail": "INVALID_TOKEN"}, always=True)
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance_until("() => document.documentElement.dataset.podiState === 'signed-out'", 150)
    signed_out(timed)
    assert len(timed.asked(REFRESH)) <= 3
    timed.over()
    timed.sign_in()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()


@pytest.mark.case(70, "a renewal that may be repeated in a minute")
def test_a_busy_renewal(timed: Act) -> None:
    """R33, report 29: whoever needs a token waits with the others."""
    timed.sign_in()
    timed.arm("status", path=PATH, status=429, headers={"Retry-After": "60"}, body={"detail": "BUSY"}, always=True)
    timed.arm("expired-token", at="now")
    timed.advance(55)
    assert 1 == len(timed.asked(REFRESH))
    timed.over()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()


@pytest.mark.case(71, "a proxy's page with status 200, for three minutes")
def test_html_for_minutes(timed: Act) -> None:
    """R4, report 35: the first good answer brings push back."""
    timed.sign_in()
    polling(timed)
    timed.arm("status", path="/api/**", method="GET", status=200, body=HTML, always=True)
    timed.advance(180)
    timed.over()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()
    timed.stage.expect_transport("push")


@pytest.mark.case(72, "more than a page has come and ended while the page was hidden")
def test_more_than_a_page(timed: Act) -> None:
    """R12, reports 2 and 4: what ran before has ended below sixty newer ones, and none of them is missing."""
    timed.sign_in()
    timed.many = True
    user = timed.api()
    # Longer than the page waits before it looks for a task that nobody has listed.
    first = user.submit_task(seconds=6)
    timed.expect_active(1)
    timed.stage.show("hidden")
    timed.stage.expect_transport("paused")
    timed.injects("hidden, 60 tasks")
    for _ in range(60):
        user.submit_task(seconds=0.05)
    timed.work_is_over()
    timed.stage.show("visible")
    timed.everything_is_true()
    assert "succeeded" == timed.page.evaluate("job => String(watch.monitor().summary.tasks.get(job).status)", first)
