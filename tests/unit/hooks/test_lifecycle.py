"""When nobody looks, nothing is asked; when somebody looks again, everything is right within moments."""

from itertools import permutations

import pytest

from app.core.connection import State
from app.core.events import ClockJumped, Flush, Paused, Resumed, TransportChanged
from app.core.pause import Reason
from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene

LISTS = ("GET /api/tasks/v1", "GET /api/ability-tasks")


async def busy() -> tuple[Scene, str]:
    """Return a scene with one active job, and its id."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(3)
    return scene, job


async def test_an_hour_in_the_background_asks_nothing() -> None:
    """R17, fault 16: no request, no socket, and nothing that would ask; one refresh on return, then push."""
    scene, job = await busy()
    scene.world.page.hide()
    requests, rung = scene.requests, scene.world.timers.rung
    await scene.run(3500)
    assert (requests, 0, "paused") == (scene.requests, scene.world.sockets.alive, scene.monitor.transport)
    assert scene.world.timers.rung - rung <= 1
    scene.backend.move_ability_task(job, "succeeded")
    since = scene.clock.now
    scene.world.page.hide(False)
    await scene.run(1)
    assert (1, 1) == tuple(scene.paths(since).count(path) for path in LISTS)
    assert (Status.SUCCEEDED, "push", 1) == (
        scene.status(job),
        scene.monitor.transport,
        sum(at >= since for at, _ in scene.world.sockets.opened),
    )
    await scene.settle()
    await scene.leave()


async def test_the_catch_up_is_one_flush() -> None:
    """R17, R20, fault 16: what happened meanwhile comes together, not as a burst of notices."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(30)]
    await scene.run(3)
    scene.world.page.hide()
    for job in jobs:
        await scene.run(100)
        scene.backend.move_ability_task(job, "failed")
    flushes = scene.events(Flush)
    scene.world.page.hide(False)
    await scene.run(0.2)
    assert 30 == sum(len(flush.ability_tasks) for flush in flushes)
    assert len(flushes) <= 2
    await scene.settle()
    await scene.leave()


async def test_hidden_while_a_retry_is_pending() -> None:
    """R17, fault 17: the retry does not happen; the return connects at once."""
    scene, _ = await busy()
    scene.unplug()
    await scene.run(0.3)
    count = len(scene.world.sockets.opened)
    scene.world.page.hide()
    await scene.run(600)
    assert count == len(scene.world.sockets.opened)
    scene.backend.mend()
    scene.world.page.hide(False)
    await scene.run(0.1)
    assert ("push", count + 1) == (scene.monitor.transport, len(scene.world.sockets.opened))
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("order", list(permutations(["hidden", "offline", "leaving"])), ids="-".join)
async def test_work_resumes_only_when_the_last_reason_has_gone(order: tuple[str, ...]) -> None:
    """R17, fault 18: the reasons are a set, whichever goes first."""
    scene, job = await busy()
    page = scene.world.page
    paused, resumed = scene.events(Paused), scene.events(Resumed)
    page.hide()
    page.set_online(False)
    page.leave()
    scene.backend.move_ability_task(job, "succeeded")
    requests = scene.requests
    for number, reason in enumerate(order):
        await scene.run(100)
        assert requests == scene.requests
        assert 3 - number == len(list(scene.monitor.lifecycle.reasons))
        {
            "hidden": lambda: page.hide(False),
            "offline": lambda: page.set_online(True),
            "leaving": lambda: page.leave(False),
        }[reason]()
    await scene.run(1)
    assert (1, 1, Status.SUCCEEDED) == (len(paused), len(resumed), scene.status(job))
    await scene.settle()
    await scene.leave()


async def test_the_badge_follows_every_reason() -> None:
    """R32, fault 18: whoever comes back to a page that went offline meanwhile sees that, not an old word."""
    scene, _ = await busy()
    shown: list[str] = []
    subscription = scene.monitor.bus.subscribe(TransportChanged, lambda _: shown.append(scene.monitor.transport))
    scene.world.page.hide()
    scene.world.page.set_online(False)
    assert "offline" == shown[-1]
    scene.world.page.hide(False)
    assert "offline" == shown[-1]
    scene.world.page.hide()
    scene.world.page.set_online(True)
    assert "paused" == shown[-1]
    subscription.close()
    scene.world.page.hide(False)
    await scene.run(1)
    await scene.leave()


async def test_signed_out_in_the_background_and_in_again() -> None:
    """R17, R33: a sign-in while hidden waits for somebody to look."""
    scene, _ = await busy()
    scene.world.page.hide()
    scene.monitor.session.sign_out()
    await scene.monitor.session.sign_in("demo", "demo")
    requests = scene.requests
    await scene.run(100)
    assert (requests, [Reason.HIDDEN]) == (scene.requests, list(scene.monitor.lifecycle.reasons))
    scene.world.page.hide(False)
    await scene.run(1)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


async def test_a_page_that_begins_hidden_and_offline_waits() -> None:
    """R17: the browser's state at the start counts too."""
    scene = Scene()
    scene.world.page.hidden = True
    scene.world.page.online = False
    await scene.begin(100)
    assert (["POST /api/auth/login"], "offline") == (scene.paths(), scene.monitor.transport)
    scene.world.page.set_online(True)
    assert "paused" == scene.monitor.transport
    scene.world.page.hide(False)
    await scene.run(1)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


async def test_hiding_and_showing_in_one_breath_loses_nothing() -> None:
    """R17: a read given up before its first step is read again."""
    scene, job = await busy()
    for moment in range(40):
        scene.monitor.refresh()
        if moment % 2:
            await scene.run(0.01 * (moment % 5))
        scene.world.timers.ring_one()
        scene.world.page.hide()
        scene.world.page.hide(False)
        if moment % 3 == 0:
            await scene.run(0.1)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    assert Status.SUCCEEDED is scene.status(job)
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("latency_s", [0.05, 2.0])
async def test_hiding_during_reads_loses_no_request(latency_s: float) -> None:
    """R12, R17: what was being read when the page was hidden is read on return."""
    scene, job = await busy()
    scene.world.http.latency_s = latency_s
    scene.monitor.queues.watch()
    scene.monitor.logs.watch("x")
    scene.monitor.refresh()
    await scene.run(latency_s / 2)
    scene.world.page.hide()
    await scene.run(20)
    assert 0 == scene.world.http.in_flight
    scene.backend.move_ability_task(job, "succeeded")
    scene.world.page.hide(False)
    await scene.run(10)
    assert (Status.SUCCEEDED, True, 1) == (
        scene.status(job),
        scene.monitor.queues.summary is not None,
        scene.monitor.logs.total,
    )
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


# The network


async def test_the_browser_believes_to_be_offline_and_is_not() -> None:
    """R4, fault 19: the refresh button works all the same, and its answer proves the browser wrong."""
    scene, job = await busy()
    scene.world.page.set_online(False)
    scene.backend.move_ability_task(job, "running")
    await scene.run(10)
    assert ("offline", Status.QUEUED) == (scene.monitor.transport, scene.status(job))
    scene.monitor.refresh()
    await scene.run(1)
    assert ("push", Status.RUNNING) == (scene.monitor.transport, scene.status(job))
    await scene.settle()
    await scene.leave()


async def test_the_browser_believes_to_be_online_and_is_not() -> None:
    """R13, fault 19: no answer comes, the last data stays, and all is right again by itself."""
    scene, job = await busy()
    scene.backend.down = True
    scene.drop()
    await scene.run(400)
    assert (Status.QUEUED, "polling") == (scene.status(job), scene.monitor.transport)
    scene.backend.mend()
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(65)
    assert Status.SUCCEEDED is scene.status(job)
    await scene.settle()
    await scene.leave()


async def test_an_answer_to_the_user_proves_the_network() -> None:
    """R17, fault 19: whatever the browser believes, a call that was answered resumes the work."""
    scene, _ = await busy()
    scene.world.page.set_online(False)
    await scene.monitor.ability_tasks.submit({"abilityId": "x"})
    await scene.run(1)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


# The clock


async def test_eight_hours_of_sleep() -> None:
    """R18, fault 14: one reconnect, one token refresh, one refresh of everything."""
    scene, job = await busy()
    scene.backend.checks_expiry = True
    jumps = scene.events(ClockJumped)
    scene.backend.muted = True
    scene.backend.move_ability_task(job, "succeeded")
    scene.backend.muted = False
    since = scene.clock.now
    await scene.world.sleep(8 * 3600)
    await scene.run(6)
    paths = scene.paths(since)
    assert [1, 1, 1] == [paths.count("POST /api/auth/refresh"), *(paths.count(path) for path in LISTS)]
    assert (1, 1, "push") == (
        len(jumps),
        sum(at >= since for at, _ in scene.world.sockets.opened),
        scene.monitor.transport,
    )
    assert Status.SUCCEEDED is scene.status(job)
    await scene.settle()
    await scene.leave()


async def test_half_a_minute_is_no_sleep() -> None:
    """R18: a clock that is set by less than thirty seconds replaces no socket."""
    scene, _ = await busy()
    await scene.world.set_clock(29)
    await scene.run(20)
    assert 1 == len(scene.world.sockets.opened)
    await scene.settle()
    await scene.leave()


async def test_the_clock_goes_back_an_hour() -> None:
    """R18, fault 15: timers still ring, ages are not negative, and the token is renewed in time."""
    scene, job = await busy()
    since = scene.clock.now
    await scene.world.set_clock(-3600)
    await scene.run(120)
    assert 2 == scene.paths(since).count(LISTS[0])
    age = scene.monitor.age_s
    assert age is not None
    assert age >= 0
    scene.backend.move_ability_task(job, "running")
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(1)
    assert Status.SUCCEEDED is scene.status(job)
    await scene.run(3600)
    assert 1 == scene.paths().count("POST /api/auth/refresh")
    await scene.settle()
    await scene.leave()


async def test_a_jump_while_hidden_is_a_return_like_any_other() -> None:
    """R17, R18: the device slept with the lid closed and the page in the background."""
    scene, job = await busy()
    scene.backend.checks_expiry = True
    scene.world.page.hide()
    await scene.run(1)
    await scene.world.sleep(8 * 3600)
    scene.backend.move_ability_task(job, "failed")
    since = scene.clock.now
    scene.world.page.hide(False)
    await scene.run(1)
    paths = scene.paths(since)
    assert [1, 1, 1] == [paths.count("POST /api/auth/refresh"), *(paths.count(path) for path in LISTS)]
    assert Status.FAILED is scene.status(job)
    await scene.settle()
    await scene.leave()


async def test_a_round_of_reads_ends_with_the_page_in_the_background() -> None:
    """R17: of many single reads the one under way is given up, and those after it are not begun."""
    scene = Scene(disable_ws=True)
    for _ in range(20):
        scene.backend.submit_task()
    await scene.begin(5)
    for _ in range(60):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    scene.world.http.latency_s = 0.2
    scene.monitor.refresh()
    await scene.run(1)
    scene.world.page.hide()
    await scene.world.settle()
    requests = scene.requests
    await scene.run(30)
    assert (requests, 0) == (scene.requests, scene.world.http.in_flight)
    await scene.leave()


async def test_a_check_of_the_token_ends_with_the_page_in_the_background() -> None:
    """R17: a refused check does not renew the token while nobody looks."""
    scene, _ = await busy()
    await scene.run(10)
    scene.backend.fail("GET /api/wallet", Response(401, {}, '{"detail": "INVALID_TOKEN"}'))
    scene.unplug()
    scene.world.http.latency_s = 3.0
    while scene.monitor.push.state is not State.CHECKING:
        await scene.run(0.1)
    await scene.run(0.5)
    scene.world.page.hide()
    await scene.world.settle()
    requests = scene.requests
    await scene.run(30)
    assert requests == scene.requests
    scene.world.http.latency_s = 0.0
    scene.world.page.hide(False)
    await scene.settle()
    await scene.leave()
