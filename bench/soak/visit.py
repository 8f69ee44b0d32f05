"""Minutes of three real windows: in Chromium, against the real host, whose fault switches break what lies between.

Like the simulated day a row of stretches: ordinary use, a trouble with the work going on, then quiet, in which the page
has to become right. What is right, the host's database says (`GET /__faults__/truth`).
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Error, Page, expect

from app.core.status import parse_status
from bench.failures import BenchFailure
from bench.soak.series import Bound, Series
from bench.soak.switches import DEMOTION, OF_WINDOWS, TROUBLES, Order
from testkit.api_user import SERVICE_ABILITY, ApiUser, Outcome
from testkit.browser import launched
from testkit.gauge import Gauge
from testkit.host import ROOT, Host
from testkit.past import prepare
from testkit.scene import SETTLED_S
from testkit.stage import Stage, staged
from testkit.switches import Switches
from testkit.windows import Windows

HOUR_S: Final = 3600.0
USER: Final = "admin"
RIGHT_WITHIN_S: Final = SETTLED_S
PATIENCE_S: Final = 45.0
"""How long the user waits for push to come back by itself before pressing the refresh button (R4)."""
CHECK_EVERY_MS: Final = 250
WINDOWS: Final = 3
WARM_UP: Final = 1 / 4
SETTINGS: Final = ("--port", "0", "--idle", "--faults")
ACTIVE: Final = frozenset({"queued", "running"})
UPDATES: Final = frozenset(
    {
        *(f"app.core.records.{name}" for name in ("Task", "AbilityTask", "Word", "Result")),
        "app.core.collection.Touch",
        "app.core.points.WalletMove",
    }
)

BOUNDS: Final = (
    Bound("app_objects", 100),
    Bound("timers", 3),
    Bound("sockets", 1),
    Bound("listeners", 8),
    Bound("proxies", 4),
    Bound("nodes", 500),
    Bound("js_heap_mb", 1.0, each=0.002),
    Bound("allocated_mb", 0.5, each=0.008),
    Bound("wasm_mb", 20.0),
)
"""What may grow in the second half. Work goes on when a sample is taken, so what moves and what is drawn of it come and
go; a job's row stays."""
PANELS: Final = (
    ("js_heap_mb", "allocated_mb", "wasm_mb"),
    ("app_objects",),
    ("nodes",),
    ("listeners", "proxies"),
    ("timers", "sockets"),
    ("requests", "frames"),
    ("stale", "duplicates"),
    ("reconnects", "jobs"),
    ("right_after_s",),
)

# What the page's events have said last of each job, and a wall clock that can be set; both from the outside.
PREPARE: Final = """() => {
  const said = new Map(), now = Date.now.bind(Date);
  for (const kind of ["podi:task-status", "podi:ability-task-status"])
    addEventListener(kind, ({ detail }) => said.set(detail.taskId, detail.status));
  window.soak = { said, ahead: 0 };
  Date.now = () => now() + window.soak.ahead;
}"""
VIEW: Final = """() => ({
  state: document.documentElement.dataset.podiState,
  transport: document.documentElement.dataset.podiTransport,
  balance: document.querySelector("[data-podi=balance]")?.textContent,
  rows: [...document.querySelectorAll(".row[data-task-id]")].map(({ dataset }) => [dataset.taskId, dataset.status]),
  said: [...window.soak.said],
  active: window.podi.diagnostics().activeIds,
})"""


class Visit:
    """One window with two others beside it, from its boot to its end."""

    def __init__(self, series: Series, seed: int, stage: Stage, host: Host) -> None:
        self._series = series
        self._dice = random.Random(seed)
        self._stage = stage
        self._page: Page = stage.page
        self._windows = Windows(stage.context, stage.url, stage.faults)
        self._windows.watch(stage.page)
        self._gauge = Gauge(stage)
        self._switches = Switches(host.url)
        self._other: ApiUser | None = None
        self._url = host.url
        self._began = time.monotonic()
        self._lost: set[str] = set()
        self._jobs = 0

    def close(self) -> None:
        """Let go of the host."""
        self._switches.close()
        if self._other is not None:
            self._other.close()

    @property
    def minute(self) -> float:
        """How long it has lasted."""
        return (time.monotonic() - self._began) / 60.0

    def live(self, minutes: float, say: Callable[[str], None]) -> None:
        """Live through it; raises ``BenchFailure`` at the first thing that is wrong."""
        self._page.emulate_media(reduced_motion="reduce")
        self._page.evaluate(PREPARE)
        self._stage.sign_in(USER)
        self._stage.wait_for_diagnostics("d.sharing?.role === 'holder'")
        self._open_others()
        left: dict[bool, list[str]] = {True: [], False: []}
        of_windows = False
        while self.minute < minutes:
            of_windows = not of_windows
            names = sorted(OF_WINDOWS if of_windows else TROUBLES)
            left[of_windows] = left[of_windows] or self._dice.sample(names, len(names))
            self._use(self._dice.uniform(5.0, 15.0))
            name = left[of_windows].pop()
            right_after_s = self._meet(name, self._dice.uniform(3.0, 15.0))
            self._note(right_after_s)
            if len(self._series.hours) == 1:
                say(f"{self._series.heading()}  after")
            say(f"{self._series.line()}  {name}")
        if grown := self._series.grown(BOUNDS):
            raise self._failure("; ".join(grown))
        self._stage.sign_out()
        left_over = {name: count for name in ("timers", "sockets") if (count := self._stage.diagnostics()[name])}
        if left_over:
            raise self._failure(f"signed out, and still there: {left_over}")

    # Ordinary use

    def _use(self, for_s: float) -> None:
        """Work goes on elsewhere, and the user does one thing or another."""
        self._switches.keep("before")
        self._kept = self._truth()
        self._work(for_s / 2, burst=self._dice.random() < 0.15)
        self._dice.choice((self._call, self._read_log, self._read_one, self._leave_for_a_while, self._refresh))()
        self._stage.go("/tasks")
        self._work(for_s / 2)

    def _work(self, for_s: float, *, burst: bool = False) -> None:
        """Let time pass, in which jobs are submitted."""
        until = time.monotonic() + for_s
        for _ in range(12 if burst else 0):
            self._submit()
        while time.monotonic() < until:
            if self._dice.random() < 0.6:
                self._submit()
            self._page.wait_for_timeout(self._dice.uniform(200, 1500))

    def _submit(self) -> None:
        """Submit a job beside the page. A trouble may strike here as well; then there is one job less."""
        seconds = min(90.0, max(1.0, self._dice.lognormvariate(1.8, 1.0)))
        outcome: Outcome = "failed" if self._dice.random() < 0.15 else "succeeded"
        try:
            if self._other is None:
                self._other = ApiUser(self._url, USER, speed=1.0)
            if self._dice.random() < 0.5:
                self._other.submit_task(seconds=seconds, outcome=outcome, points=1)
            else:
                self._other.submit_ability_task(seconds=seconds, outcome=outcome)
        except httpx.HTTPError:
            other, self._other = self._other, None
            if other is not None:
                other.close()
        else:
            self._jobs += 1

    def _call(self) -> None:
        self._stage.go(f"/admin/abilities/{SERVICE_ABILITY}")
        self._page.locator("[name=prompt]").fill("koi")
        with self._page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            self._page.locator("[data-podi=invoke-task]").click()
        self._jobs += answer.value.ok

    def _read_log(self) -> None:
        self._stage.go(f"/admin/abilities/{SERVICE_ABILITY}")
        self._page.locator("button[data-slot=open-logs]").click()
        expect(self._page.locator("[data-log-id]").first).to_be_visible()
        self._page.locator("[data-action=close-logs]").click()
        expect(self._page.locator("[data-log-id]").first).to_be_hidden()

    def _read_one(self) -> None:
        self._page.locator(".row[data-task-id] a").first.click()
        expect(self._page.locator(".job")).to_be_visible()

    def _leave_for_a_while(self) -> None:
        self._stage.show("hidden")
        self._page.wait_for_timeout(self._dice.uniform(500, 5000))
        self._stage.show("visible")

    def _refresh(self) -> None:
        self._page.locator("[data-podi=refresh]").click()

    def _open_others(self) -> None:
        """Open what is missing of the other windows."""
        while len(self._windows.pages) < WINDOWS:
            self._windows.open().evaluate(PREPARE)

    # Troubles and quiet

    def _meet(self, name: str, for_s: float) -> float:
        """Let a trouble come, last and end; how long the page then took to be right."""
        for order in (TROUBLES | OF_WINDOWS)[name]:
            self._strike(order, for_s)
        self._work(for_s)
        self._mend()
        if name == DEMOTION:
            # The page knows its user for an admin again with the next sign-in.
            self._stage.sign_out()
        return self._become_right(name)

    def _strike(self, order: Order | str, for_s: float) -> None:
        match order:
            case "hidden":
                self._stage.show("hidden")
            case "offline":
                self._stage.context.set_offline(True)
            case "asleep":
                self._page.evaluate("() => { window.soak.ahead += 8 * 3600e3 }")
            case "clock back":
                self._page.evaluate("() => { window.soak.ahead -= 3600e3 }")
            case "signed out":
                self._stage.sign_out()
            case "holder crashed":
                # Not the window that is measured.
                self._windows.hand_to(self._windows.pages[-1])
                self._windows.crash(self._windows.pages[-1])
            case "holder stands still":
                self._windows.hand_to(self._windows.pages[-1])
                self._windows.stand_still(self._windows.pages[-1])
            case "holder covered":
                self._windows.hide(self._windows.holder)
            case "lock stolen":
                self._windows.rob()
            case "older database":
                self._switches.restart("before")
                now = self._truth()
                self._lost |= {job for job in now.keys() | self._kept.keys() if now.get(job) != self._kept.get(job)}
            case _ if not isinstance(order, str):
                lasts = {} if order.get("at") == "now" else {"seconds": for_s}
                self._switches.arm(**{**lasts, **order})

    def _mend(self) -> None:
        self._switches.clear()
        self._stage.context.set_offline(False)
        self._page.evaluate("() => { window.soak.ahead = 0 }")
        self._windows.recover()
        self._open_others()

    def _become_right(self, after: str) -> float:
        """Wait until the page shows what the host's database says, and push is up; how long that took."""
        began, pressed = time.monotonic(), 0
        while True:
            wrong = self._differences()
            took_s = time.monotonic() - began
            if not wrong:
                return took_s
            if took_s > RIGHT_WITHIN_S:
                raise self._failure(f"{RIGHT_WITHIN_S:.0f} s after {after} the page differs from its backend: {wrong}")
            if "state" in wrong:
                self._stage.sign_in(USER, transport=None)
            elif "transport" in wrong and took_s > PATIENCE_S * (pressed + 1):
                pressed += 1
                self._refresh()
            self._page.wait_for_timeout(CHECK_EVERY_MS)

    def _truth(self) -> dict[str, str]:
        """The status of each of the user's jobs."""
        found = self._read_truth()
        return found[0]

    def _read_truth(self) -> tuple[dict[str, str], int]:
        """The status of each of the user's jobs, and the points."""
        body = self._switches.truth()
        user, owner = next((each, it) for each, it in body["users"].items() if it["username"] == USER)
        if owner["ledger"] != owner["totalPoints"]:
            raise self._failure(f"the host's ledger says {owner['ledger']}, its balance {owner['totalPoints']}")
        jobs = {**body["tasks"], **body["abilityTasks"]}
        mine = {job: str(parse_status(it["status"])) for job, it in jobs.items() if it["userId"] == user}
        return mine, owner["totalPoints"]

    def _differences(self) -> dict[str, object]:
        """What the windows show and the database does not, or the other way round. Jobs move between the readings."""
        before, _ = self._read_truth()
        views: list[dict[str, Any]] = [page.evaluate(VIEW) for page in self._windows.pages]
        truth, points = self._read_truth()
        steady = {job: status for job, status in truth.items() if before.get(job) == status and job not in self._lost}
        found: dict[str, object] = {}
        for number, view in reversed(tuple(enumerate(views))):
            wrong = _wrong(view, steady, points)
            # What is wrong in the first window is what its user reacts to.
            found |= wrong if number == 0 else {f"{name} in window {number + 1}": what for name, what in wrong.items()}
        if not found and (sockets := len(self._windows.alive)) != 1:
            found["sockets of all windows"] = sockets
        return found

    # Samples

    def _note(self, right_after_s: float) -> None:
        if self._stage.faults.found:
            raise self._failure("; ".join(self._stage.faults.found[:3]))
        # The window that holds has more to keep; during the troubles it mostly is another one.
        self._windows.hand_to(self._page)
        self._gauge.read()  # Each side lets go of what the other held only when it has collected itself.
        level, types = self._gauge.read()
        own = self._stage.diagnostics()
        self._series.add(
            self.minute / 60,
            js_heap_mb=level["JS heap, KiB"] / 1024,
            allocated_mb=level["allocated, KiB"] / 1024,
            wasm_mb=level["Wasm memory, KiB"] / 1024,
            app_objects=sum(n for name, n in types.items() if name.startswith("app.") and name not in UPDATES),
            nodes=level["DOM nodes"],
            listeners=level["event listeners"],
            proxies=level["Python proxies in JS"],
            timers=level["timers"],
            sockets=level["sockets"],
            requests=sum(own["requests"].values()),
            frames=own["frames"],
            reconnects=own["reconnects"],
            stale=own["stale"],
            duplicates=own["duplicates"],
            jobs=self._jobs,
            right_after_s=right_after_s,
        )
        for noted in (self._stage.requests, self._stage.finished, self._stage.sockets, self._windows.asked):
            noted.clear()

    def _failure(self, what: str) -> BenchFailure:
        return BenchFailure(f"minute {self.minute:.1f}: {what}")


def _wrong(view: dict[str, Any], steady: dict[str, str], points: int) -> dict[str, object]:
    """What a window shows otherwise than the database has it."""
    shown = {**dict(view["said"]), **dict(view["rows"])}
    active = {job for job, status in steady.items() if status in ACTIVE}
    found = {
        "state": view["state"] if view["state"] != "ready" else None,
        "transport": view["transport"] if view["transport"] != "push" else None,
        "balance": (points, view["balance"]) if str(points) != view["balance"] else None,
        "backend, page": {
            job: (steady[job], status) for job, status in shown.items() if steady.get(job, status) != status
        },
        "active on one side": active - set(view["active"]) | {job for job in view["active"] if job in steady} - active,
    }
    return {name: what for name, what in found.items() if what}


def live(series: Series, seed: int, minutes: float, say: Callable[[str], None]) -> None:
    """Live through so many minutes; raises ``BenchFailure`` at the first thing that is wrong."""
    with ExitStack() as opened:
        folder = prepare(Path(opened.enter_context(tempfile.TemporaryDirectory())))
        host = opened.enter_context(Host(*SETTINGS, "--data", str(folder), "--seed", str(seed)))
        chromium = opened.enter_context(launched())
        script = ROOT / "tests" / "leaks" / "page.js"
        stage = opened.enter_context(staged(chromium, host, script=script))
        visit = Visit(series, seed, stage, host)
        opened.callback(visit.close)
        try:
            visit.live(minutes, say)
        except (Error, AssertionError, httpx.HTTPError) as error:
            raise BenchFailure(f"minute {visit.minute:.1f}: {' '.join(str(error).split())[:400]}") from error
