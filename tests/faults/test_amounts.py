"""Far more than usual: thousands of active tasks and log records, thousands of cycles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver.clock import utc_now
from devserver.models import Task, User
from devserver.simulator.executors import EXECUTORS
from testkit.host import Host
from testkit.past import long_log, prepare
from tests.faults.act import EMPTY, Act, Scene, acting
from tests.faults.conftest import ROW
from tests.faults.table import Row

ACTIVE = 5_000
RECORDS = 50_000
ABILITY = "volcengine_seedream"
SCROLL = "() => { const list = document.querySelector('[data-slot=tasks]'); list.scrollTop = list.scrollHeight; }"
PYTHON = """([code, given]) => {
  const globals = podi.diagnostics.__globals__;
  const made = globals.get("__builtins__").get("eval")(code, globals);
  try { return made(watch.monitor(), given); } finally { made.destroy(); }
}"""


def many_active(session: Session) -> None:
    """Give the admin thousands of tasks that wait."""
    admin = session.scalars(select(User).where(User.username == "admin")).one()
    now = utc_now()
    session.add_all(
        Task(
            id=f"many-{n:04d}",
            user_id=admin.id,
            action="wenshengtu",
            channel="web",
            status="pending",
            progress=0,
            points=0,
            executor_id=next(iter(EXECUTORS)),
            workflow_params={"simulate": {"seconds": 600}},
            created_at=now - timedelta(seconds=ACTIVE - n),
            updated_at=now - timedelta(seconds=ACTIVE - n),
        )
        for n in range(ACTIVE)
    )


@pytest.fixture
def crowded(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Act]:
    """A page on a host with thousands of tasks at work, slowly, and a very long log."""
    data = prepare(tmp_path_factory.mktemp("data"), long_log(ABILITY, RECORDS), many_active)
    with Host("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", "1", "--faults") as host:
        scene = Scene(chromium, host, clocked=True, speed=1.0)
        scene.switches.keep(EMPTY)
        row = request.node.stash[ROW] = Row.of(request.node)
        try:
            with acting(scene, row) as act:
                yield act
        finally:
            scene.close()


@pytest.mark.case(28, "5,000 active tasks; 50,000 log rows")
def test_crowds(crowded: Act) -> None:
    """R10, R13, R22, R28: all of them can be reached, what is asked stays bounded, and what is known is true."""
    act = crowded
    act.many = True
    act.injects(f"{ACTIVE:,} active tasks, {RECORDS:,} log records")
    act.sign_in("admin")
    tasks = act.switches.truth()["tasks"]
    mine = sum(task["userId"] == tasks["many-0000"]["userId"] for task in tasks.values())
    for _ in range(2 * ACTIVE // 50):
        if act.page.evaluate("() => watch.monitor().summary.tasks.counts.total") == mine:
            break
        act.page.evaluate(SCROLL)
        act.advance(1)
    act.arm("abort", at="upgrade", always=True)
    act.arm("abort", at="now")
    act.stage.expect_transport("polling")
    since = act.now()
    act.advance(30)
    asked = [at for at in act.asked("GET /api/tasks/*") if at > since]
    # A list for each poll; a reconcile's pages, by word too; and of what no list holds fifty every twelve seconds.
    assert len(asked) <= 30 / 3 + 25 + 4 * 50, len(asked)
    act.stage.go(f"/admin/abilities/{ABILITY}")
    act.page.locator("button[data-slot=open-logs]").click()
    expect(act.stage.drawer.locator("[data-log-id]").first).to_be_visible()
    expect(act.page.locator("[data-slot=log-count]")).to_contain_text("50,000")
    act.page.keyboard.press("Escape")
    act.stage.go("/tasks")
    act.over()
    act.page.locator("[data-podi=refresh]").click()
    act.stage.expect_transport("push")
    act.everything_is_true(lasting=tasks)
    assert ACTIVE == len(act.stage.diagnostics()["activeIds"])


@pytest.mark.case(29, "10,000 subscriptions and 1,000 connections, begun and ended")
def test_cycles(act: Act) -> None:
    """R2, R5, R21: counts return to where they were."""
    act.sign_in()
    act.injects("10,000 subscribe/unsubscribe, 1,000 stop/start of push")
    subscribe = (
        "lambda monitor, times: [monitor.bus.subscribe(int, print).close() for _ in range(times)] and len(monitor.bus)"
    )
    before = act.stage.diagnostics()["listeners"]
    assert before == act.page.evaluate(PYTHON, [subscribe, 10_000])
    act.page.evaluate(
        """async times => {
          const { push } = watch.monitor();
          for (let n = 0; n < times; n += 1) {
            push.stop();
            push.start().destroy();
            const life = watch.sockets.at(-1);
            if (n % 2) await new Promise(resolve => life.worker.addEventListener("message", resolve, { once: true }));
          }
        }""",
        1_000,
    )
    act.stage.expect_transport("push")
    act.api().submit_ability_task(seconds=0.2)
    act.everything_is_true()
    assert 1 == act.page.evaluate("() => watch.alive().sockets")
