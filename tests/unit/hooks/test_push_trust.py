"""Which kinds push is trusted with, on a page with a bus and a clock."""

from __future__ import annotations

import asyncio

import pytest

from app.core.bus import Bus
from app.core.collection import AbilityTaskCollection
from app.core.events import AbilityTasksChanged, LogNotice, PointsRead, PushChanged, TrustChanged
from app.core.points import WalletMove
from app.core.records import AbilityTask, Source, Word
from app.core.status import Status
from app.core.trust import GRACE_S, Kind
from app.hooks.push_trust import PushTrust
from testkit.scene import Scene

CALLS = Kind.ABILITY_TASKS


def said(word: Status) -> AbilityTask:
    """Return what a frame or a list says of the one job."""
    return AbilityTask(id="a", undated=Word(word, word.value))


class Page:
    """The hook on a bus, and one job that push and reads speak of."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.bus = Bus(self.scene.world.report)
        self.hook = PushTrust(self.scene.world.ports, self.bus)
        self.tasks = AbilityTaskCollection()
        self.changes: list[frozenset[Kind]] = []
        self.bus.subscribe(TrustChanged, lambda event: self.changes.append(event.trusted))
        self.connect()

    def connect(self, up: bool = True) -> None:
        """Let a connection come or go."""
        self.bus.publish(PushChanged(up=up))

    def push(self, word: Status) -> None:
        """Let a frame say this of the job."""
        self.hook.carried([], [said(word)], [], [])
        self.say(word, Source.PUSH)

    def say(self, word: Status, source: Source) -> None:
        """Let the job change, by whatever brought the word."""
        batch = self.tasks.apply_listed([said(word)], source, self.scene.clock.now)
        self.bus.publish(AbilityTasksChanged(batch))

    async def close(self) -> None:
        """Close the hook; nothing of it is left."""
        self.hook.close()
        assert (1, 0) == (len(self.bus), self.scene.world.timers.pending)
        await asyncio.sleep(0)
        await self.scene.close()


async def test_a_kind_is_trusted_once_a_frame_was_of_it() -> None:
    """R8: an open socket proves nothing; each kind is trusted by itself, and every change is published once."""
    page = Page()
    assert not any(page.hook.trusted(kind) for kind in Kind)
    page.hook.carried([], [said(Status.RUNNING)], [WalletMove("a", "frozen", 1)], [])
    page.hook.carried([], [said(Status.RUNNING)], [], [])
    page.hook.carried([], [], [], [LogNotice(1, "x", Status.SUCCEEDED, None)])
    assert [{CALLS, Kind.POINTS}, {CALLS, Kind.POINTS, Kind.LOGS}] == page.changes
    assert (False, True) == (page.hook.trusted(Kind.TASKS), page.hook.trusted(Kind.LOGS))
    await page.close()


async def test_points_are_trusted_once_a_freeze_was_pushed() -> None:
    """R8, R24: the product pushes what becomes of frozen points, and never that they were frozen."""
    page = Page()
    page.hook.carried([], [], [WalletMove("a", "deducted", 1), WalletMove("b", "released", 1)], [])
    assert not page.hook.trusted(Kind.POINTS)
    page.hook.carried([], [], [WalletMove("a", "frozen", 1)], [])
    assert page.hook.trusted(Kind.POINTS)
    await page.close()


@pytest.mark.parametrize("late", ["", "deducted"])
async def test_a_read_that_finds_what_no_move_said_ends_the_trust_with_points(late: str) -> None:
    """R8: unless the move comes a little later than the read."""
    page = Page()
    page.hook.carried([], [], [WalletMove("a", "frozen", 1)], [])
    page.bus.publish(PointsRead())
    await page.scene.run(2 * GRACE_S)
    assert page.hook.trusted(Kind.POINTS)
    page.bus.publish(PointsRead(unsaid=True))
    await page.scene.run(GRACE_S / 2)
    if late:
        page.hook.carried([], [], [WalletMove("a", late, 1)], [])
    await page.scene.run(GRACE_S)
    assert page.hook.trusted(Kind.POINTS) is bool(late)
    page.hook.carried([], [], [WalletMove("b", "frozen", 1)], [])
    assert page.hook.trusted(Kind.POINTS)
    await page.close()


async def test_another_connection_has_proven_nothing() -> None:
    """R8: what the one before carried may not be what this one carries."""
    page = Page()
    page.push(Status.RUNNING)
    page.connect(up=False)
    page.connect()
    assert ([{CALLS}, frozenset()], False) == (page.changes, page.hook.trusted(CALLS))
    await page.close()


@pytest.mark.parametrize("word", [Status.RUNNING, Status.SUCCEEDED, Status.FAILED])
async def test_a_poll_that_finds_what_push_should_have_said_ends_the_trust(word: Status) -> None:
    """R8: after a while in which the frame may still come, by itself."""
    page = Page()
    page.push(Status.QUEUED)
    page.say(word, Source.POLL)
    await page.scene.run(GRACE_S - 0.1)
    assert page.hook.trusted(CALLS)
    await page.scene.run(0.2)
    assert ([{CALLS}, frozenset()], False) == (page.changes, page.hook.trusted(CALLS))
    await page.close()


async def test_a_frame_that_comes_a_little_later_than_the_poll_keeps_the_trust() -> None:
    """R8: the two were on their way at the same time."""
    page = Page()
    page.push(Status.QUEUED)
    page.say(Status.RUNNING, Source.POLL)
    await page.scene.run(GRACE_S / 2)
    page.hook.carried([], [said(Status.RUNNING)], [], [])
    await page.scene.run(2 * GRACE_S)
    assert page.hook.trusted(CALLS)
    await page.close()


@pytest.mark.parametrize(
    ("word", "source"),
    [(Status.QUEUED, Source.POLL), (Status.BLOCKED, Source.POLL), (Status.SUCCEEDED, Source.INVOKE)],
)
async def test_what_push_need_not_have_said_keeps_the_trust(word: Status, source: Source) -> None:
    """R8: the same word again, a word between others, and the answer to the user's own call are no misses."""
    page = Page()
    page.push(Status.QUEUED)
    page.say(word, source)
    await page.scene.run(2 * GRACE_S)
    assert page.hook.trusted(CALLS)
    await page.close()


async def test_trust_that_was_lost_comes_back_with_a_change_that_nobody_had_read() -> None:
    """R8: a frame that repeats what a poll has found proves nothing any more."""
    page = Page()
    page.push(Status.QUEUED)
    page.say(Status.RUNNING, Source.POLL)
    await page.scene.run(2 * GRACE_S)
    page.push(Status.RUNNING)
    assert not page.hook.trusted(CALLS)
    page.push(Status.SUCCEEDED)
    assert page.hook.trusted(CALLS)
    await page.close()
