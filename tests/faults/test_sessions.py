"""Tokens that are refused, lost or too late, roles that change, and a second tab."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testkit.browser import BOOT_MS
from tests.faults.act import Act
from tests.faults.test_connections import REFRESH

KEPT = "() => Object.keys(localStorage).filter(key => key.includes('session'))"
PATH = "/api/auth/refresh"
THROWS: dict[str, dict[str, Any]] = {
    "500": {"fault": "status", "status": 500},
    "no JSON": {"fault": "status", "status": 200, "body": "{"},
    "a reset": {"fault": "reset", "at": "request"},
}


def signed_out(act: Act) -> None:
    """The form is there, and nothing runs behind it."""
    expect(act.stage.root).to_have_attribute("data-podi-state", "signed-out")
    act.stage.wait_for_diagnostics("d.timers === 0 && d.sockets === 0")
    assert [] == act.page.evaluate(KEPT)


@pytest.mark.case(26, "a token refresh that throws")
@pytest.mark.parametrize("how", list(THROWS))
def test_a_refresh_that_throws(timed: Act, how: str) -> None:
    """R33: it is tried again, the session lives, and nothing is asked with the token that was refused."""
    timed.sign_in()
    timed.arm(**THROWS[how], path=PATH, always=True)
    timed.arm("expired-token", at="now")
    timed.advance_until(f"() => watch.asked.filter(({{ what }}) => what === '{REFRESH}').length > 1", 60)
    assert "ready" == timed.stage.root.get_attribute("data-podi-state")
    timed.over()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()


@pytest.mark.takes_tokens
@pytest.mark.case(26, "a token refresh that hangs")
def test_a_refresh_that_hangs(timed: Act) -> None:
    """R13, R33: after 30 s it has failed; the next one brings everything back."""
    timed.sign_in()
    timed.arm("hang", at="request", path=PATH)
    timed.arm("expired-token", at="now")
    timed.api().submit_ability_task(seconds=0.2)
    timed.advance(40, patience_s=0.05)
    timed.stage.expect_transport("push")
    timed.everything_is_true()


@pytest.mark.case(26, "a token refresh that answers after sign-out")
def test_a_refresh_that_comes_too_late(act: Act) -> None:
    """R5, R33: the pair it brings is thrown away."""
    act.sign_in()
    late = act.arm("delay", at="request", path=PATH, delay_s=1.5)
    act.arm("expired-token", at="now")
    act.switches.fired(late)
    act.stage.sign_out()
    with act.stage.quiet(2.5):
        signed_out(act)
    signed_out(act)
    act.over()
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()


@pytest.mark.case(34, "the role changes from admin to user (403)")
def test_admin_no_more(act: Act) -> None:
    """R28, R30: the admin's part goes, the session and the user's own work stay."""
    act.sign_in("admin")
    job = act.api().submit_ability_task(seconds=1.5)
    expect(act.page.locator("[data-podi=queue-status]")).to_be_visible()
    act.stage.go("/admin/abilities/volcengine_seedream")
    expect(act.page.locator("[data-podi=invoke-task]")).to_be_visible()
    act.arm("wrong-role", always=True)
    act.page.locator("[data-podi=refresh]").click()
    expect(act.page.locator("[data-podi=queue-status], [href^='#/admin']")).to_have_count(0)
    expect(act.stage.row(job)).to_be_visible()
    act.stage.expect_transport("push")
    act.everything_is_true()
    assert "succeeded" == act.status(job)


def other_tab(act: Act) -> Page:
    """A second tab, which takes up the session."""
    tab = act.scene.context.new_page()
    tab.goto(f"{act.scene.host.url}/")
    root = tab.locator("html")
    expect(root).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    expect(root).to_have_attribute("data-podi-transport", "push", timeout=15_000)
    return tab


@pytest.mark.case(36, "two tabs, one signs out")
def test_two_tabs(act: Act) -> None:
    """R5, R33: the other follows, and neither has anything left; then both are signed in again by one."""
    act.sign_in()
    tab = other_tab(act)
    act.injects("a second tab signs out")
    tab.locator("[data-podi=sign-out]").click()
    signed_out(act)
    assert [] == act.switches.sockets()
    act.sign_in()
    expect(tab.locator("html")).to_have_attribute("data-podi-state", "ready")
    job = act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true()
    expect(tab.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")
    tab.close()


@pytest.mark.case(42, "two tabs whose token is refused at once")
def test_two_tabs_renew(act: Act) -> None:
    """R33: a refresh token is good for one use; whoever comes second adopts what the first one got.

    A tab of another process may see the first one's pair a moment late: its own attempt is refused, then it adopts.
    """
    act.sign_in()
    tab = other_tab(act)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    act.arm("expired-token", at="now")
    act.stage.wait_for_diagnostics("d.reconnects >= 1 && d.transport === 'push'")
    expect(tab.locator("html")).to_have_attribute("data-podi-transport", "push", timeout=15_000)
    job = act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true()
    expect(tab.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")
    assert len(act.asked(REFRESH)) + sum(PATH in one for one in asked) in {1, 2}
    tab.close()


@pytest.mark.case(43, "the refresh token is over while the page is hidden")
def test_over_while_hidden(act: Act) -> None:
    """R17, R33: whoever comes back finds the form, and nothing running behind it."""
    act.sign_in()
    act.stage.show("hidden")
    act.stage.expect_transport("paused")
    act.injects("hidden")
    act.arm("expired-token", at="now", refresh=True)
    act.stage.show("visible")
    signed_out(act)
    assert 1 == len(act.asked(REFRESH))
    act.over()
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()


@pytest.mark.case(44, "401 on REST with an open socket")
def test_refused_by_rest_alone(act: Act) -> None:
    """R2, R33: all reads share one refresh, and the socket that works is left alone."""
    act.sign_in()
    act.arm("expired-token", at="now", sockets=False)
    act.page.locator("[data-podi=refresh]").click()
    act.page.wait_for_function(f"() => watch.asked.some(({{ what }}) => what === '{REFRESH}')")
    job = act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true()
    assert (1, 1, "succeeded") == (len(act.asked(REFRESH)), len(act.lives()), act.status(job))


@pytest.mark.case(45, "the answer to a refresh is lost, and with it the pair")
def test_a_lost_pair(timed: Act) -> None:
    """R33: the refresh token is spent and no new one came: one more attempt, then the form."""
    timed.sign_in()
    timed.arm("truncate", at="request", path=PATH, keep=5)
    timed.arm("expired-token", at="now")
    timed.advance_until("() => document.documentElement.dataset.podiState === 'signed-out'", 90)
    signed_out(timed)
    assert len(timed.asked(REFRESH)) <= 3
    timed.over()
    timed.sign_in()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()
