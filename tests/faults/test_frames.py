"""What comes over the socket: broken, foreign, old, twice, in the wrong order, hostile, and far too much of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from testkit.api_user import Outcome
from testkit.stage import Stage
from tests.faults.act import Act

MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b id=hostile>bold</b>'
SCRIPT = "javascript:window.pwned=1"
SOON_S = 10
"""Sooner than the steady refresh: what is true by then, push has said."""


def frame(kind: str, **payload: Any) -> dict[str, Any]:
    """A frame."""
    return {"type": kind, "payload": payload}


EVILS: list[Any] = [
    *("", " ", "{", "not json", "null", "42", '"text"', "[]", "[[", '{"type"', "\u0000", "﻿{}"),
    *('{"type": null}', '{"payload": {}}', '{"type": 7, "payload": {}}', '{"type": "task.status"}'),
    {"type": "unheard-of", "payload": {"taskId": "x"}},
    *({"type": kind, "payload": None} for kind in ("task.status", "ability-task.status", "wallet.points")),
    {"type": "task.status", "payload": []},
    {"type": "task.status", "payload": "text"},
    {"type": "task.status", "payload": True},
    frame("task.status", taskId=None, status="running"),
    frame("task.status", taskId={"a": 1}, status=["running"], progress="many"),
    frame("ability-task.status", taskId="x", status="succeeded", updatedAt="yesterday", logId=2**63),
    frame("ability-task.status", taskId="x", status="succeeded", updatedAt=9e99, resultPayload=[[[]]]),
    frame("wallet.points", status="frozen", balance=2**63),
    frame("wallet.points", status="frozen", balance="lots"),
    frame("ability-log.created", logId=-(2**63), abilityId=None, status="?"),
    '{"type": "task.status", "payload": {"taskId": "\\ud800", "status": "\\udfff", "progress": 1}}',
    '{"type": "\\ud800", "payload": {"\\udc00": "\\ud800"}}',
    '{"type": "task.status", "payload": {"taskId": "x", "progress": 1e999, "status": "running"}}',
    '{"type": "task.status", "payload": ' + '{"a":' * 20_000 + "1" + "}" * 20_000 + "}",
    "[" * 100_000,
    '{"type": "task.status", "payload": {"taskId": "x", "progress": ' + "9" * 5000 + ', "status": "running"}}',
]


@pytest.mark.case(23, "malformed, unknown, null, wrong types, 5 MB, binary, deep, lone surrogates, 2⁶³")
def test_evil_frames(act: Act) -> None:
    """R1: each is counted and skipped, and the next one still counts."""
    act.sign_in()
    act.injects(f"{len(EVILS) + 3} evil frames")
    for evil in EVILS:
        act.switches.arm("frame", at="now", frame=evil)
    act.switches.arm("binary", at="now")
    act.switches.arm("oversize", at="now", size=5 * 1024 * 1024)
    act.switches.arm(
        "binary", at="now", data=json.dumps(frame("wallet.points", status="frozen", balance=1)).encode().hex()
    )
    act.switches.orders.clear()
    act.stage.wait_for_diagnostics(f"d.frames >= {len(EVILS) + 3}")
    act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true(within_s=SOON_S)
    assert 1 == len(act.lives())
    counts = act.stage.diagnostics()
    assert counts["unknown"] + counts["malformed"] >= len(EVILS) // 2


@pytest.mark.case(23, "bytes that are no frame, or no UTF-8")
@pytest.mark.parametrize("data", ["8102fffe", "8f00", "c10161", "83ff"], ids=["no UTF-8", "no opcode", "RSV1", "cut"])
def test_bytes_that_are_no_frame(act: Act, data: str) -> None:
    """R3: the browser ends such a connection by itself, and the page makes another."""
    act.sign_in()
    act.arm("raw", at="now", data=data)
    act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true()


@pytest.mark.case(24, "every frame four times")
def test_duplicates(act: Act) -> None:
    """R15, R23, R24: what is said again changes nothing."""
    act.arm("duplicate", copies=3, always=True)
    act.sign_in()
    user = act.api()
    for outcome in ("succeeded", "failed") * 2:
        user.submit_ability_task(seconds=0.4, outcome=outcome)
        user.submit_task(seconds=0.4, outcome=outcome)
    act.stage.wait_for_diagnostics("d.frames >= 60 && d.activeIds.length === 0")
    act.everything_is_true()


@pytest.mark.case(24, "`running` after `succeeded`")
def test_running_after_the_end(act: Act) -> None:
    """R15: a terminal status never goes back, not for a later time either."""
    act.sign_in()
    user = act.api()
    call, task = user.submit_ability_task(seconds=0.2), user.submit_task(seconds=0.2)
    act.expect_status(call, "succeeded")
    act.expect_status(task, "succeeded")
    act.stage.record()
    for late in (
        frame("ability-task.status", taskId=call, status="running"),
        frame("ability-task.status", taskId=call, status="running", updatedAt="2099-01-01T00:00:00Z"),
        frame("task.status", taskId=task, status="processing", progress=40),
    ):
        act.arm("frame", at="now", frame=late)
    act.everything_is_true(within_s=SOON_S)
    assert [["succeeded"], ["succeeded"]] == [act.stage.shown(call), act.stage.shown(task)]


@pytest.mark.case(24, "a slow HTTP answer older than a push")
def test_a_slow_answer(act: Act) -> None:
    """R15: a list that was made before the end and comes after it takes nothing back."""
    act.sign_in()
    user = act.api()
    call, task = user.submit_ability_task(seconds=4), user.submit_task(seconds=4)
    act.expect_status(call, "running")
    slow = [
        act.arm("delay", at="request", path=path, method="GET", delay_s=6)
        for path in ("/api/ability-tasks", "/api/tasks/v1")
    ]
    act.page.locator("[data-podi=refresh]").click()
    for order in slow:
        act.switches.fired(order)
    act.stage.record()
    act.expect_status(call, "succeeded")
    act.expect_status(task, "succeeded")
    while act.scene.pending:
        act.page.wait_for_event("requestfinished")
    act.everything_is_true(within_s=SOON_S)
    assert ["succeeded", "succeeded"] == [act.stage.shown(call)[-1], act.stage.shown(task)[-1]]
    assert all(act.stage.shown(job).count("succeeded") == 1 for job in (call, task))


@pytest.mark.case(27, "10,000 frames in one second")
@pytest.mark.parametrize("whose", ["foreign'", "ours"])
def test_a_burst(act: Act, whose: str) -> None:
    """R19, R20: the page stays at its pace and ends at the truth, and what happens amid the burst is not lost."""
    act.sign_in()
    user = act.api()
    task = user.submit_task(seconds=3)
    act.expect_status(task, "running")
    burst = None if whose == "foreign'" else frame("task.status", taskId=task, status="processing", progress="{n}")
    act.arm("burst", frames=10_000, frame=burst)
    user.submit_ability_task(seconds=0.3, outcome="failed")
    act.stage.wait_for_diagnostics("d.frames >= 10_000", 30_000)
    act.everything_is_true(within_s=20)
    assert 1 == len(act.lives())


@pytest.mark.case(31, "the 100 replayed events on connect, all old")
def test_replay(act: Act) -> None:
    """R15, R23, R24: history moves no points, ends nothing anew, and sends scripts nothing."""
    user = act.api()
    outcomes: list[Outcome] = ["succeeded", "failed"] * 12
    jobs = [user.submit_ability_task(seconds=0.1, outcome=outcome) for outcome in outcomes]
    for outcome in outcomes:
        user.submit_task(seconds=0.1, outcome=outcome)
    act.work_is_over()
    act.injects("100 old events")
    act.page.evaluate(
        """() => {
          window.moved = 0;
          window.deaf = new AbortController();
          addEventListener("podi:wallet-points", () => (moved += 1), { signal: deaf.signal });
        }"""
    )
    act.sign_in()
    act.stage.wait_for_diagnostics("d.frames >= 100")
    act.everything_is_true(within_s=SOON_S)
    assert (0, []) == (act.page.evaluate("() => (deaf.abort(), moved)"), act.page.evaluate("() => watch.reported"))
    assert len(jobs) == act.page.locator("[data-kind=ability-task]").count()


@pytest.mark.case(32, "another user's events")
def test_events_of_others(act: Act) -> None:
    """R15, R24: they make no row, move no points, and are searched for no more than now and then."""
    act.sign_in()
    other = act.api("admin")
    theirs = other.submit_ability_task(seconds=0.1), other.submit_task(seconds=0.1)
    act.injects("60 frames about an admin's jobs")
    for n in range(20):
        for it in (
            frame("ability-task.status", taskId=theirs[0], status="succeeded", updatedAt="2026-01-15T11:32:00Z"),
            frame("task.status", taskId=f"{theirs[1]}-{n}", status="processing", progress=n),
            frame("wallet.points", taskId=theirs[0], status="released", balance=n),
        ):
            act.switches.arm("frame", at="now", frame=it)
    act.switches.orders.clear()
    act.api().submit_ability_task(seconds=0.3)
    act.everything_is_true(within_s=SOON_S)
    assert len(act.asked("GET /api/ability-tasks")) <= 6


def hostile(value: Any) -> Any:
    """The same answer with markup in every text and a script in every address, ids and times apart."""
    match value:
        case dict():
            kept = ("Id", "_id", "status", "At", "_at")
            return {name: it if name == "id" or name.endswith(kept) else hostile(it) for name, it in value.items()}
        case list():
            return [hostile(it) for it in value]
        case str():
            return SCRIPT if "/" in value else MARKUP
    return value


@pytest.mark.case(33, "markup in every text, `javascript:` in every URL")
def test_hostile_answers(act: Act) -> None:
    """R1, R27, R28: in lists, a log and frames alike it ends as text, never as an element or a link."""
    user = act.api("admin")
    task, call = user.submit_task(seconds=0.2), user.submit_ability_task(seconds=0.2)
    act.work_is_over()
    lasting = user.submit_ability_task(seconds=20)
    logs = "/api/admin/abilities/volcengine_seedream/logs"
    queries: dict[str, dict[str, Any]] = {
        "/api/tasks/v1": {"userId": "", "page": 0, "size": 50},
        "/api/ability-tasks": {"limit": 200},
        f"/api/ability-tasks/{call}": {},
        "/api/abilities": {},
        logs: {"limit": 50, "offset": 0},
    }
    for path, query in queries.items():
        act.switches.arm(
            "status", path=path, method="GET", status=200, body=hostile(user.get(path, **query)), seconds=60
        )
    act.sign_in("admin")
    act.injects("hostile lists, job, abilities, log and frames")
    for it in (
        frame("task.status", taskId=MARKUP, status=MARKUP, progress=3),
        frame("ability-task.status", taskId=lasting, abilityId=MARKUP, status=MARKUP, executorId=MARKUP),
        frame("ability-task.status", taskId=lasting, status="running", resultPayload={"images": [{"url": SCRIPT}]}),
        frame("ability-log.created", logId=1, abilityId=MARKUP, status=MARKUP, taskId=MARKUP),
    ):
        act.switches.arm("frame", at="now", frame=it)
    act.switches.orders.clear()
    expect(act.stage.row(task)).to_contain_text("<img src=x")
    harmless(act.stage)
    act.stage.go(f"/tasks/{call}")
    expect(act.page.locator(".job[data-state=ready]")).to_be_visible()
    harmless(act.stage)
    act.stage.go("/admin/abilities/volcengine_seedream")
    act.page.locator("button[data-slot=open-logs]").click()
    act.stage.drawer.locator("[data-log-id] button").first.click()
    expect(act.stage.drawer.locator("#log-record")).to_contain_text("<img src=x")
    harmless(act.stage)
    act.page.keyboard.press("Escape")
    expect(act.stage.drawer).to_be_hidden()
    act.stage.go("/tasks")
    act.over()
    act.page.locator("[data-podi=refresh]").click()
    act.everything_is_true(lasting=[lasting])


def harmless(stage: Stage) -> None:
    """Nothing of what was sent has become an element, a link or a deed."""
    bad = "#hostile, [href^='javascript:' i], [src^='javascript:' i], #app script, [onerror]"
    expect(stage.page.locator(bad)).to_have_count(0)
    assert stage.page.evaluate("() => window.pwned ?? null") is None


@pytest.mark.case(40, "frames change places, over a restart")
def test_reordered_frames(act: Act) -> None:
    """R15, R12: any order, an end of the connection in between: the same end."""
    act.switches.keep("before")
    act.arm("reorder", always=True)
    act.sign_in()
    user = act.api()
    for outcome in ("succeeded", "failed"):
        user.submit_ability_task(seconds=4, outcome=outcome)
        user.submit_task(seconds=4, outcome=outcome)
    act.stage.wait_for_diagnostics("d.activeIds.length > 0")
    act.switches.keep("amid")
    act.arm("restart", at="now", checkpoint="amid")
    user.submit_ability_task(seconds=0.3)
    act.stage.wait_for_diagnostics("d.reconnects >= 1 && d.transport === 'push'")
    act.over()
    act.page.locator("[data-podi=refresh]").click()
    act.everything_is_true()


@pytest.mark.case(41, "frames come twice and late while the lists are read")
def test_duplicates_amid_a_read(act: Act) -> None:
    """R15, R23: whichever of two witnesses comes first, and however often, each end is reported once."""
    act.sign_in()
    act.arm("duplicate", copies=2, always=True)
    act.arm("delay", at="frame", delay_s=0.3, count=6)
    for path in ("/api/ability-tasks", "/api/tasks/v1"):
        act.arm("delay", at="request", path=path, method="GET", delay_s=0.6, count=3)
    user = act.api()
    for n in range(6):
        user.submit_ability_task(seconds=0.3 + n / 10, outcome=("succeeded", "failed")[n % 2])
        user.submit_task(seconds=0.3 + n / 10)
        act.page.locator("[data-podi=refresh]").click()
    act.everything_is_true()
