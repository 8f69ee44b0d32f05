"""Hidden, offline, and a browser that is wrong about either."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from playwright.sync_api import expect

from tests.faults.act import Act
from tests.faults.test_connections import REFRESH, made, opened

LISTS = ("GET /api/tasks/v1", "GET /api/ability-tasks")
ANYTHING = "* /api/*"
RECORD_EVENTS = """() => {
  window.received = [];
  window.deaf = new AbortController();
  for (const name of ["podi:task-status", "podi:ability-task-status"])
    addEventListener(name, ({ detail }) => received.push(detail.taskId), { signal: deaf.signal });
}"""
ONLINE = "online => Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => online })"


@pytest.mark.case(16, "hidden for an hour")
def test_hidden_for_an_hour(timed: Act) -> None:
    """R12, R17, R19: no request while hidden; then a catch-up, which sends scripts each job, and no notice."""
    timed.sign_in()
    timed.stage.show("hidden")
    timed.injects("hidden for 1 h")
    user = timed.api()
    jobs = [user.submit_ability_task(seconds=0.1) for _ in range(4)] + [user.submit_task(seconds=0.1) for _ in range(4)]
    before = len(timed.asked(ANYTHING))
    timed.page.clock.fast_forward(3_500_000)
    timed.advance(100)
    assert (before, 1) == (len(timed.asked(ANYTHING)), len(timed.lives()))
    timed.page.evaluate(RECORD_EVENTS)
    lists = [len(timed.asked(what)) for what in LISTS]
    timed.stage.show("visible")
    timed.stage.expect_transport("push")
    timed.advance(2)
    timed.everything_is_true()
    # One at once, and one more if the socket opened after it had begun (R12).
    assert {len(timed.asked(what)) - count for what, count in zip(LISTS, lists, strict=True)} <= {1, 2}
    received = Counter(timed.page.evaluate("() => (deaf.abort(), received)"))
    # The list, and perhaps a replayed frame that says the same.
    assert set(jobs) == set(received)
    assert max(received.values()) <= 2
    expect(timed.page.locator("#notices [data-notice]")).to_have_count(0)


@pytest.mark.case(17, "hidden while a retry is pending")
def test_hidden_amid_a_retry(timed: Act) -> None:
    """R5, R17: a retry that was pending is not made while nobody looks; somebody who looks has push at once."""
    timed.sign_in()
    timed.advance(6)
    timed.arm("abort", at="upgrade", always=True)
    timed.arm("abort", at="now")
    timed.advance_until(made(3), 10)
    timed.settle()
    timed.stage.show("hidden")
    attempts = len(timed.lives())
    timed.injects("hidden")
    timed.advance(90)
    assert attempts == len(timed.lives())
    timed.over()
    timed.api().submit_ability_task(seconds=0.2)
    timed.stage.show("visible")
    timed.advance_until(opened(attempts + 1), 1.5)
    timed.everything_is_true()


@pytest.mark.case(18, "hidden, offline and refreshing at once")
@pytest.mark.parametrize("order", list(itertools.permutations(["hidden", "offline", "refreshing"])), ids=", ".join)
def test_several_pauses(timed: Act, order: tuple[str, ...]) -> None:
    """R17, R33: nothing is asked until the last of the three has ended, in whatever order they do."""
    timed.sign_in()
    timed.api().submit_ability_task(seconds=0.1)
    timed.arm("hang", at="request", path="/api/auth/refresh", always=True)
    timed.arm("expired-token", at="now")
    timed.advance_until(f"() => watch.asked.some(({{ what }}) => what === '{REFRESH}')", 5, patience_s=0.05)
    timed.stage.show("hidden")
    timed.scene.context.set_offline(offline=True)
    timed.injects("hidden; offline")
    timed.stage.expect_transport("offline")
    ends = {
        "hidden": lambda: timed.stage.show("visible"),
        "offline": lambda: timed.scene.context.set_offline(offline=False),
        "refreshing": timed.over,
    }
    holding = list(order)
    for one in order:
        before = len(timed.asked("GET *")), len(timed.lives())
        timed.advance(5, patience_s=0.05)
        assert before == (len(timed.asked("GET *")), len(timed.lives()))
        ends[one]()
        holding.remove(one)
        if "offline" in holding:
            timed.stage.expect_transport("offline")
        elif "hidden" in holding:
            timed.stage.expect_transport("paused")
    timed.stage.expect_transport("push")
    timed.everything_is_true()


@pytest.mark.case(19, "navigator.onLine is wrong")
def test_offline_by_mistake(timed: Act) -> None:
    """R17, R32: a browser that believes to be offline is proved wrong by the refresh button and an answer."""
    timed.sign_in()
    timed.page.evaluate(ONLINE, False)
    timed.page.evaluate("() => dispatchEvent(new Event('offline'))")
    timed.injects("onLine is false, all is well")
    timed.stage.expect_transport("offline")
    job = timed.api().submit_ability_task(seconds=0.2)
    timed.page.locator("[data-podi=refresh]").click()
    timed.stage.expect_transport("push")
    timed.everything_is_true()
    assert "succeeded" == timed.status(job)
    timed.page.evaluate(ONLINE, True)


@pytest.mark.case(19, "navigator.onLine is wrong the other way")
def test_online_by_mistake(timed: Act) -> None:
    """R8, R13, R17: with the browser sure of a network on which nothing gets through, failures back off and recover."""
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=5)
    timed.expect_active(1)
    timed.arm("abort", at="request", path="/api/**", method="GET", always=True)
    timed.arm("abort", at="upgrade", always=True)
    timed.arm("abort", at="now")
    timed.stage.expect_transport("polling")
    since = timed.now()
    timed.advance(90)
    asked = [at for at in timed.asked(ANYTHING) if at > since]
    assert len(asked) < 40, len(asked)
    timed.over()
    timed.everything_is_true()
    assert "succeeded" == timed.status(job)


@pytest.mark.case(20, "`online` during CONNECTING")
def test_online_while_connecting(timed: Act) -> None:
    """R2, R4: an attempt that is under way is the one attempt."""
    timed.arm("hang", at="upgrade", always=True)
    timed.sign_in(transport=None)
    timed.injects("`online` three times")
    for _ in range(3):
        timed.page.evaluate("() => dispatchEvent(new Event('online'))")
    timed.advance(3, patience_s=0.05)
    assert 1 == len(timed.lives())
    timed.over()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()


@pytest.mark.case(20, "`online` during backoff")
def test_online_amid_backoff(timed: Act) -> None:
    """R2, R4: the network that is back cuts the wait short, once."""
    timed.sign_in()
    timed.advance(6)
    timed.arm("abort", at="upgrade", always=True)
    timed.arm("abort", at="now")
    timed.advance_until(made(4), 20)
    timed.settle()
    timed.over()
    attempts = len(timed.lives())
    timed.injects("`online` three times")
    timed.page.evaluate("() => { for (let n = 0; n < 3; n += 1) dispatchEvent(new Event('online')); }")
    timed.advance_until(opened(attempts + 1), 1.5)
    job = timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()
    assert (attempts + 1, "succeeded") == (len(timed.lives()), timed.status(job))
