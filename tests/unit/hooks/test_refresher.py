"""One thing that is read again and again: one ladder of pauses, failures and refusals for everything that reads."""

from collections.abc import Callable
from functools import partial

import pytest

from app.api.abilities import read_offered
from app.api.errors import ApiError, NotAllowed, Refused, Unreachable
from app.core.events import CameOnline, ClockJumped, Paused, Resumed
from app.core.pause import Reason
from app.core.rules import PollingRules
from app.hooks.refresher import Pace, RefreshContext, Refresher
from app.wire.errors import Problem
from testkit.chance import longest
from testkit.scene import Scene

FORBIDDEN = NotAllowed(Problem(403, "ADMIN_ONLY"))


class Reading:
    """A refresher of numbers, the reads it made and what became of them."""

    def __init__(self, pace: Pace | None = None, *, admins_only: bool = False) -> None:
        self.scene = Scene(chance=longest)
        self.bus = self.scene.monitor.bus
        self.paused = False
        self.needed = True
        self.latency_s = 0.0
        self.failure: Exception | None = None
        self.reads: list[float] = []
        self.taken: list[int] = []
        self.on_take: Callable[[], None] = lambda: None
        self.changes: list[tuple[bool, bool]] = []
        """For each change: whether a read was under way, and whether the refresher was failing."""
        self.refusals: list[bool] = []
        """For each refusal: whether the refresher still had a read to do."""
        ports = self.scene.world.ports
        self.refresher: Refresher[int] = Refresher(
            RefreshContext(ports, self.bus, PollingRules(), lambda: self.paused, lambda: None),
            self._read,
            self._take,
            pace=pace or Pace(),
            needed=lambda: self.needed,
            changed=lambda: self.changes.append((self.refresher.busy, self.refresher.failing is not None)),
            forbidden=(lambda: self.refusals.append(self.refresher.due)) if admins_only else None,
        )
        self.begun = self.scene.clock.now

    async def run(self, seconds: float) -> None:
        """Let time pass."""
        await self.scene.run(seconds)

    def pause(self, reason: Reason = Reason.HIDDEN) -> None:
        """The page is hidden."""
        self.paused = True
        self.bus.publish(Paused(reason))

    def resume(self, reason: Reason = Reason.HIDDEN) -> None:
        """The page is shown."""
        self.paused = False
        self.bus.publish(Resumed(reason))

    async def close(self) -> None:
        """Close it, and see that nothing of it is left."""
        self.refresher.close()
        await self.scene.close()

    async def _read(self) -> int:
        self.reads.append(round(self.scene.clock.now - self.begun, 3))
        number = len(self.reads)
        if self.latency_s:
            await self.scene.world.http.request("GET", "/", headers={}, body=None, timeout_s=self.latency_s)
        if self.failure is not None:
            raise self.failure
        return number

    def _take(self, number: int) -> None:
        self.taken.append(number)
        self.on_take()


def slow(reading: Reading, seconds: float) -> None:
    """Let every read take its time."""
    reading.latency_s = seconds + 1.0
    reading.scene.world.http.latency_s = seconds


async def test_a_request_is_read_once_and_at_once() -> None:
    """R12: one refresh, not two, and nothing before anybody asks."""
    reading = Reading()
    await reading.run(60)
    assert [] == reading.reads
    reading.refresher.request()
    await reading.run(60)
    assert ([60.0], [1], [(False, False)]) == (reading.reads, reading.taken, reading.changes)
    await reading.close()


async def test_a_steady_refresh_follows_by_itself() -> None:
    """R12, R30: every so often, without a request."""
    reading = Reading(Pace(every_s=5.0))
    reading.refresher.request()
    await reading.run(14)
    assert [0.0, 5.0, 10.0] == reading.reads
    await reading.close()


async def test_reads_begin_a_while_apart() -> None:
    """R20: many hints make few reads; none is lost."""
    reading = Reading(Pace(apart_s=2.0))
    for _ in range(10):
        reading.refresher.hint()
        await reading.run(0.3)
    await reading.run(10)
    assert [0.0, 2.0, 4.0] == reading.reads
    await reading.close()


async def test_one_read_at_a_time_and_a_request_during_it_causes_another() -> None:
    """R10, R12: a slow answer piles up no second read, and knows nothing of what was asked for after it began."""
    reading = Reading()
    slow(reading, 3.0)
    reading.refresher.request()
    await reading.run(1)
    for _ in range(5):
        reading.refresher.request()
    await reading.run(10)
    assert ([0.0, 3.0], [1, 2]) == (reading.reads, reading.taken)
    await reading.close()


async def test_a_hint_during_a_retry_that_is_answered_causes_another_read() -> None:
    """R12, R13: the retry began before what the hint is about."""
    reading = Reading()
    reading.failure = Unreachable("x")
    reading.refresher.request()
    await reading.run(0.5)
    slow(reading, 3.0)
    reading.failure = None
    await reading.run(1.5)
    reading.refresher.hint()
    await reading.run(60)
    assert [0.0, 1.0, 4.0] == reading.reads
    await reading.close()


@pytest.mark.parametrize("failure", [Unreachable("x"), Refused(Problem(500)), FORBIDDEN, ValueError("x")])
async def test_a_failure_backs_off_and_is_over_with_the_first_answer(failure: Exception) -> None:
    """R13, R21: a fault of our own too, instead of being repeated without a pause; hints do not make it hurry."""
    reading = Reading()
    reading.failure = failure
    reading.refresher.request()
    for _ in range(20):
        await reading.run(1)
        reading.refresher.hint()
    assert [0.0, 1.0, 3.0, 7.0, 15.0] == reading.reads
    known = isinstance(failure, ApiError)
    assert ([failure] * 5 * (not known), known) == (reading.scene.world.errors, reading.refresher.failing is failure)
    assert [(False, True)] * 5 * known == reading.changes
    reading.scene.world.errors.clear()
    reading.failure = None
    await reading.run(60)
    assert ([0.0, 1.0, 3.0, 7.0, 15.0, 31.0], None) == (reading.reads, reading.refresher.failing)
    await reading.close()


async def test_the_servers_retry_after_is_the_floor_of_the_back_off() -> None:
    """R13: 429 and 503 say when to come back."""
    reading = Reading()
    reading.failure = Refused(Problem(503), retry_after_s=20.0)
    reading.refresher.request()
    await reading.run(50)
    assert [0.0, 20.0, 40.0] == reading.reads
    await reading.close()


async def test_a_pause_reads_nothing_and_its_end_reads_at_once() -> None:
    """R17: what is under way is given up, changes nothing, and is read again."""
    reading = Reading(Pace(every_s=5.0))
    slow(reading, 3.0)
    reading.refresher.request()
    await reading.run(1)
    reading.pause()
    reading.refresher.request()
    await reading.run(59)
    assert ([0.0], [], []) == (reading.reads, reading.taken, reading.changes)
    reading.resume()
    await reading.run(4)
    assert ([0.0, 60.0], [2]) == (reading.reads, reading.taken)
    await reading.close()


@pytest.mark.parametrize("event", [CameOnline(), ClockJumped(60.0), Resumed(Reason.HIDDEN)])
async def test_whoever_comes_back_does_not_wait_for_the_back_off(event: object) -> None:
    """R4, R17, R18: ``online`` counts as a manual refresh, and a sleep as a return from hidden."""
    reading = Reading()
    reading.failure = Unreachable("x")
    reading.refresher.request()
    await reading.run(16)
    reading.failure = None
    reading.bus.publish(event)
    await reading.run(60)
    assert ([0.0, 1.0, 3.0, 7.0, 15.0, 16.0], [6]) == (reading.reads, reading.taken)
    await reading.close()


@pytest.mark.parametrize("event", [CameOnline(), ClockJumped(60.0), Resumed(Reason.HIDDEN)])
async def test_what_nobody_needs_is_not_read(event: object) -> None:
    """R10: what no page shows is asked for by no event."""
    reading = Reading()
    reading.needed = False
    reading.refresher.request()
    reading.refresher.hint()
    reading.bus.publish(event)
    await reading.run(60)
    assert [] == reading.reads
    await reading.close()


async def test_a_refusal_ends_what_only_admins_may_read() -> None:
    """R30: after 403 nothing is asked again; the change is published once, when nothing is under way."""
    reading = Reading(Pace(every_s=5.0), admins_only=True)
    reading.refresher.request()
    await reading.run(4)
    reading.failure = FORBIDDEN
    await reading.run(60)
    assert ([0.0, 5.0], [False]) == (reading.reads, reading.refusals)
    assert ([(False, False)] * 2, None) == (reading.changes, reading.refresher.failing)
    await reading.close()


async def test_what_comes_after_a_cancel_does_not_wait_for_what_was_read_before() -> None:
    """R33: a request after the end of a session is read at once, however lately the last one was, or failed."""
    reading = Reading(Pace(apart_s=2.0))
    reading.failure = Unreachable("x")
    reading.refresher.request()
    await reading.run(0.5)
    reading.refresher.cancel()
    assert None is reading.refresher.failing
    reading.refresher.request()
    await reading.run(0.1)
    assert [0.0, 0.5] == reading.reads
    await reading.close()


async def test_a_cancelled_read_changes_nothing() -> None:
    """R33: what the last user's read brings is not the next one's."""
    reading = Reading()
    slow(reading, 3.0)
    reading.refresher.request()
    await reading.run(1)
    reading.refresher.cancel()
    await reading.run(60)
    assert ([0.0], [], []) == (reading.reads, reading.taken, reading.changes)
    await reading.close()


async def test_what_an_answer_asks_for_is_read_after_it() -> None:
    """R28: a record that is not in the answer yet is asked for again."""
    reading = Reading(Pace(apart_s=1.0))
    asked = [reading.refresher.request] * 2
    reading.on_take = lambda: asked.pop()() if asked else None
    reading.refresher.request()
    await reading.run(60)
    assert [0.0, 1.0, 2.0] == reading.reads
    await reading.close()


async def test_a_closed_refresher_reads_and_publishes_nothing() -> None:
    """R5: a page that is left in the middle of a read is not drawn by its answer."""
    reading = Reading(Pace(every_s=5.0))
    slow(reading, 3.0)
    reading.refresher.request()
    await reading.run(1)
    reading.refresher.close()
    reading.resume()
    reading.refresher.request()
    await reading.run(60)
    assert ([0.0], [], []) == (reading.reads, reading.taken, reading.changes)
    await reading.close()


async def test_the_users_refresh_reads_whatever_is_shown() -> None:
    """R4, R32: the button in the header is for every page, those that came late too."""
    scene = await Scene().begin(5)
    answers: list[object] = []
    refresher = Refresher(scene.monitor.refresh_context, partial(read_offered, scene.monitor.api), answers.append)
    scene.monitor.refresh()
    await scene.run(2)
    assert 1 == len(answers)
    refresher.close()
    await scene.leave()
