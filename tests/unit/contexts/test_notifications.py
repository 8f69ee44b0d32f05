"""Settings and claims of notifications, shared by all pages of a browser."""

from __future__ import annotations

import asyncio

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.core.bus import Bus
from app.core.limits import Limits
from app.core.notify import NotifySettings, Scope
from testkit.backend import MemoryBackend
from testkit.scene import Scene
from testkit.world import MemoryWorld


def world(beside: Scene) -> MemoryWorld:
    """Return the world of another page of the same browser."""
    return MemoryWorld(MemoryBackend(beside.clock), beside=beside.world)


async def test_one_page_of_the_browser_notifies_of_an_end() -> None:
    """R44: whoever claims it first, though both ask at once; until the job is begun anew."""
    scene = Scene()
    other = world(scene)
    first = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    second = NotificationContext(other.ports, Bus(other.report), "u1")
    outcomes: list[bool] = []

    async def claim(context: NotificationContext) -> None:
        outcomes.append(await context.claim("a"))

    for _ in range(2):
        scene.spawn(claim(first))
        scene.spawn(claim(second))
        await scene.world.settle()
        await first.give_up_claim("a")
    assert [True, False, True, False] == outcomes
    await scene.close()


async def test_what_ends_during_the_wait_for_a_turn_is_claimed_in_it() -> None:
    """R44: many jobs end at once in many pages, and each page waits for its turn once, not once for each job."""
    scene = Scene()
    first = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    second = NotificationContext(world(scene).ports, scene.monitor.bus, "u1")
    jobs = [f"job {number}" for number in range(20)]
    outcomes: dict[str, list[bool]] = {job_id: [] for job_id in jobs}

    async def claim(context: NotificationContext, job_id: str) -> None:
        outcomes[job_id].append(await context.claim(job_id))

    elsewhere = await scene.world.notification_lock.acquire()
    for job_id in jobs:
        for context in (first, second):
            scene.spawn(claim(context, job_id))
    await scene.world.settle()
    assert not await first.claim(jobs[0])
    elsewhere.close()
    await scene.world.settle()
    assert all(sorted(mine) == [False, True] for mine in outcomes.values())
    assert 3 == scene.world.notification_lock.turns
    await scene.close()


async def test_a_page_that_goes_claims_nothing() -> None:
    """R44: whoever waits for a turn and gives up leaves the end to others, or to the next one here."""
    scene = Scene()
    context = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    elsewhere = await scene.world.notification_lock.acquire()
    waiting = [asyncio.ensure_future(context.claim(job_id)) for job_id in ("a", "b")]
    await scene.world.settle()
    waiting[0].cancel()
    await asyncio.wait(waiting)
    assert [True, True] == [claim.cancelled() for claim in waiting]
    elsewhere.close()
    assert await context.claim("a")
    await scene.close()


async def test_settings_are_of_the_user_and_known_everywhere() -> None:
    """R44: kept per user; whoever shows them is notified of a change."""
    scene = Scene()
    received = scene.events(NotificationsChanged)
    mine = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    mine.keep(NotifySettings(Scope.ALL, sound=True))
    mine.mark("a", marked=True)
    again = NotificationContext(world(scene).ports, scene.monitor.bus, "u1")
    assert (2, NotifySettings(Scope.ALL, sound=True, marked=("a",))) == (len(received), again.settings)
    assert NotifySettings() == NotificationContext(scene.world.ports, scene.monitor.bus, "u2").settings
    await scene.close()


async def test_nothing_that_names_a_job_outlives_the_session() -> None:
    """R44, R33: the settings stay, which jobs were marked and claimed does not."""
    scene = Scene()
    context = NotificationContext(scene.world.ports, scene.monitor.bus, "u1")
    context.keep(NotifySettings(Scope.FAILURES, marked=("a",), limits=Limits(queue_on=True)))
    assert await context.claim("b")
    context.forget_jobs()
    assert NotifySettings(Scope.FAILURES, limits=Limits(queue_on=True)) == context.settings
    assert not [value for value in scene.world.store.values.values() if '"a"' in value or '"b"' in value]
    await scene.close()
