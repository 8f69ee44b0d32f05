"""One case at work on the page: break something, mend it, and see that everything is true and nothing is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from math import inf
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Request, expect

from testkit.api_user import ApiUser
from testkit.browser import PATIENCE_MS, Faults
from testkit.host import Host
from testkit.stage import DIAGNOSTICS, Stage
from testkit.switches import Json, Switches
from tests.faults.table import Row, described

WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
# High enough for every row of a case to be drawn.
SIZE = {"width": 1280, "height": 4000}
SPEED = 20.0
EMPTY = "empty"
# The steady refresh finds whatever else missed (R12); a flush and a read come on top.
TRUE_WITHIN_S = 70.0
STAYS_TRUE_S = 0.7
WORK_WITHIN_S = 30.0
# A step is shorter than any of the page's own waits, and than a jump of the clock that would count as sleep (R18).
STEP_S = 0.5
PATIENCE_S = 2.0
# What ends every open socket when it happens at once.
ENDING = frozenset({"abort", "close", "expired-token", "restart"})

# What the contract says of status words, said again: the page is not asked what it makes of them.
WORDS = {
    **dict.fromkeys(("queued", "pending", "created"), "queued"),
    "blocked": "blocked",
    **dict.fromkeys(("running", "processing", "in_progress", "submitted"), "running"),
    **dict.fromkeys(("succeeded", "completed", "success", "done", "ok"), "succeeded"),
    **dict.fromkeys(("failed", "failure", "error", "timeout", "rejected"), "failed"),
    **dict.fromkeys(("cancelled", "canceled", "stopped", "aborted"), "cancelled"),
}
OVER = {"succeeded", "failed", "cancelled"}

SEEN = """() => ({
  rows: Array.from(document.querySelectorAll(".row[data-task-id]"), row => [row.dataset.taskId, row.dataset.status]),
  balance: document.querySelector("[data-podi=balance]")?.textContent ?? null,
  frozen: document.querySelector("[data-slot=frozen]")?.textContent.replace(/\\D/g, "") ?? null,
  reported: watch.reported,
})"""
# What the page knows, drawn or not.
KNOWN = """() => {
  const globals = podi.diagnostics.__globals__;
  const read = globals.get("__builtins__").get("eval")(
    "lambda *kinds: {job: str(kind.get(job).status) for kind in kinds for job in kind.order}", globals);
  const found = read(watch.monitor().summary.tasks, watch.monitor().ability_tasks.tasks);
  const plain = found.toJs({ dict_converter: Object.fromEntries });
  for (const one of [found, read]) one.destroy();
  return plain;
}"""
# The page hands its monitor no callbacks, so the test puts its own in their place.
LISTEN = """() => {
  watch.reported = [];
  const polling = watch.monitor().ability_task_polling;
  polling.on_success = task => { watch.reported.push([task.id, "succeeded"]); };
  polling.on_failure = task => { watch.reported.push([task.id, "failed"]); };
}"""
# Both lists have been read: what ends from here on is reported.
LOADED = """() => {
  const monitor = watch.monitor();
  return monitor.task_polling.loaded && monitor.ability_task_polling.loaded;
}"""
# What Python still holds of the browser: event listeners with a proxy of theirs, and timers that wait.
HELD = """() => {
  const globals = podi.diagnostics.__globals__;
  const count = globals.get("__builtins__").get("eval")(`(lambda everything: {
    "listening": sum(type(one).__name__ == "Listening" and one._proxy is not None for one in everything),
    "waiting": sum(type(one).__name__ == "Timer" and one.callback is not None for one in everything),
  })(__import__("gc").get_objects())`, globals);
  const found = count.toJs({ dict_converter: Object.fromEntries });
  count.destroy();
  return found;
}"""
ALIVE = f"() => ({{ ...watch.alive(), bus: ({DIAGNOSTICS})().listeners, held: ({HELD})() }})"


def _active(truth: Json) -> set[str]:
    jobs = {job: it for kind in ("tasks", "abilityTasks") for job, it in truth[kind].items()}
    return {job for job, it in jobs.items() if WORDS[it["status"]] not in OVER}


def _seconds(value: float | None) -> float:
    return inf if value is None else value / 1000


@dataclass(frozen=True, slots=True)
class Life:
    """One socket: when it was made, opened and closed, in the page's seconds (`inf`: not yet), and what closed it."""

    at: float
    opened: float
    closed: float
    code: int | None
    offered: list[str]


class Scene:
    """A booted page with everything counted, on a host with the switches. A `clocked` one has the time it is given."""

    def __init__(self, browser: Browser, host: Host, *, clocked: bool, speed: float = SPEED, script: str = "") -> None:
        self.host = host
        self.switches = Switches(host.url)
        self.clocked = clocked
        self._browser = browser
        self.speed = speed
        self._script = script + WATCH
        self.boot()

    def boot(self) -> None:
        """Open a browser of its own, load the page, and count what it has before anybody signs in."""
        self.context = self._browser.new_context(
            bypass_csp=True,
            locale="en-US",
            viewport=SIZE,  # type: ignore[arg-type]
        )
        self.faults = Faults(self.host.url, ())
        self.faults.watch(self.context)
        self.stage = Stage(self.context, self.host.url, self.faults)
        self.complaints: list[str] = []
        self.pending: set[Request] = set()
        page = self.stage.page
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        page.on("console", self._said)
        if self.clocked:
            page.clock.install()
        self.context.add_init_script(script=self._script)
        self.stage.boot("?")
        # At rest once it knows whom the host lets sign in with one click.
        expect(page.locator("[data-action=sign-in-as]").first).to_be_visible()
        page.evaluate(LISTEN)
        self.at_rest: Json = page.evaluate(ALIVE)

    def _asked(self, request: Request) -> None:
        self.pending.add(request)

    def _answered(self, request: Request) -> None:
        self.pending.discard(request)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "podi:" in message.text:
            self.complaints.append(message.text)

    def recover(self) -> None:
        """Begin anew after a failure: nobody knows what it left behind."""
        self.switches.clear()
        self.context.close()
        self.boot()

    def close(self) -> None:
        """Close the page."""
        self.switches.clear()
        self.switches.close()
        self.context.close()


class Act:
    """A case from its curtain to its end. The page is signed out and the backend has nothing but its two users."""

    def __init__(self, scene: Scene, row: Row) -> None:
        self.scene = scene
        self.row = row
        self.stage = scene.stage
        self.page = scene.stage.page
        self.switches = scene.switches
        self.user = ""
        self.many = False
        """Whether there are more rows than can be drawn, so that what the page holds in memory is looked at as well."""
        self._before: set[str] = set()
        self._signed_in = ExitStack()
        scene.switches.clear()
        scene.switches.restart(EMPTY)
        scene.switches.orders.clear()
        scene.complaints.clear()
        scene.faults.found.clear()
        scene.pending.clear()
        self.stage.requests.clear()
        self.stage.finished.clear()
        self.stage.sockets.clear()
        self.page.evaluate(
            """tokenless => {
              watch.sockets.length = watch.asked.length = 0;
              watch.quiet = false;
              watch.tokenless = tokenless;
            }""",
            scene.host.like_product,
        )

    # What happens

    def sign_in(self, user: str = "demo", *, transport: str | None = "push") -> None:
        """Sign in; what has ended by now is history, and nobody is notified of it."""
        truth = self.switches.truth()
        self._before = {job for job, call in truth["abilityTasks"].items() if WORDS[call["status"]] in OVER}
        self.user = user
        self.page.evaluate("() => { watch.reported = []; }")
        self.stage.sign_in(user, transport=transport)
        if transport:
            self.page.wait_for_function(LOADED, polling=self.stage.polling)

    def api(self, user: str = "") -> ApiUser:
        """Somebody beside the page: the same user unless another is named."""
        return self._signed_in.enter_context(
            ApiUser(self.scene.host.url, user or self.user or "demo", speed=self.scene.speed)
        )

    def arm(self, fault: str, **order: Any) -> int:
        """Arm a fault; one that ends sockets at once is waited for, so that no time of the page passes meanwhile."""
        made: int = self.page.evaluate("() => watch.sockets.length")
        number = self.switches.arm(fault, **order)
        if fault in ENDING and order.get("at") == "now" and order.get("sockets", True):
            open_still = "made => watch.sockets.slice(0, made).some(({ closed, left }) => !(closed || left))"
            self._wait_while(lambda: self.page.evaluate(open_still, made), PATIENCE_S)
        return number

    def injects(self, what: str) -> None:
        """Note what was done to the page without a switch."""
        self.row.injected.append(what)

    def over(self) -> None:
        """The fault has ended. Any number of times."""
        self.row.injected[:0] = [described(order) for order in self.switches.orders]
        self.switches.orders.clear()
        self.switches.clear()

    # Time

    def now(self) -> float:
        """The page's own monotonic time, in seconds."""
        return float(self.page.evaluate("() => performance.now()")) / 1000

    def advance(self, seconds: float, *, patience_s: float = PATIENCE_S) -> None:
        """Let the page's time pass, in steps; after each, what was asked is answered.

        `patience_s` is how long an answer is waited for, in real time: less for one that will not come.
        """
        while seconds > 0:
            step = min(seconds, STEP_S)
            self.page.clock.run_for(round(step * 1000))
            self.settle(patience_s)
            seconds -= step

    def advance_until(self, condition: str, seconds: float, *, patience_s: float = PATIENCE_S) -> float:
        """Let the page's time pass until a condition in JavaScript holds; how long that took."""
        began = self.now()
        while not self.page.evaluate(condition):
            assert self.now() - began < seconds, f"not within {seconds} s: {condition}"
            self.advance(STEP_S, patience_s=patience_s)
        return self.now() - began

    def expect_active(self, number: int) -> None:
        """Wait until the page knows of so many jobs that go on."""
        self._expect(f"() => window.podi.diagnostics().activeIds.length === {number}")

    def expect_status(self, job: str, status: str) -> None:
        """Wait until the row of a job has this status."""
        self._expect(f"() => document.querySelector(`.row[data-task-id='{job}']`)?.dataset.status === '{status}'")

    def _expect(self, condition: str) -> None:
        """Wait for what a frame brings; a host like the product pushes half, and the rest is read as time passes."""
        if self.scene.clocked and self.scene.host.like_product:
            self.advance_until(condition, TRUE_WITHIN_S)
        else:
            self.ask_for_what_is_not_pushed()
            self.page.wait_for_function(condition, timeout=PATIENCE_MS, polling=self.stage.polling)

    def ask_for_what_is_not_pushed(self) -> None:
        """Refresh the page in front of a host like the product, instead of waiting for a minute (R8, R12)."""
        if self.scene.host.like_product and not self.scene.clocked:
            self.page.locator("[data-podi=refresh]").click()

    def settle(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until nothing is under way between the page and its host."""
        self._wait_while(lambda: self.page.evaluate("() => watch.connecting()") or self.scene.pending, patience_s)

    def _wait_while(self, condition: Callable[[], object], patience_s: float) -> None:
        """Wait while a condition holds, in real time and not for longer than this."""
        deadline = time.monotonic() + patience_s
        while condition() and time.monotonic() < deadline:
            self.page.wait_for_timeout(4)

    def pause(self, seconds: float) -> None:
        """Let time pass, the page's own or everybody's."""
        if self.scene.clocked:
            self.advance(seconds)
        else:
            self.page.wait_for_timeout(seconds * 1000)

    # What can be seen

    def lives(self) -> list[Life]:
        """Every socket of this case, the first one first; not those that a host like the product refuses (R55)."""
        found: list[Json] = self.page.evaluate("() => watch.lives()")
        return [
            Life(_seconds(one["at"]), _seconds(one["opened"]), _seconds(one["closed"]), one["code"], one["offered"])
            for one in found
        ]

    def asked(self, what: str) -> list[float]:
        """When something was asked of the API, method and path, in the page's seconds."""
        found: list[Json] = self.page.evaluate("() => watch.asked")
        return [one["at"] / 1000 for one in found if fnmatch(one["what"], what)]

    def status(self, job: str) -> str | None:
        """What the row of a job shows; `None` if there is none."""
        row = self.stage.row(job)
        return row.get_attribute("data-status") if row.count() else None

    # What has to be true

    def everything_is_true(
        self,
        besides: Mapping[str, str | None] | None = None,
        *,
        lasting: Collection[str] = (),
        within_s: float = TRUE_WITHIN_S,
    ) -> None:
        """See the page come to the truth, and stay there: ids, callbacks and points are what the database says.

        Args:
            besides: ids that the backend itself has lost, with what the page shows of them; `None` for no row.
            lasting: ids that are not waited for to end.
            within_s: how long the page has once fault and work are over, in its own time.
        """
        self.over()
        self.work_is_over(lasting)
        if within_s < TRUE_WITHIN_S:
            self.ask_for_what_is_not_pushed()
        since = self.now()
        while wrong := self._differences(besides or {}):
            assert self.now() - since < within_s, f"not true after {within_s} s:\n" + "\n".join(wrong)
            self.pause(STEP_S if self.scene.clocked else 0.05)
        self.row.seconds = self.now() - since
        self.pause(STAYS_TRUE_S)
        wrong = self._differences(besides or {})
        assert [] == wrong, "not true any more:\n" + "\n".join(wrong)
        assert [] == self.scene.complaints
        assert [] == self.scene.faults.found

    def work_is_over(self, lasting: Collection[str] = ()) -> None:
        """Wait until nothing but the `lasting` ids is at work on the host."""
        deadline = time.monotonic() + WORK_WITHIN_S
        while active := _active(self.switches.truth()) - set(lasting):
            assert time.monotonic() < deadline, f"still at work: {active}"
            self.page.wait_for_timeout(20)

    def _differences(self, besides: Mapping[str, str | None]) -> list[str]:
        truth = self.switches.truth()
        seen = self.page.evaluate(SEEN)
        if self.many:
            seen["known"] = self.page.evaluate(KNOWN)
        (owner,) = (key for key, user in truth["users"].items() if user["username"] == self.user)
        jobs = {job: it for kind in ("tasks", "abilityTasks") for job, it in truth[kind].items()}
        wanted = {job: WORDS[it["status"]] for job, it in jobs.items() if it["userId"] == owner} | dict(besides)
        shown = seen["known"] if self.many else dict(seen["rows"])
        wrong = [
            f"{job}: {shown.get(job)} is known, {word} is drawn" for job, word in seen["rows"] if shown.get(job) != word
        ]
        wrong += [
            f"{job}: {wanted.get(job)} in the database, {shown.get(job)} on the page"
            for job in wanted.keys() | shown.keys()
            if wanted.get(job) != shown.get(job)
        ]
        ended = {
            job: WORDS[call["status"]]
            for job, call in truth["abilityTasks"].items()
            if call["userId"] == owner and WORDS[call["status"]] in OVER and job not in self._before
        }
        calls = Counter(map(tuple, seen["reported"]))
        wrong += [f"{job}: its end was reported {times} times" for (job, _), times in calls.items() if times != 1]
        wrong += [f"{job}: {word}, and nobody was notified" for job, word in ended.items() if (job, word) not in calls]
        wrong += [f"{job}: reported as {word}" for job, word in calls if ended.get(job) != word and job not in besides]
        account = truth["users"][owner]
        purse = [str(account[name]) for name in ("ledger", "totalPoints", "frozenPoints")]
        if purse != [seen["balance"], seen["balance"], seen["frozen"]]:
            wrong.append(f"points: {purse} in the database, {seen['balance']} and {seen['frozen']} frozen on the page")
        return wrong

    def close(self) -> None:
        """Those beside the page are gone."""
        self._signed_in.close()

    def leaves_nothing(self) -> None:
        """Sign out, and see that the page has no more alive than when it had booted, and its host no socket."""
        self.over()
        if self.stage.root.get_attribute("data-podi-state") == "ready":
            self.page.evaluate("() => document.querySelector('[data-podi=sign-out]').click()")
        expect(self.stage.root).to_have_attribute("data-podi-state", "signed-out")
        deadline = time.monotonic() + 5
        while (left := self._left()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        self.row.left = ", ".join(f"{count} {name}" for name, count in left.items()) or "nothing"
        assert {} == left

    def _left(self) -> dict[str, int]:
        alive = self.page.evaluate(ALIVE)
        found = self.stage.diagnostics()
        counts = {
            **{name: alive[name] - self.scene.at_rest[name] for name in ("sockets", "timers", "listeners", "bus")},
            **{f"{name} (Python)": alive["held"][name] - self.scene.at_rest["held"][name] for name in alive["held"]},
            "timers (reported)": found["timers"],
            "sockets (reported)": found["sockets"],
            "active ids": len(found["activeIds"]),
            "requests": len(self.scene.pending),
            "sockets (host)": len(self.switches.sockets()),
        }
        return {name: count for name, count in counts.items() if count}


@contextmanager
def acting(scene: Scene, row: Row) -> Iterator[Act]:
    """A case on a scene."""
    with closing(Act(scene, row)) as act:
        yield act
        act.leaves_nothing()
