"""Hours of a page's life on a manual clock: the whole monitor, in this process, against the backend in memory.

The day is a row of stretches: some minutes of ordinary use, one or two troubles with the work going on, then quiet. In
the quiet the page has to become right within the time that its own rules allow, to stay right, and to be no heavier.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import random
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Final

from app.api.client import MOST_ABILITY_TASKS, MOST_TASKS
from app.api.errors import ApiError
from app.contexts.session import SignInRefused
from app.core.collection import Touch
from app.core.connection import State
from app.core.points import WalletMove
from app.core.records import Record, Result, Word
from app.core.status import Status
from app.ports import TransportError
from bench.failures import BenchFailure
from bench.soak.series import Bound, Series
from bench.soak.troubles import Troubles
from bench.soak.work import ABILITY, Work
from testkit.scene import SETTLED_S, Scene
from testkit.watch import Watch

HOUR_S: Final = 3600.0
RIGHT_WITHIN_S: Final = SETTLED_S
"""After a trouble: patience learned (30 s), an answer that hangs (30 s), and a reconcile (60 s), with some room."""
RECONCILED_S: Final = 65.0
"""While all is well: R12's minute, and the answer."""
CHECK_EVERY_S: Final = 20.0
WARM_UP: Final = 1 / 8

BOUNDS: Final = (
    Bound("objects", 6),
    Bound("timers", 2),
    Bound("listeners", 1),
)
"""What may grow in the second half."""
PANELS: Final = (
    ("kilobytes",),
    ("objects",),
    ("rows", "timers", "listeners"),
    ("requests", "frames"),
    ("stale", "duplicates"),
    ("reconnects", "jobs"),
    ("right_after_s",),
)
FLOOD: Final = 12_000
MORE: Final = {"objects": 0.0, "kilobytes": 256.0}
"""By how much more than after the warm-up a page may hold at the end, when nobody is signed in. The bytes have some
room for the short strings that the JSON reader keeps, up to a number of them. With somebody signed in they go up and
down with what the page remembers of other users' jobs, so they are held against the page with all of that full."""
UPDATES: Final = (Record, Word, Result, Touch, WalletMove)
"""What the page keeps of jobs: its rows, and a bounded number of events of jobs that may turn out to be its own."""
NOT_OF_THE_PAGE: Final = ("/tests/", "/testkit/", "/bench/", tracemalloc.__file__, copy.__file__)
"""Who allocates beside the page; nothing of the page copies deeply, but the work does that keeps an older database."""


class Day:
    """One page, from its start to its end."""

    def __init__(self, series: Series, seed: int, hours: float) -> None:
        self.scene = Scene(seed=seed)
        self.scene.backend.checks_expiry = True
        self._series = series
        self._lasts_s = hours * HOUR_S
        self._dice = dice = random.Random(seed)
        self._began = self.scene.clock.server()
        self._watch = Watch(self.scene)
        self._work = Work(self.scene, dice)
        self._troubles = Troubles(self.scene, self._work, dice)
        self._reported: set[bytes] = set()
        self._asked = 0
        self._well_since: float | None = None
        self._truth: dict[str, tuple[Status, float]] = {}

    async def live(self, say: Callable[[str], None]) -> None:
        """Live through it; raises ``BenchFailure`` at the first thing that is wrong."""
        scene = self.scene
        await scene.begin()
        self._check()
        full = await self._fill()
        await self._go_on(WARM_UP, say)
        before = await self._rest()
        await self._go_on(1.0, say)
        after = await self._rest()
        if grown := self._series.grown(BOUNDS):
            raise self._failure("; ".join(grown))
        if (most := max(self._series["kilobytes"])) > full + MORE["kilobytes"]:
            raise self._failure(f"kilobytes were {full:.0f} with all that is bounded full, and have been {most:.0f}")
        for name, more in MORE.items():
            if after[name] - before[name] > more:
                raise self._failure(f"signed out, {name} were {before[name]:.0f} and are {after[name]:.0f}")
        scene.monitor.session.sign_out()
        self._watch.close()
        try:
            await scene.close()
        except AssertionError:
            raise self._failure(f"closed, and still there: {scene.left() or scene.world.errors}") from None

    @property
    def hour(self) -> float:
        """How far the day is."""
        return (self.scene.clock.server() - self._began) / HOUR_S

    async def _fill(self) -> float:
        """Fill whatever the page remembers of other users' jobs; the kilobytes it then weighs, with what comes late."""
        self.scene.monitor.logs.watch(ABILITY)
        self.scene.monitor.logs.unwatch()
        self._work.flood(FLOOD)
        await self._work.run(RECONCILED_S)
        self._work.flood(FLOOD)
        return _weigh()["kilobytes"]

    async def _go_on(self, share: float, say: Callable[[str], None]) -> None:
        """Go on until this share of the day is over."""
        while self.hour * HOUR_S < share * self._lasts_s:
            hour = int(self.hour)
            self._use(for_s := self._dice.uniform(60.0, 600.0))
            await self._work.run(for_s)
            names = self._dice.sample(sorted(self._troubles.all), self._dice.choice((1, 1, 1, 2)))
            right_after_s = await self._meet(names, self._dice.choice((5.0, 30.0, 90.0, 240.0)))
            await self._clean_up()
            self._note(right_after_s)
            if len(self._series.hours) == 1:
                say(self._series.heading())
            if int(self.hour) > hour:
                say(self._series.line())

    # Ordinary use

    def _use(self, for_s: float) -> None:
        """Plan a stretch of ordinary use: work at some pace, now and then a burst, and a user who comes and goes."""
        plan, dice, page = self._work.plan, self._dice, self.scene.world.page
        self._troubles.keep()
        self._work.submit(int(for_s / 60 * dice.choice((0, 1, 2, 4, 8))), for_s)
        self._work.other_users(int(for_s / 60 * dice.choice((0, 5, 20, 60))), for_s)
        if dice.random() < 0.1:
            self._work.submit(dice.randint(15, 40), 2.0)
        for _ in range(dice.randint(0, 4)):
            plan(dice.uniform(0.0, for_s), self._submit)
        for begin, end in ((self._open_drawer, self._close_drawer), (page.hide, partial(page.hide, False))):
            if dice.random() < 0.4:
                at = dice.uniform(0.0, for_s)
                plan(at, begin)
                plan(dice.uniform(at, for_s), end)
        if dice.random() < 0.2:
            plan(dice.uniform(0.0, for_s), self.scene.monitor.refresh)

    def _open_drawer(self) -> None:
        if self.scene.monitor.session.user_id is not None:
            self.scene.monitor.logs.watch(ABILITY)

    def _close_drawer(self) -> None:
        self.scene.monitor.logs.unwatch()

    def _submit(self) -> None:
        async def submit() -> None:
            try:
                await self.scene.monitor.ability_tasks.submit({"abilityId": ABILITY})
            except ApiError:
                return

        if not self.scene.monitor.paused:
            self.scene.spawn(submit())

    def _check(self) -> None:
        """What the user does when looking at the page, again and again."""
        self._work.adopt()
        self._help()
        self._compare()
        self._work.plan(CHECK_EVERY_S, self._check)

    def _help(self) -> None:
        """Do what the page asks for: sign in where it shows the form, refresh where it has given up."""
        monitor, page = self.scene.monitor, self.scene.world.page
        if page.hidden or not page.online:
            return
        if monitor.session.user_id is None:
            self.scene.spawn(self._sign_in())
        elif monitor.push.state in {State.EXHAUSTED, State.REFUSED}:
            monitor.refresh()

    async def _sign_in(self) -> None:
        try:
            await self.scene.monitor.session.sign_in("demo", "demo")
        except (SignInRefused, TransportError):
            return
        self.scene.monitor.queues.watch()

    def _compare(self) -> None:
        """While all is well, nothing that has stood for a reconcile's time may be shown otherwise (R12)."""
        now, truth = self.scene.clock.server(), self.scene.truth()
        known = self._truth
        self._truth = {
            job: known[job] if job in known and known[job][0] is status else (status, now)
            for job, status in truth.items()
        }
        if self.scene.monitor.transport != "push":
            self._well_since = None if self._well_since is None else now
        if self._well_since is None or now - self._well_since < RECONCILED_S:
            return
        stood = {job: status for job, (status, since) in self._truth.items() if now - since > RECONCILED_S}
        shown = self.scene.shown()
        wrong = {job for job, status in stood.items() if shown.get(job) is not status}
        if wrong := wrong - self._troubles.lost - self._unlisted():
            reported = {job: (str(stood[job]), str(shown.get(job))) for job in wrong}
            raise self._failure(f"for {RECONCILED_S:.0f} s, with all well, backend and page said {reported}")

    # Troubles and quiet

    async def _meet(self, names: list[str], for_s: float) -> float:
        """Let troubles come, last and end; how long the page then took to be right."""
        self._well_since = None
        for name in names:
            self._troubles.all[name](for_s)
        await self._work.run(for_s)
        self._troubles.mend()
        reported = ", ".join(names)
        right_after_s = await self._become_right(RIGHT_WITHIN_S, f"{RIGHT_WITHIN_S:.0f} s after {reported}")
        self._well_since = self.scene.clock.server()
        await self._work.run(RECONCILED_S)
        await self._become_right(RECONCILED_S, f"in the quiet after {reported}")
        return right_after_s

    async def _become_right(self, within_s: float, when: str) -> float:
        """Wait until page and backend agree and push is up; how long that took."""
        began = self.scene.clock.now
        while True:
            if wrong := self._watch.wrong:
                raise self._failure(f"{when}: {'; '.join(wrong)}")
            lost = self.scene.losses(self._troubles.lost | self._unlisted())
            transport = self.scene.monitor.transport
            took_s = self.scene.clock.now - began
            if not lost and transport == "push":
                return took_s
            if took_s >= within_s:
                raise self._failure(f"{when} the page differs from its backend, transport {transport}: {_short(lost)}")
            self._help()
            await self._work.run(1.0)

    def _unlisted(self) -> set[str]:
        """Jobs that no page's first reads list, and that this page has not seen since it signed in."""
        backend = self.scene.backend
        listed = {*list(backend.tasks)[-MOST_TASKS:], *list(backend.ability_tasks)[-MOST_ABILITY_TASKS:]}
        return self.scene.truth().keys() - listed - self.scene.shown().keys()

    async def _clean_up(self) -> None:
        """The backend forgets what is old, and the page has to follow; so does what was noted here."""
        scene = self.scene
        self._close_drawer()
        reported = {task.id.encode() for task in (*scene.succeeded, *scene.failed)}
        if again := reported & self._reported:
            raise self._failure(f"reported again long after they had ended: {sorted(again)[:5]}")
        cleared = self._work.clean_up()
        scene.forget(cleared)
        await self._work.run(RECONCILED_S)
        await self._become_right(RECONCILED_S, "once the backend had forgotten its oldest jobs")
        self._watch.forget(cleared)
        self._reported |= reported & {job.encode() for job in cleared}
        nowhere = self._troubles.lost - scene.truth().keys() - scene.shown().keys()
        scene.forget(nowhere)
        self._troubles.lost -= nowhere

    async def _rest(self) -> dict[str, float]:
        """Sign out, which ends everything, and in again; what the page weighed meanwhile."""
        scene = self.scene
        scene.monitor.session.sign_out()
        await scene.world.settle()
        held = {name: count for name, count in scene.left().items() if name in {"timers", "sockets", "requests"}}
        if held:
            raise self._failure(f"signed out, and still there: {held}")
        self._forget_traffic()
        scene.forget({task.id for task in (*scene.succeeded, *scene.failed)})
        weight = _weigh()
        await self._sign_in()
        await self._work.run(1.0)
        return weight

    def _note(self, right_after_s: float) -> None:
        world, monitor = self.scene.world, self.scene.monitor
        reported = monitor.activity
        tasks, ability_tasks = monitor.summary.tasks, monitor.ability_tasks.tasks
        self._asked += len(world.http.requests)
        self._forget_traffic()
        self._series.add(
            self.hour,
            **_weigh(),
            rows=len(tasks) + len(ability_tasks),
            timers=world.timers.pending,
            listeners=len(monitor.bus) + world.page.listeners + len(world.store.listeners.callbacks),
            requests=self._asked,
            frames=reported.frames,
            reconnects=reported.reconnects,
            stale=tasks.stale + ability_tasks.stale,
            duplicates=tasks.duplicates + ability_tasks.duplicates,
            jobs=self._work.submitted,
            right_after_s=right_after_s,
        )

    def _forget_traffic(self) -> None:
        """Drop what the stand-ins note of everything that goes by."""
        world = self.scene.world
        world.http.requests.clear()
        world.sockets.opened.clear()
        world.events.events.clear()
        world.warnings.clear()

    def _failure(self, what: str) -> BenchFailure:
        return BenchFailure(f"hour {self.hour:.2f}: {what}")


def _weigh() -> dict[str, float]:
    """The page's Python objects, but for updates of jobs, and the bytes that were not allocated by its stand-ins."""
    gc.collect()
    objects = sum(_ours(each) for each in gc.get_objects())
    by_file = tracemalloc.take_snapshot().statistics("filename")
    of_the_page = (it.size for it in by_file if not any(part in it.traceback[0].filename for part in NOT_OF_THE_PAGE))
    return {"objects": objects, "kilobytes": sum(of_the_page) / 1024}


def _ours(thing: object) -> bool:
    """Whether something is an object, a function or a method of the page, other than an update of a job."""
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and module.startswith("app.") and not isinstance(thing, UPDATES)


def _short(lost: dict[str, object]) -> str:
    text = "; ".join(f"{name}: {what}" for name, what in lost.items())
    return text if len(text) <= 600 else f"{text[:600]} …"


def live(series: Series, seed: int, hours: float, say: Callable[[str], None]) -> None:
    """Live through so many hours; raises ``BenchFailure`` at the first thing that is wrong."""

    async def living() -> None:
        await Day(series, seed, hours).live(say)

    tracemalloc.start()
    try:
        asyncio.run(living())
    finally:
        tracemalloc.stop()
