"""What comes back over HTTP: too much asked, nothing at all, half of it, too late, or no JSON."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faults.act import Act
from tests.faults.test_connections import LONG_S, made, shows

ONE = "/api/ability-tasks/*"
LIST = "/api/ability-tasks"


def polling(act: Act) -> None:
    """Take push away, for as long as the switches stand."""
    act.arm("abort", at="upgrade", always=True)
    act.arm("abort", at="now")
    act.stage.expect_transport("polling")


@pytest.mark.case(21, "Retry-After in seconds, as a date, in the past, as garbage, huge")
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(timed: Act, status: int) -> None:
    """R13: it is a floor under the back-off if it makes sense, never more than 5 minutes, and nothing to the button."""
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=LONG_S)
    timed.expect_active(1)
    polling(timed)
    now = timed.page.evaluate("() => Date.now()") / 1000
    slowed = (0.9, 2.6)
    for value, (least, most) in {
        "7": (7, 9),
        formatdate(now - 3600, usegmt=True): slowed,
        "soon": slowed,
        "-5": slowed,
        "99999999999999999999": (300, 303),
    }.items():
        assert least <= refused(timed, status, value) <= most, value
        timed.advance(3)
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance(2)
    # A date is read by the clock of the server that says it, which has not gone on with the page's.
    date = formatdate(time.time() + 20, usegmt=True)
    assert 12 <= refused(timed, status, date) <= 23
    timed.everything_is_true(lasting=[job])


def refused(act: Act, status: int, retry_after: str) -> float:
    """Refuse the next poll of the one job; how long the page left it alone after that."""
    order = act.arm("status", path=ONE, status=status, headers={"Retry-After": retry_after}, body={"detail": "BUSY"})
    while not act.switches.count(order):
        act.advance(0.5)
    asked = act.asked(f"GET {ONE}")
    act.advance_until(
        f"() => watch.asked.filter(({{ what }}) => /tasks.[0-9a-f]{{32}}$/.test(what)).length > {len(asked)}", 310
    )
    return act.asked(f"GET {ONE}")[len(asked)] - asked[-1]


@pytest.mark.case(21, "Retry-After passed by the refresh button")
def test_retry_after_and_the_button(timed: Act) -> None:
    """R4, R13: somebody who asks is not kept waiting for minutes."""
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=LONG_S)
    timed.expect_active(1)
    polling(timed)
    order = timed.arm("status", path="/api/ability-tasks/*", status=503, headers={"Retry-After": "200"})
    while not timed.switches.count(order):
        timed.advance(0.5)
    asked = len(timed.asked(f"GET {LIST}*"))
    timed.advance(20)
    assert asked == len(timed.asked(f"GET {LIST}*"))
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance(1)
    assert len(timed.asked(f"GET {LIST}*")) > asked
    timed.everything_is_true(lasting=[job])


BROKEN: dict[str, dict[str, Any]] = {
    "500": {"fault": "status", "status": 500, "body": {"detail": "INTERNAL"}},
    "502 with HTML": {"fault": "status", "status": 502, "body": "<!doctype html><h1>Bad gateway</h1>"},
    "204": {"fault": "status", "status": 204},
    "a body that never ends": {"fault": "endless"},
    "a connection reset": {"fault": "reset", "at": "request"},
    "half an answer": {"fault": "truncate", "at": "request", "keep": 40},
    "no JSON": {"fault": "corrupt", "at": "request"},
}


@pytest.mark.case(22, "polling resumes; loops stay bounded")
@pytest.mark.parametrize("kind", list(BROKEN))
def test_answers_that_are_none(timed: Act, kind: str) -> None:
    """R13: with every read broken nothing is emptied and failures back off; whole answers bring the truth again."""
    timed.sign_in()
    user = timed.api()
    done = user.submit_task(seconds=0.1)
    timed.expect_status(done, "succeeded")
    job = user.submit_ability_task(seconds=4)
    timed.expect_active(1)
    expect(timed.page.locator("[data-podi=balance]")).to_have_text("5940")
    polling(timed)
    timed.arm(**BROKEN[kind], path="/api/**", method="GET", always=True)
    since = timed.now()
    timed.advance(100, patience_s=0.05 if kind == "a body that never ends" else 2.0)
    asked = [at for at in timed.asked("GET *") if at > since]
    assert 5 <= len(asked) <= 60, len(asked)
    assert ("succeeded", True) == (timed.status(done), timed.status(job) is not None)
    expect(timed.page.locator("[data-podi=balance]")).to_have_text("5940")
    timed.over()
    timed.everything_is_true()


@pytest.mark.case(37, "a slow-loris answer to one list")
def test_a_slow_loris(timed: Act) -> None:
    """R10, R13: a list that comes a blank at a time has failed after 30 s; meanwhile only the others are read."""
    timed.sign_in()
    timed.arm("endless", path=LIST, method="GET", every_s=0.5, always=True)
    timed.page.locator("[data-podi=refresh]").click()
    user = timed.api()
    job, call = user.submit_task(seconds=0.2), user.submit_ability_task(seconds=0.2)
    timed.advance_until(shows(job, "succeeded"), 5, patience_s=0.05)
    began = timed.asked(f"GET {LIST}")[-1]
    timed.advance(began + 27 - timed.now(), patience_s=0.02)
    assert began == timed.asked(f"GET {LIST}")[-1]
    timed.advance(6, patience_s=0.02)
    assert 30 <= timed.asked(f"GET {LIST}")[-1] - began <= 34
    timed.over()
    timed.everything_is_true()
    assert "succeeded" == timed.status(call)


@pytest.mark.case(38, "half-updated answers: the list lags behind single reads, and lacks fields")
def test_half_updated_answers(timed: Act) -> None:
    """R15, R23: a list from before beside single reads of now takes nothing back, and each end is reported once."""
    timed.sign_in()
    user = timed.api()
    calls = [user.submit_ability_task(seconds=4, outcome=outcome) for outcome in ("succeeded", "failed")]
    tasks = [user.submit_task(seconds=4) for _ in range(2)]
    timed.page.locator("[data-podi=refresh]").click()
    timed.expect_active(4)
    old_calls, old_tasks = user.get(LIST, limit=50), user.get("/api/tasks/v1", userId="", page=0, size=50)
    for item in old_calls["items"]:
        for name in ("ability_name", "ability_provider", "request_payload", "created_at"):
            item.pop(name, None)
    timed.arm("status", path=LIST, method="GET", status=200, body=old_calls, always=True)
    timed.arm("status", path="/api/tasks/v1", method="GET", status=200, body=old_tasks, always=True)
    polling(timed)
    for job, word in (*zip(calls, ("succeeded", "failed"), strict=True), *((task, "succeeded") for task in tasks)):
        timed.stage.record()
        timed.page.locator("[data-podi=refresh]").click()
        timed.advance(3)
        assert timed.status(job) in {word, "queued", "running"}
    timed.over()
    timed.everything_is_true()


@pytest.mark.case(39, "the answer to a submit is lost")
@pytest.mark.parametrize("how", ["cut off", "thrown away"])
def test_a_lost_submit_answer(timed: Act, how: str) -> None:
    """R15, R16, R23: the work was done and its answer did not come; what was done shows all the same, each job once.

    A browser asks again by itself where a kept connection ends without a byte, so that one order may be two jobs.
    """
    timed.sign_in("admin")
    timed.stage.go("/admin/abilities/volcengine_seedream")
    timed.page.locator("[name=prompt]").fill("koi")
    fault = {"fault": "truncate", "keep": 10} if how == "cut off" else {"fault": "drop"}
    lost = timed.arm(**fault, at="request", path=LIST, method="POST")
    timed.page.locator("[data-podi=invoke-task]").click()
    timed.switches.fired(lost)
    if how == "cut off":
        timed.advance(5)
        expect(timed.page.get_by_text("but the task was created")).to_be_visible()
    timed.settle()
    timed.stage.go("/tasks")
    timed.everything_is_true()


@pytest.mark.case(25, "an id that is in no list and answers 404: unknown, not done")
def test_an_id_that_nobody_knows(timed: Act) -> None:
    """R11, R23: it shows as unknown and nobody is notified of an end; when it is back, so is its state."""
    timed.sign_in()
    user = timed.api()
    call = user.submit_ability_task(seconds=6)
    timed.expect_active(1)
    timed.arm("status", path=LIST, method="GET", status=200, body={"items": []}, always=True)
    timed.arm("status", path=ONE, method="GET", status=404, body={"detail": "TASK_NOT_FOUND"}, always=True)
    polling(timed)
    timed.advance_until(shows(call, "unknown"), 5)
    assert [] == timed.page.evaluate("() => watch.reported")
    asked = len(timed.asked(f"GET {ONE}"))
    timed.advance(20)
    assert ("unknown", asked) == (timed.status(call), len(timed.asked(f"GET {ONE}")))
    timed.over()
    timed.everything_is_true()
    timed.advance_until(made(3), 40)
