"""The whole monitor through random histories of work, frames, faults, visibility, network, clock and sessions.

Whatever happened, when everything is healthy again and some time has passed, the page shows the truth; and when it is
closed nothing is left of it.
"""

from __future__ import annotations

import asyncio
import functools
import json
import random
import re
from collections.abc import Callable, Coroutine
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.api.errors import ApiError
from app.contexts.session import Ending, SignedOut
from app.core.cadence import interval
from app.core.status import Status
from app.core.trust import Kind
from app.ports import Response
from testkit.backend import TERMINAL, Fault
from testkit.scene import SETTLED_S, Scene
from testkit.watch import Watch

MOST_JOBS = 30
ROUTES = ["/api/", "/api/tasks", "/api/ability-tasks", "/api/wallet", "/api/admin", "auth/refresh", "ability-tasks/"]
ANSWERS = [
    None,
    Response(500, {}, ""),
    Response(502, {"content-type": "text/html"}, "<html></html>"),
    Response(429, {"retry-after": "3"}, "{}"),
    Response(503, {"retry-after": "40"}, "{}"),
    Response(204, {}, ""),
    Response(200, {}, '{"items": 5}'),
    Response(404, {}, '{"detail": "TASK_NOT_FOUND"}'),
]
# What is not the API's: a firewall's page, an ingress without its backend (R33, report 28).
FOREIGN = [
    *(Response(status, {"content-type": "text/html"}, "<h1>Forbidden</h1>") for status in (400, 401, 403)),
    Response(404, {"content-type": "text/plain"}, "default backend - 404"),
]
MISTAKABLE = [(route, answer) for route in ("auth/refresh", "ability-tasks/", "/api/admin") for answer in FOREIGN]
"""What would end a session, make a job unknown, or take a role away, if it were the API's."""
REFUSALS = [Response(401, {}, '{"detail": "INVALID_TOKEN"}'), Response(403, {}, '{"detail": "ADMIN_ONLY"}')]
CODES = [1001, 1006, 1006, 1011, 1012, 1013, 4401, 1008, 1009, 4403]


def inside(act: Callable[..., None]) -> Callable[..., None]:
    """Let a rule act within the loop, as the browser's events do."""

    @functools.wraps(act)
    def acting(machine: MonitorMachine, **arguments: Any) -> None:
        async def go() -> None:
            act(machine, **arguments)
            await machine.scene.world.settle()

        machine.wait(go())

    return acting


def of_the_api(answer: Response | None) -> bool:
    """Whether an answer refuses in the API's own words."""
    if answer is None or answer.status not in {400, 401, 403, 404}:
        return False
    try:
        body = json.loads(answer.text)
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("detail"), str)


class Refusals:
    """Who refused what, so that the end of a session, a role or a job can be traced to the API's own word (R33)."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.wrong: list[str] = []
        self.demoted = False
        # Whose word the last answer to a renewal was, and whether the API has refused a token since.
        self._renewal: Literal["good", "own", "foreign"] = "good"
        self.refused = False
        scene.backend.on_answer = self._answered
        self._subscription = scene.monitor.bus.subscribe(SignedOut, self._signed_out)

    def close(self) -> None:
        """Trace nothing more."""
        self._subscription.close()

    def _answered(self, method: str, path: str, answer: Response | None) -> None:
        del method
        own = of_the_api(answer)
        if path.startswith("/api/auth/"):
            good = answer is not None and answer.status == 200 and "accessToken" in answer.text
            self._renewal = "good" if good else "own" if own else "foreign"
            self.refused = self.refused and not good
        elif own and answer is not None:
            self.refused |= answer.status == 401
            self.demoted |= answer.status == 403

    def _signed_out(self, event: SignedOut) -> None:
        traced = self._renewal == "own" or (self._renewal == "good" and self.refused)
        if event.why is not Ending.ASKED and not traced:
            self.wrong.append(f"signed out ({event.why}), and the last renewal's answer was {self._renewal}")


class MonitorMachine(RuleBasedStateMachine):
    """One page, and everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.lost: set[str] = set()
        self.crowded = False

    def wait(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something within the loop."""
        self.loop.run_until_complete(work)

    @initialize(
        seed=st.integers(0, 1000),
        disable_ws=st.sampled_from([False, False, False, True]),
        ahead_s=st.sampled_from([0.0, 0.0, 9 * 3600.0, -5 * 3600.0, 40.0]),
        dates=st.sampled_from([True, True, True, False]),
        watching=st.booleans(),
    )
    def begin(self, seed: int, disable_ws: bool, ahead_s: float, dates: bool, watching: bool) -> None:
        """Open the page on a device whose clock may be wrong, and sign in; a proxy may keep the server's ``Date``."""
        self.dice = random.Random(seed)

        async def begin() -> None:
            self.scene = Scene(seed=seed, disable_ws=disable_ws)
            self.scene.backend.checks_expiry = True
            self.scene.backend.dates = dates
            self.scene.clock.wall_offset += ahead_s
            self.observer = Watch(self.scene)
            self.refusals = Refusals(self.scene)
            await self.scene.begin()

        self.wait(begin())
        self.watch(watch=watching)

    @invariant()
    def nothing_is_wrong(self) -> None:
        """R2, R10, R15, R17, R20, R23: at any moment."""
        if hasattr(self, "observer"):
            assert [] == self.observer.wrong

    @invariant()
    def only_the_api_takes_anything_away(self) -> None:
        """R11, R33, report 28: an answer of somebody else ends no session, takes no role and makes no job unknown."""
        if not hasattr(self, "refusals"):
            return
        assert [] == self.refusals.wrong
        monitor, backend = self.scene.monitor, self.scene.backend
        if monitor.session.user_id is not None and not self.refusals.demoted and backend.role == "admin":
            assert "admin" == monitor.session.role
        known = (monitor.ability_tasks.tasks.get(job) for job in backend.ability_tasks)
        assert [] == [job.id for job in known if job is not None and job.status is Status.UNKNOWN]

    @invariant()
    def what_push_does_not_carry_is_polled(self) -> None:
        """R8, R9: beside a socket that is open, a kind that it has not carried is asked about at its pace."""
        if not hasattr(self, "scene"):
            return
        monitor = self.scene.monitor
        if not monitor.push.up or monitor.paused:
            return
        for kind, polling, rules in (
            (Kind.TASKS, monitor.task_polling, monitor.settings.task_cadence),
            (Kind.ABILITY_TASKS, monitor.ability_task_polling, monitor.settings.ability_task_cadence),
        ):
            every_s = interval(polling.intake.collection.active_count, rules)
            under_way = self.scene.world.http.in_flight
            if every_s is None or under_way or monitor.trust.trusted(kind) or polling.failing is not None:
                continue
            deadline = polling.sync.deadline
            assert deadline is not None
            assert deadline - self.scene.clock.now <= every_s + 1e-9, kind

    # Time

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.4, 1.0, 1.0, 3.0, 8.0, 15.0, 40.0]))
    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.wait(self.scene.run(seconds))

    @rule(seconds=st.sampled_from([5.0, 40.0, 3590.0, 8 * 3600.0]))
    def sleep(self, seconds: float) -> None:
        """Let the device sleep."""
        self.wait(self.scene.world.sleep(seconds))

    @rule(seconds=st.sampled_from([-3600.0, -20.0, 20.0, 8 * 3600.0]))
    def set_clock(self, seconds: float) -> None:
        """Let somebody set the device's clock."""
        self.wait(self.scene.world.set_clock(seconds))

    # Work

    @precondition(lambda self: len(self.scene.backend.tasks) < MOST_JOBS)
    @rule(points=st.integers(1, 20))
    @inside
    def another_submits_a_task(self, points: int) -> None:
        """A task begins elsewhere."""
        self.scene.backend.submit_task(points)

    @precondition(lambda self: len(self.scene.backend.ability_tasks) < MOST_JOBS)
    @rule()
    @inside
    def another_tab_submits(self) -> None:
        """An ability task begins in another tab."""
        self.scene.backend.submit_ability_task("x")

    @precondition(lambda self: not self.crowded)
    @rule(kind=st.sampled_from(["tasks", "ability tasks"]))
    @inside
    def many_at_once(self, kind: str) -> None:
        """Sixty begin at once, more than polls ask about and more than a page of the list holds (R10, R12); once."""
        self.crowded = True
        for _ in range(60):
            if kind == "tasks":
                self.scene.backend.submit_task(1)
            else:
                self.scene.backend.submit_ability_task("x")

    @precondition(lambda self: len(self.scene.backend.ability_tasks) < MOST_JOBS)
    @rule()
    def submit(self) -> None:
        """The user invokes an ability here."""

        async def submit() -> None:
            try:
                await self.scene.monitor.ability_tasks.submit({"abilityId": "x"})
            except ApiError:
                return

        async def spawn() -> None:
            self.scene.spawn(submit())
            await self.scene.world.settle()

        self.wait(spawn())

    def active(self) -> list[str]:
        """Return what has not ended."""
        backend = self.scene.backend
        return [
            job
            for jobs in (backend.tasks, backend.ability_tasks)
            for job, task in jobs.items()
            if task["status"] not in TERMINAL
        ]

    @rule(
        which=st.integers(0, 59),
        word=st.sampled_from(["running", "running", "good", "good", "failed", "cancelled", "blocked"]),
        received=st.sampled_from([True, True, True, False]),
    )
    @inside
    def move(self, which: int, word: str, received: bool) -> None:
        """A job moves on, or a task stands still; the update may get lost."""
        active = self.active()
        if not active:
            return
        job = active[which % len(active)]
        backend = self.scene.backend
        if word == "blocked" and job not in backend.tasks:
            return
        muted, backend.muted = backend.muted, backend.muted or not received
        self.scene.clock.server_offset += 1e-3
        if job in backend.tasks:
            backend.move_task(job, {"good": "completed", "running": "processing"}.get(word, word), which)
        else:
            backend.move_ability_task(job, {"good": "succeeded"}.get(word, word))
        backend.muted = muted

    @rule(which=st.integers(0, 59), received=st.booleans())
    @inside
    def begin_anew(self, which: int, received: bool) -> None:
        """A task that has ended is submitted again under its id: the product's way to retry."""
        backend = self.scene.backend
        ended = [job for job, task in backend.tasks.items() if task["status"] in TERMINAL]
        if not ended:
            return
        job = ended[which % len(ended)]
        muted, backend.muted = backend.muted, backend.muted or not received
        self.scene.clock.server_offset += 1.0
        self.observer.begin_anew(job)
        backend.submit_task(backend.tasks[job]["points"], {"taskId": job})
        backend.muted = muted

    @rule(which=st.integers(0, 59))
    @inside
    def lose(self, which: int) -> None:
        """The backend forgets an ability task, and its history with it."""
        jobs = [job for job, task in self.scene.backend.ability_tasks.items() if task["status"] not in TERMINAL]
        if jobs and self.dice.random() < 0.3:
            job = jobs[which % len(jobs)]
            del self.scene.backend.ability_tasks[job]
            self.lost.add(job)

    # Frames

    @rule(length=st.integers(1, 40))
    @inside
    def repeat(self, length: int) -> None:
        """Old frames come again, in any order."""
        frames = self.scene.backend.history[-length:]
        self.dice.shuffle(frames)
        for socket in tuple(self.scene.backend.sockets):
            socket.push(*frames)

    @rule(frame=st.sampled_from([None, "", "null", "{", '{"type": "x"}', '{"type": "task.status", "payload": null}']))
    @inside
    def send_nonsense(self, frame: str | None) -> None:
        """A frame that says nothing."""
        for socket in tuple(self.scene.backend.sockets):
            socket.push(frame)

    @rule(kind=st.sampled_from(["task.status", "ability-task.status", "wallet.points"]), number=st.integers(0, 5))
    @inside
    def push_another_users_job(self, kind: str, number: int) -> None:
        """Another user's event."""
        self.scene.backend.send(kind, {"taskId": f"foreign{number}", "status": "running", "balance": number})

    @rule(
        kind=st.sampled_from(["task.status", "ability-task.status", "wallet.points", "ability-log.created"]),
        part=st.sampled_from(["steps", "ends"]),
        pushed=st.booleans(),
    )
    def push_half(self, kind: str, part: Literal["steps", "ends"], pushed: bool) -> None:
        """The server pushes of a kind only what goes on, only ends, nothing or all: to the end of the story (R8)."""
        if pushed:
            self.scene.backend.unpushed.discard((kind, part))
        else:
            self.scene.backend.unpushed.add((kind, part))

    # Faults

    @rule(code=st.sampled_from(CODES))
    @inside
    def drop(self, code: int) -> None:
        """The socket drops."""
        self.refusals.refused |= code == 4401
        self.scene.drop(code)

    @rule(accepts=st.booleans(), hangs=st.booleans(), muted=st.booleans(), echoes=st.booleans())
    def weather(self, accepts: bool, hangs: bool, muted: bool, echoes: bool) -> None:
        """Sockets are refused, hang, are swallowed or never answered."""
        backend = self.scene.backend
        backend.accepts_sockets, backend.hangs_sockets = accepts, hangs and not accepts
        backend.muted, backend.echoes = muted and not accepts, echoes

    @rule(route=st.sampled_from(ROUTES), answer=st.sampled_from(ANSWERS), times=st.integers(1, 6))
    def break_a_route(self, route: str, answer: Response | None, times: int) -> None:
        """Some requests are answered otherwise. A list that answers 404 is a failure like another."""
        lies = (
            answer is not None and answer.status == 404 and route in {"/api/", "/api/ability-tasks", "ability-tasks/"}
        )
        self.scene.backend.fail(route, ANSWERS[1] if lies else answer, times)

    @rule(
        mistakable=st.sampled_from([*MISTAKABLE, *([("ability-tasks/", FOREIGN[-1])] * 4)]),
        reads=st.booleans(),
        seconds=st.sampled_from([0.0, 2.0, 15.0]),
    )
    def answer_in_its_place(self, mistakable: tuple[str, Response], reads: bool, seconds: float) -> None:
        """Something between the page and the API answers in its place while a job is at work (report 28)."""
        route, answer = mistakable
        if not self.active():
            self.another_tab_submits()
        self.refresh()
        self.wait(self.scene.run(2.0))
        self.scene.backend.faults.insert(0, Fault(re.compile(route), answer, 10))
        if reads:
            self.refresh()
        self.wait(self.scene.run(seconds))

    @rule(route=st.sampled_from(ROUTES), answer=st.sampled_from(REFUSALS), times=st.integers(1, 3))
    def refuse(self, route: str, answer: Response, times: int) -> None:
        """The API itself refuses."""
        self.scene.backend.fail(route, answer, times)

    @rule(lag_s=st.sampled_from([0.0, 0.5, 2.0, 10.0]))
    def lag(self, lag_s: float) -> None:
        """Lists do not have what was submitted just now (report 13)."""
        self.scene.backend.lag_s = lag_s

    @rule(latency_s=st.sampled_from([0.0, 0.0, 0.1, 1.0, 7.0, 35.0]))
    def slow_down(self, latency_s: float) -> None:
        """Answers take their time."""
        self.scene.world.http.latency_s = latency_s

    @rule()
    def outdate(self) -> None:
        """The server refuses the access token from now on."""
        self.scene.backend.valid = set()

    @rule(role=st.sampled_from(["user", "admin"]))
    def change_role(self, role: str) -> None:
        """The user may do less, or more."""
        self.refusals.demoted |= role == "user"
        self.scene.backend.role = role

    @rule()
    def mend(self) -> None:
        """All faults end."""
        self.heal()

    # The browser and the user

    @rule(hidden=st.booleans())
    @inside
    def hide(self, hidden: bool) -> None:
        """The page is hidden or shown."""
        self.scene.world.page.hide(hidden)

    @rule(online=st.booleans())
    @inside
    def connect(self, online: bool) -> None:
        """The browser says what it believes of the network."""
        self.scene.world.page.set_online(online)

    @rule(leaving=st.booleans())
    @inside
    def leave_the_page(self, leaving: bool) -> None:
        """The page goes to the browser's cache, or comes back."""
        self.scene.world.page.leave(leaving)

    @rule()
    @inside
    def refresh(self) -> None:
        """The user asks for everything anew."""
        self.scene.monitor.refresh()

    @rule(watch=st.booleans())
    @inside
    def watch(self, watch: bool) -> None:
        """An admin looks at the queues and an ability's log, or no more."""
        monitor = self.scene.monitor
        if monitor.session.user_id is None:
            return
        if watch:
            monitor.queues.watch()
            monitor.logs.watch("x")
        else:
            monitor.queues.unwatch()
            monitor.logs.unwatch()

    @rule()
    @inside
    def sign_out(self) -> None:
        """The user signs out; now and then."""
        if self.dice.random() < 0.3:
            self.scene.monitor.session.sign_out()

    @rule()
    def sign_in(self) -> None:
        """The user signs in, if nobody is signed in."""
        if self.scene.monitor.session.user_id is None:
            latency_s, self.scene.world.http.latency_s = self.scene.world.http.latency_s, 0.0
            faults, self.scene.backend.faults = self.scene.backend.faults, []
            self.wait(self.scene.monitor.session.sign_in("demo", "demo"))
            self.scene.world.http.latency_s = latency_s
            self.scene.backend.faults = faults

    # The end

    def heal(self) -> None:
        """End all faults."""
        self.scene.backend.mend()
        self.scene.backend.echoes = True
        self.scene.world.http.latency_s = 0.0

    def teardown(self) -> None:
        """All is well again, and some time passes: the truth, and then nothing left."""
        try:
            if hasattr(self, "scene"):
                self.wait(self.come_to_rest())
        finally:
            self.loop.close()

    async def come_to_rest(self) -> None:
        """See the truth, close, and see nothing."""
        scene = self.scene
        self.heal()
        scene.world.page.hide(False)
        scene.world.page.set_online(True)
        scene.world.page.leave(False)
        await scene.run(40.0)
        if scene.monitor.session.user_id is None:
            await scene.monitor.session.sign_in("demo", "demo")
        scene.monitor.refresh()
        await scene.run(SETTLED_S)
        # To the end of the list, as by scrolling: what had ended before sixty others came is on its second page.
        scene.monitor.older_tasks.want()
        await scene.run(2.0)
        self.nothing_is_wrong()
        self.only_the_api_takes_anything_away()
        assert ("polling" if scene.monitor.settings.disable_ws else "push") == scene.monitor.transport
        shown = scene.shown()
        assert {job for job in self.lost if shown.get(job, Status.UNKNOWN) is not Status.UNKNOWN} == set()
        scene.assert_nothing_lost(besides=self.lost)
        assert [] == [task.id for task in scene.succeeded if task.result is None and task.id not in self.lost]
        scene.monitor.session.sign_out()
        self.observer.close()
        self.refusals.close()
        await scene.close()


MonitorMachine.TestCase.settings = settings(max_examples=min(3000, settings().max_examples), stateful_step_count=40)
TestMonitor = pytest.mark.timeout(1800)(MonitorMachine.TestCase)
