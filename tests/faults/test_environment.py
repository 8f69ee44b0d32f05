"""What surrounds the page: its storage, a browser without sockets, being left, and a backend with an older database."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from math import inf
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from testkit.api_user import Outcome
from testkit.host import Host
from tests.faults.act import Act, Scene, acting
from tests.faults.conftest import ROW
from tests.faults.test_connections import opened

Staged = Callable[[str], Act]

NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});"""
FULL_STORAGE = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""
NO_SOCKETS = "delete globalThis.WebSocket;"
# What browsers that translate do: each text that a reader sees is put into elements of theirs, again after each change.
TRANSLATION = """addEventListener("DOMContentLoaded", () => {
  const translate = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) found.push(text);
    for (const text of found) {
      const parent = text.parentElement;
      if (!text.data.trim() || parent.closest("script, style, font, [translate=no], svg")) continue;
      const outer = document.createElement("font");
      const inner = outer.appendChild(document.createElement("font"));
      inner.textContent = `\u00ab${text.data}\u00bb`;
      text.replaceWith(outer);
    }
  };
  setInterval(translate, 200);
});"""
FOREIGN_ERRORS = """setInterval(() => dispatchEvent(new ErrorEvent("error", {
  message: "ReferenceError: theirs is not defined", filename: "chrome-extension://abc/content.js",
})), 100);"""
LARGE_TYPE = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; });"


@pytest.fixture
def staged(chromium: Browser, faulty_host: Host, request: pytest.FixtureRequest) -> Iterator[Staged]:
    """A page of the case's own, before which a script has run."""
    with ExitStack() as open_ones:

        def stage(script: str) -> Act:
            scene = Scene(chromium, faulty_host, clocked=False, script=script)
            open_ones.callback(scene.close)
            return open_ones.enter_context(acting(scene, request.node.stash[ROW]))

        yield stage


@pytest.mark.case(30, "storage throws")
def test_no_storage(staged: Staged) -> None:
    """R33: persistence is lost, nothing else; a renewed pair is kept in memory."""
    act = staged(NO_STORAGE)
    act.injects("localStorage throws")
    act.sign_in()
    act.arm("expired-token", at="now")
    act.stage.wait_for_diagnostics("d.reconnects >= 1 && d.transport === 'push'")
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()


@pytest.mark.case(46, "storage is full")
def test_full_storage(staged: Staged) -> None:
    """R33: what cannot be written is newer than what is there: two renewals in a row, and the session goes on."""
    act = staged(FULL_STORAGE)
    act.injects("setItem throws")
    act.sign_in()
    for number in (1, 2):
        act.arm("expired-token", at="now")
        act.stage.wait_for_diagnostics(f"d.reconnects >= {number} && d.transport === 'push'")
        # A second 4401 on a connection that is not steady would end the session (R5).
        act.page.wait_for_function("() => performance.now() - watch.sockets.at(-1).opened > 5000")
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    assert act.page.evaluate("() => Object.keys(localStorage).length") == 0


@pytest.mark.case(50, "the browser translates the page")
def test_translated(staged: Staged) -> None:
    """R24, R27: whatever stands in the place of a text, the next value is shown; what is no prose is not translated."""
    act = staged(TRANSLATION)
    act.injects("every text put into elements of the translator's")
    act.sign_in()
    act.page.wait_for_function("() => document.querySelector('header font')")
    job = act.api().submit_ability_task(seconds=3)
    act.ask_for_what_is_not_pushed()
    status = act.stage.row(job).locator("[data-slot=status]")
    expect(status).to_have_text("«Running»")
    badge = act.page.locator("[data-slot=connection-word]")
    expect(badge).to_have_text("«Live»")
    act.page.evaluate("() => { watch.words = document.querySelectorAll('[data-slot=connection-word] font'); }")
    act.arm("refuse", status=503, count=3)
    act.arm("abort", at="now")
    expect(badge).to_have_text(re.compile("^«(?!Live)"))
    act.over()
    expect(badge).to_have_text("«Live»")
    assert act.page.evaluate("() => watch.words.length > 0 && Array.from(watch.words).every(word => !word.isConnected)")
    expect(status).to_have_text("«Succeeded»")
    act.everything_is_true()


@pytest.mark.case(51, "somebody else's script throws")
def test_foreign_script_errors(staged: Staged) -> None:
    """R32: an extension's errors, from the first moment on, are nobody's concern."""
    act = staged(FOREIGN_ERRORS)
    act.injects("error events of an extension, ten a second")
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    expect(act.stage.root).to_have_attribute("data-podi-state", "ready")


@pytest.mark.case(52, "the reader's type is twice as large")
def test_large_type(staged: Staged) -> None:
    """R54: rows grow with it, and each of them is still drawn in its place."""
    act = staged(LARGE_TYPE)
    act.injects("font-size: 200 %")
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    rows = act.page.evaluate(
        "() => Array.from(document.querySelectorAll('.row[data-task-id]'), row => row.getBoundingClientRect().height)"
    )
    assert min(rows) >= 100


@pytest.mark.case(53, "the page is printed while work goes on")
def test_printed(staged: Staged) -> None:
    """R54, report 39: all rows are on paper, of what comes meanwhile too; afterwards those in view alone are drawn."""
    act = staged("")
    act.injects("beforeprint, afterprint, 40 jobs")
    act.sign_in()
    act.page.set_viewport_size({"width": 1280, "height": 600})
    user, rows = act.api(), act.page.locator(".row[data-task-id]")
    for _ in range(30):
        user.submit_task(seconds=0.2, points=1)
    act.page.wait_for_function("() => watch.monitor().summary.tasks.order.length === 30")
    expect(rows).not_to_have_count(0)
    assert rows.count() < 30
    act.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(rows).to_have_count(30)
    for _ in range(10):
        user.submit_task(seconds=0.2, points=1)
    expect(rows).to_have_count(40)
    act.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    act.page.wait_for_function("() => document.querySelectorAll('.row[data-task-id]').length < 40")
    act.page.set_viewport_size({"width": 1280, "height": 4000})
    act.everything_is_true()


@pytest.mark.case(30, "`WebSocket` is missing")
def test_no_sockets(staged: Staged) -> None:
    """R8: polling alone, at its pace."""
    act = staged(NO_SOCKETS)
    act.injects("no WebSocket")
    act.sign_in(transport="polling")
    act.api().submit_ability_task(seconds=1)
    act.page.locator("[data-podi=refresh]").click()
    act.everything_is_true()


@pytest.mark.case(30, "start called twice")
def test_started_twice(act: Act) -> None:
    """R2: the running connection is returned, with a warning, and there is no second one."""
    act.sign_in()
    act.injects("start() again, three times")
    warned: list[str] = []
    act.page.on("console", lambda said: warned.append(said.text) if said.type == "warning" else None)
    same = act.page.evaluate(
        """() => [1, 2, 3].every(() => {
          const again = watch.monitor().push.start();
          const same = again.generation === watch.monitor().push.generation;
          again.destroy();
          return same;
        })"""
    )
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    assert (True, 1) == (same, len(act.lives()))
    assert 3 == sum("running already" in text for text in warned)


@pytest.mark.case(30, "stop during connect")
def test_stopped_while_connecting(act: Act) -> None:
    """R5: signing out while the socket is still CONNECTING leaves none; signing in again brings one."""
    hanging = act.arm("hang", at="upgrade", always=True)
    act.sign_in(transport=None)
    act.switches.fired(hanging)
    act.stage.sign_out()
    act.page.wait_for_function("() => watch.alive().sockets === 0")
    act.over()
    act.sign_in()
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    *hung, last = act.lives()
    assert last.opened < inf
    assert len(hung) <= 1
    assert all(life.opened == inf for life in hung)


@pytest.mark.case(35, "the backend restarts with an older database: ids vanish")
def test_an_older_database(timed: Act) -> None:
    """R11, R12: what ended is gone from the lists, what was active shows as unknown, and the balance is the old one."""
    timed.sign_in()
    user = timed.api()
    kept = user.submit_ability_task(seconds=0.2)
    timed.expect_status(kept, "succeeded")
    timed.switches.keep("older")
    ended, active = user.submit_ability_task(seconds=0.2), user.submit_ability_task(seconds=20)
    gone = user.submit_task(seconds=0.2)
    timed.expect_status(ended, "succeeded")
    timed.expect_status(gone, "succeeded")
    timed.expect_status(active, "running")
    timed.arm("restart", at="now", checkpoint="older")
    timed.advance_until(opened(2), 10)
    timed.everything_is_true({active: "unknown", ended: None, gone: None})


@pytest.mark.case(47, "pagehide amid a burst, and back from the cache")
def test_left_and_back(timed: Act) -> None:
    """R5, R12, R17: a page that is left has no socket; one that is back is right at once."""
    timed.sign_in()
    user = timed.api()
    for outcome in ("succeeded", "failed"):
        user.submit_ability_task(seconds=0.4, outcome=outcome)
        user.submit_task(seconds=0.4, outcome=outcome)
    timed.injects("pagehide; 10 min; pageshow")
    timed.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    timed.page.wait_for_function("() => watch.alive().sockets === 0")
    asked = len(timed.asked("* /api/*"))
    timed.page.clock.fast_forward(600_000)
    timed.advance(5)
    assert asked == len(timed.asked("* /api/*"))
    timed.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    timed.stage.expect_transport("push")
    timed.everything_is_true()


@pytest.mark.case(48, "a restart in the middle of work, every answer and frame late")
def test_a_slow_restart(timed: Act) -> None:
    """R12, R15: work that a restarted backend takes up again ends once, whoever speaks of it."""
    timed.sign_in()
    user = timed.api()
    jobs = [user.submit_task(seconds=4), user.submit_ability_task(seconds=4)]
    timed.expect_active(2)
    timed.switches.keep("amid")
    timed.arm("delay", at="request", path="/api/**", method="GET", delay_s=0.3, always=True)
    timed.arm("delay", at="frame", delay_s=0.1, always=True)
    timed.arm("restart", at="now", checkpoint="amid")
    timed.advance_until(opened(2), 10)
    timed.switches.orders.pop(0)
    timed.work_is_over()
    timed.everything_is_true()
    assert all(timed.status(job) in {"succeeded", "failed"} for job in jobs)


STORM: tuple[dict[str, Any], ...] = (
    {"fault": "abort", "at": "now"},
    {"fault": "close", "at": "now", "code": 1012},
    {"fault": "half-open", "at": "now"},
    {"fault": "abort", "at": "upgrade", "count": 2},
    {"fault": "refuse", "status": 503, "count": 1},
    {"fault": "swallow", "count": 1},
    {"fault": "drop", "at": "frame", "count": 4},
    {"fault": "duplicate", "copies": 2, "count": 6},
    {"fault": "reorder", "count": 4},
    {"fault": "corrupt", "at": "frame", "count": 2},
    {"fault": "status", "path": "/api/**", "method": "GET", "status": 500, "count": 3},
    {"fault": "status", "path": "/api/**", "method": "GET", "status": 429, "headers": {"Retry-After": "3"}, "count": 1},
    {"fault": "reset", "at": "request", "path": "/api/**", "method": "GET", "count": 2},
    {"fault": "truncate", "at": "request", "path": "/api/**", "method": "GET", "count": 2},
    {"fault": "expired-token", "at": "now", "sockets": False},
)


@pytest.mark.case(49, "a storm: faults of every kind, one upon another")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_storm(timed: Act, seed: int) -> None:
    """R3 to R24: whatever came, in whatever order, and while whatever else was broken, the end is the truth."""
    chance = random.Random(seed)
    timed.sign_in()
    for _ in range(14):
        timed.switches.arm(**chance.choice(STORM))
        user = timed.api()
        for _ in range(chance.randrange(3)):
            outcome: Outcome = chance.choice(("succeeded", "failed"))
            if chance.random() < 0.5:
                user.submit_ability_task(seconds=chance.uniform(0, 0.5), outcome=outcome)
            else:
                user.submit_task(seconds=chance.uniform(0, 0.5), outcome=outcome)
        match chance.randrange(6):
            case 0:
                timed.stage.show("hidden")
                timed.advance(chance.uniform(0, 40), patience_s=1.0)
                timed.stage.show("visible")
            case 1:
                timed.page.evaluate("() => dispatchEvent(new Event('online'))")
            case 2:
                timed.page.locator("[data-podi=refresh]").click()
            case _:
                timed.advance(chance.uniform(0, 12), patience_s=1.0)
    timed.switches.orders.clear()
    timed.injects(f"14 faults, seed {seed}")
    timed.over()
    timed.everything_is_true()
    expect(timed.stage.root).to_have_attribute("data-podi-state", "ready")
